package dev.rekey.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rekey.azure.text.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer as it came.
 *
 * @param json its body; a missing node if it has none, or none that can be read
 * @param defect why its body can't be read, in words that quote nothing of it, or an empty text
 * @param bytes its body, where it was asked for as it is; else nothing
 */
record Answer(int status, HttpHeaders headers, JsonNode json, String defect, BinaryData bytes) {
  private static final BinaryData NO_BYTES = BinaryData.fromBytes(new byte[0]);
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final Pattern CLOCK = Pattern.compile("([0-9]{1,2}):([0-9]{2}):([0-9]{2})");
  private static final HttpHeaderName QUOTA_RESETS =
      HttpHeaderName.fromString("x-ms-user-quota-resets-after");
  private static final HttpHeaderName QUOTA_REMAINING =
      HttpHeaderName.fromString("x-ms-user-quota-remaining");
  private static final HttpHeaderName GRAPH_REQUEST_ID = HttpHeaderName.fromString("request-id");
  private static final HttpHeaderName RETRY_AFTER_MS = HttpHeaderName.fromString("retry-after-ms");

  static Answer read(HttpResponse response, int most) throws IOException {
    JsonNode json = MissingNode.getInstance();
    String defect = "";
    try (InputStream body = response.getBodyAsInputStreamSync()) {
      byte[] bytes = body == null ? new byte[0] : body.readNBytes(most);
      if (body != null && body.read() >= 0) {
        defect = "it has more than " + most + " bytes; ask for less at a time";
      } else {
        json = Json.read(bytes);
      }
      Arrays.fill(bytes, (byte) 0);
    } catch (Json.Malformed malformed) {
      defect = malformed.why();
    }
    return new Answer(response.getStatusCode(), response.getHeaders(), json, defect, NO_BYTES);
  }

  /** Reads an answer whose body is no JSON, unless it is a refusal. */
  static Answer raw(HttpResponse response, int most) throws IOException {
    if (response.getStatusCode() >= 300) {
      return read(response, most);
    }
    try (InputStream body = response.getBodyAsInputStreamSync()) {
      byte[] bytes = body == null ? new byte[0] : body.readNBytes(most);
      String defect = body != null && body.read() >= 0 ? "it has more than " + most + " bytes" : "";
      return new Answer(
          response.getStatusCode(),
          response.getHeaders(),
          MissingNode.getInstance(),
          defect,
          BinaryData.fromBytes(bytes));
    }
  }

  boolean succeeded() {
    return status >= 200 && status < 300;
  }

  /** Whether the same read may go well a little later. */
  boolean isTransient() {
    return switch (status) {
      case 408, 429, 500, 502, 503, 504 -> true;
      default -> false;
    };
  }

  String requestId() {
    String id = header(HttpHeaderName.X_MS_REQUEST_ID);
    return PlainText.of(id.isEmpty() ? header(GRAPH_REQUEST_ID) : id, 100);
  }

  boolean says(String header, String value) {
    return header(HttpHeaderName.fromString(header)).equalsIgnoreCase(value);
  }

  /** For how long ARM asks to be left alone: seconds, a date, or when a quota is renewed. */
  Optional<Duration> retryAfter() {
    String milliseconds = header(RETRY_AFTER_MS);
    if (SECONDS.matcher(milliseconds).matches()) {
      return Optional.of(Duration.ofMillis(Long.parseLong(milliseconds)));
    }
    String after = header(HttpHeaderName.RETRY_AFTER).trim();
    if (SECONDS.matcher(after).matches()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(after)));
    }
    if (!after.isEmpty()) {
      return untilDate(after);
    }
    return status == 429 ? quotaResetsAfter() : Optional.empty();
  }

  /** How long Resource Graph wants no further query of this user; empty where there is quota. */
  Optional<Duration> quotaPause() {
    return header(QUOTA_REMAINING).trim().equals("0") ? quotaResetsAfter() : Optional.empty();
  }

  private Optional<Duration> quotaResetsAfter() {
    Matcher clock = CLOCK.matcher(header(QUOTA_RESETS).trim());
    return clock.matches()
        ? Optional.of(Duration.ofHours(Long.parseLong(clock.group(1)))
            .plusMinutes(Long.parseLong(clock.group(2)))
            .plusSeconds(Long.parseLong(clock.group(3))))
        : Optional.empty();
  }

  /** Measured by the answer's own clock, which need not agree with this machine's. */
  private Optional<Duration> untilDate(String after) {
    try {
      Instant until = date(after);
      String sent = header(HttpHeaderName.DATE).trim();
      Duration left = Duration.between(sent.isEmpty() ? until : date(sent), until);
      return sent.isEmpty() || left.isNegative() ? Optional.empty() : Optional.of(left);
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private static Instant date(String text) {
    return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  private String header(HttpHeaderName name) {
    String value = headers.getValue(name);
    return value == null ? "" : value;
  }

  /** Never shows the body. */
  @Override
  public String toString() {
    return "Answer[" + status + "]";
  }
}
