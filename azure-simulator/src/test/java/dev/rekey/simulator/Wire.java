package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;

/** A plain HTTP client for the tests; it knows nothing of the simulator's inside. */
final class Wire {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String ARM = "https://management.azure.com";
  static final String VAULT = "https://vault.azure.net";

  private final URI cloud;
  private final HttpClient http;

  Wire(URI cloud, SSLContext trust) {
    this.cloud = cloud;
    this.http = HttpClient.newBuilder().sslContext(trust).build();
  }

  /** An answer: status, headers by any letter case, and the body as text. */
  record Answer(int status, java.net.http.HttpHeaders headers, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError("not JSON: status " + status, e);
      }
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    String error() {
      return json().at("/error/code").asText();
    }
  }

  Answer send(String method, URI uri, Map<String, String> headers, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri)
        .method(
            method,
            body.isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::setHeader);
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Answer token(String tenant, Map<String, String> form) {
    StringBuilder body = new StringBuilder();
    new TreeMap<>(form)
        .forEach((name, value) -> body.append(body.length() == 0 ? "" : "&")
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return send(
        "POST",
        cloud.resolve("/" + tenant + "/oauth2/v2.0/token"),
        Map.of("Content-Type", "application/x-www-form-urlencoded"),
        body.toString());
  }

  String token(String client, String secret, String resource) {
    Answer answer = token(
        Names.TENANT,
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            client,
            "client_secret",
            secret,
            "scope",
            resource + "/.default"));
    if (answer.status() != 200) {
      throw new AssertionError("no token: " + answer.body());
    }
    return answer.json().path("access_token").asText();
  }

  /** A call with a bearer token and, unless empty, a JSON body; the path is the cloud's. */
  Answer call(String token, String method, String path, String body) {
    return call(token, method, cloud.resolve(path), body);
  }

  Answer call(String token, String method, URI uri, String body) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Authorization", "Bearer " + token);
    if (!body.isEmpty()) {
      headers.put("Content-Type", "application/json");
    }
    return send(method, uri, headers, body);
  }

  /** A call of the control plane. */
  Answer control(String method, String path, String body) {
    return send(method, cloud.resolve("/_simulator/" + path), Map.of(), body);
  }

  /** A GET of the blob service signed by a key, written independently of the simulator's check. */
  Answer signed(URI blob, String account, String pathAndQuery, String key, Clock clock) {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
        ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
    URI uri = blob.resolve(pathAndQuery);
    StringBuilder text = new StringBuilder("GET\n\n\n\n\n\n\n\n\n\n\n\n");
    text.append("x-ms-date:").append(date).append("\nx-ms-version:2021-12-02\n");
    text.append('/').append(account).append(uri.getRawPath());
    Map<String, String> parameters = new TreeMap<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", -1)) {
        parameters.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
    }
    parameters.forEach(
        (name, value) -> text.append('\n').append(name).append(':').append(value));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
      String signature = Base64.getEncoder()
          .encodeToString(mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8)));
      return send(
          "GET",
          uri,
          Map.of(
              "x-ms-date",
              date,
              "x-ms-version",
              "2021-12-02",
              "Authorization",
              "SharedKey " + account + ":" + signature),
          "");
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
