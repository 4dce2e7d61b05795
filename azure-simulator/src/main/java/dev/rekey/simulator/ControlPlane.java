package dev.rekey.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The simulator's own calls, under {@code /_simulator/} on the main port; see the package page. */
final class ControlPlane {
  private static final String ROOT = "_simulator";
  private static final long LONGEST_WAIT_MILLIS = 60_000;

  private final Faults faults;
  private final RequestLog log;
  private final Replicas replicas;
  private final Trouble trouble;
  private final Simulator simulator;

  ControlPlane(
      Faults faults, RequestLog log, Replicas replicas, Trouble trouble, Simulator simulator) {
    this.faults = faults;
    this.log = log;
    this.replicas = replicas;
    this.trouble = trouble;
    this.simulator = simulator;
  }

  static boolean owns(Call call) {
    return call.service().equals("cloud") && call.rawPath().startsWith("/" + ROOT + "/");
  }

  /** Whether this call asks for the end; it is answered first. */
  static boolean stops(Call call) {
    return owns(call) && call.method().equals("POST") && call.rawPath().endsWith("/stop");
  }

  Reply answer(Call call) {
    List<String> path = call.segments();
    String what = call.method() + " " + String.join("/", path.subList(1, Math.min(2, path.size())));
    try {
      return switch (what) {
        case "POST faults" -> add(call);
        case "GET faults" -> path.size() == 3 ? one(call, path.get(2)) : list();
        case "DELETE faults" -> {
          faults.clear();
          yield Reply.empty(204);
        }
        case "POST release" -> {
          if (call.query("proceed").orElse("").equals("true")) {
            faults.proceed();
          } else {
            faults.release();
          }
          yield Reply.empty(204);
        }
        case "PUT replicas" -> {
          replicas.lag(lags(call));
          yield Reply.empty(204);
        }
        case "POST delete" -> {
          simulator.delete(Json.readObject(call.body())
              .map(body -> body.path("id").asText())
              .orElseThrow(() -> new IllegalArgumentException("The body must be {\"id\":\"…\"}")));
          yield Reply.empty(204);
        }
        case "POST settle" -> {
          simulator.settleGraph();
          yield Reply.empty(204);
        }
        case "GET requests" -> requests(call);
        case "GET refused" -> refused();
        case "GET least" ->
          Reply.json(200, Json.object().put("requests", simulator.leastRequests()));
        case "POST stop" -> Reply.empty(202);
        default -> Reply.json(404, Json.error("NotFound", "There is no control call " + what));
      };
    } catch (IllegalArgumentException e) {
      return Reply.json(400, Json.error("BadRequest", String.valueOf(e.getMessage())));
    }
  }

  private Reply add(Call call) {
    ObjectNode body = Json.readObject(call.body())
        .orElseThrow(() -> new IllegalArgumentException("The body must be a JSON object"));
    if (body.get("body") instanceof ObjectNode object) {
      body.put("body", object.toString());
    }
    Fault fault;
    try {
      fault = Json.MAPPER.treeToValue(body, Fault.class);
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException("Not a fault: " + cause.getMessage(), e);
    }
    return Reply.json(201, Json.object().put("id", faults.add(fault)));
  }

  private static Duration[] lags(Call call) {
    List<Duration> lags = new ArrayList<>();
    Json.readObject(call.body())
        .map(body -> body.path("lagMillis"))
        .filter(JsonNode::isArray)
        .orElseThrow(() -> new IllegalArgumentException("The body must be {\"lagMillis\":[…]}"))
        .forEach(lag -> lags.add(Duration.ofMillis(lag.asLong(-1))));
    return lags.toArray(new Duration[0]);
  }

  private Reply list() {
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray("faults");
    faults.progress().forEach(progress -> all.add(shown(progress)));
    return Reply.json(200, json);
  }

  private Reply one(Call call, String id) {
    int hits = number(call, "hits", 1);
    long wait = Math.min(LONGEST_WAIT_MILLIS, number(call, "waitMillis", 0));
    try {
      // Whether it was hit stands in the answer; the wait only spares the caller a loop.
      faults.awaitHits(id, hits, Duration.ofMillis(wait));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return faults
        .progress(id)
        .map(progress -> Reply.json(200, shown(progress)))
        .orElseGet(() -> Reply.json(404, Json.error("NotFound", "There is no fault " + id)));
  }

  private static int number(Call call, String name, int otherwise) {
    String text = call.query(name).orElse(Integer.toString(otherwise));
    if (!text.matches("[0-9]{1,7}")) {
      throw new IllegalArgumentException(name + " must be a number");
    }
    return Integer.parseInt(text);
  }

  private static ObjectNode shown(Faults.Progress progress) {
    ObjectNode json = Json.object();
    json.put("id", progress.fault().id());
    json.put("effect", progress.fault().effect().name());
    json.put("matched", progress.matched());
    json.put("hits", progress.hits());
    json.put("holding", progress.holding());
    return json;
  }

  private Reply refused() {
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray("refused");
    trouble
        .refused()
        .forEach(one -> all.addObject().put("path", one.path()).put("action", one.action()));
    return Reply.json(200, json);
  }

  private Reply requests(Call call) {
    String method = call.query("method").orElse("");
    Pattern path = Pattern.compile(call.query("path").orElse(".*"));
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray("requests");
    for (RecordedRequest request : log.all()) {
      if ((method.isEmpty() || method.equals(request.method()))
          && path.matcher(request.path()).matches()) {
        all.addObject()
            .put("service", request.service())
            .put("method", request.method())
            .put("path", request.path())
            .put("status", request.status());
      }
    }
    return Reply.json(200, json);
  }
}
