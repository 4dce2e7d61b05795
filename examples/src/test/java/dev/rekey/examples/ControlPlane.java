package dev.rekey.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** The control plane of a simulator that a quick start has started. */
final class ControlPlane {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final HttpClient http;
  private final URI cloud;

  private ControlPlane(HttpClient http, URI cloud) {
    this.http = http;
    this.cloud = cloud;
  }

  /** Waits until the quick start has started its simulator. */
  static ControlPlane of(Path state, TourProcess tour) throws Exception {
    Path file = state.resolve("simulator.json");
    long start = System.nanoTime();
    while (!Files.exists(file)) {
      if (!tour.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("no simulator was started: " + tour.err());
      }
      Thread.onSpinWait();
    }
    JsonNode described = new ObjectMapper().readTree(file.toFile());
    return new ControlPlane(
        HttpClient.newBuilder()
            .sslContext(SimulatedAzure.trust(StateFolder.open(state)))
            .build(),
        URI.create(described.path("cloud").asText()));
  }

  /** Holds the nth request of a kind, before or after it takes effect. */
  void hold(String method, String path, int nth, String effect) throws Exception {
    JsonNode fault = new ObjectMapper()
        .createObjectNode()
        .put("id", "hold")
        .put("method", method)
        .put("path", path)
        .put("nth", nth)
        .put("times", 1)
        .put("effect", effect);
    send(HttpRequest.newBuilder(cloud.resolve("/_simulator/faults"))
        .POST(HttpRequest.BodyPublishers.ofString(fault.toString())));
  }

  /** Answers every request of a kind with an error of ARM. */
  void refuse(String method, String path, int status, String code, String message)
      throws Exception {
    ObjectNode fault = new ObjectMapper()
        .createObjectNode()
        .put("id", "refuse")
        .put("method", method)
        .put("path", path)
        .put("effect", "STATUS")
        .put("status", status);
    fault.putObject("body").putObject("error").put("code", code).put("message", message);
    send(HttpRequest.newBuilder(cloud.resolve("/_simulator/faults"))
        .POST(HttpRequest.BodyPublishers.ofString(fault.toString())));
  }

  /** Waits until a request is held. */
  void awaitHold() throws Exception {
    JsonNode progress = send(
        HttpRequest.newBuilder(cloud.resolve("/_simulator/faults/hold?hits=1&waitMillis=60000")));
    if (progress.path("hits").asInt() != 1) {
      throw new AssertionError("no request was held: " + progress);
    }
  }

  /** Lets the held request go, and holds no more; what was held before it took effect never does. */
  void drop() throws Exception {
    send(HttpRequest.newBuilder(cloud.resolve("/_simulator/faults")).DELETE());
    send(HttpRequest.newBuilder(cloud.resolve("/_simulator/release"))
        .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** Lets the held request take effect. */
  void proceed() throws Exception {
    send(HttpRequest.newBuilder(cloud.resolve("/_simulator/release?proceed=true"))
        .POST(HttpRequest.BodyPublishers.noBody()));
  }

  private JsonNode send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          request.build().uri() + " answered " + answer.statusCode() + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }
}
