package dev.rekey.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One recorded exchange, and the comparison of its answer with the simulator's. */
record Recording(String file, int index, JsonNode entry) {
  private static final Set<String> CODES =
      Set.of("code", "Code", "keyName", "permissions", "recoveryLevel", "resultTruncated");

  /** Managed identities and certificates are not simulated, so nothing carries these. */
  private static final Set<String> NOT_SIMULATED = Set.of("identity", "managed");

  static List<Recording> load(String file) {
    try (InputStream in = Recording.class.getResourceAsStream("/recordings/" + file)) {
      JsonNode entries = Wire.JSON.readTree(in);
      List<Recording> all = new ArrayList<>();
      for (int i = 0; i < entries.size(); i++) {
        all.add(new Recording(file, i, entries.get(i)));
      }
      return all;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String method() {
    return entry.at("/request/method").asText();
  }

  String host() {
    return entry.at("/request/host").asText();
  }

  String path() {
    return entry.at("/request/path").asText();
  }

  JsonNode requestBody() {
    return entry.at("/request/body");
  }

  JsonNode responseBody() {
    return entry.at("/response/body");
  }

  private String header(String name) {
    return entry.at("/response/headers").path(name).asText();
  }

  @Override
  public String toString() {
    return file + "[" + index + "]";
  }

  /**
   * Compares what the recordings' own guide says: status, media type, telling headers, names, types
   * and codes. Answers may say more than old recordings do, unless {@code exact}.
   */
  void compare(Wire.Answer actual, boolean exact) {
    assertThat(actual.status())
        .as("%s status", this)
        .isEqualTo(entry.at("/response/status").asInt());
    if (!header("content-type").isEmpty() && !responseBody().isNull()) {
      assertThat(media(actual.header("content-type")))
          .as("%s media type", this)
          .isEqualTo(media(header("content-type")));
    }
    for (String same : List.of("x-ms-error-code", "x-ms-failure-cause")) {
      if (!header(same).isEmpty()) {
        assertThat(actual.header(same)).as("%s %s", this, same).isEqualTo(header(same));
      }
    }
    assertThat(actual.header("etag").isEmpty())
        .as("%s ETag absent", this)
        .isEqualTo(header("etag").isEmpty());
    assertThat(parameters(actual.header("www-authenticate")))
        .as("%s challenge", this)
        .containsAll(parameters(header("www-authenticate")));
    entry.at("/response/headers").fieldNames().forEachRemaining(name -> {
      if (name.startsWith("x-ms-ratelimit-remaining-") || name.startsWith("x-ms-user-")) {
        assertThat(actual.header(name)).as("%s %s", this, name).isNotEmpty();
      }
    });
    compareBody(actual, exact);
  }

  void compareBody(Wire.Answer actual, boolean exact) {
    JsonNode expected = responseBody();
    if (expected.isNull()) {
      assertThat(actual.body()).as("%s has no body", this).isEmpty();
    } else if (expected.isTextual()) {
      assertThat(elements(actual.body()))
          .as("%s elements", this)
          .isEqualTo(elements(expected.asText()));
      assertThat(first(actual.body(), "Code")).isEqualTo(first(expected.asText(), "Code"));
      assertThat(first(actual.body(), "Message")).isEqualTo(first(expected.asText(), "Message"));
    } else {
      shape("", expected, actual.json(), exact);
    }
  }

  private void shape(String at, JsonNode expected, JsonNode actual, boolean exact) {
    assertThat(kind(actual)).as("%s type of %s", this, at).isEqualTo(kind(expected));
    if (expected.isObject()) {
      for (Iterator<Map.Entry<String, JsonNode>> it = expected.fields(); it.hasNext(); ) {
        Map.Entry<String, JsonNode> field = it.next();
        if (NOT_SIMULATED.contains(field.getKey())) {
          continue;
        }
        String name = at + "/" + field.getKey();
        assertThat(actual.has(field.getKey())).as("%s has %s", this, name).isTrue();
        JsonNode value = actual.get(field.getKey());
        shape(name, field.getValue(), value, exact);
        if (CODES.contains(field.getKey())) {
          assertThat(value).as("%s value of %s", this, name).isEqualTo(field.getValue());
        }
      }
      if (exact) {
        actual
            .fieldNames()
            .forEachRemaining(name -> assertThat(expected.has(name))
                .as("%s has no %s/%s", this, at, name)
                .isTrue());
      }
    } else if (expected.isArray() && !expected.isEmpty()) {
      assertThat(actual.isEmpty()).as("%s entries of %s", this, at).isFalse();
      for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
        shape(at + "/" + i, expected.get(i), actual.get(i), exact);
      }
    } else if (expected.asText().equals("<redacted:base64-88>")) {
      assertThat(actual.asText()).as("%s form of %s", this, at).matches("[A-Za-z0-9+/]{86}==");
    }
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().name();
  }

  private static String media(String type) {
    return type.replaceAll(";.*", "").toLowerCase(Locale.ROOT);
  }

  private static List<String> parameters(String challenge) {
    List<String> names = new ArrayList<>();
    Matcher matcher = Pattern.compile("(\\w+)=|^(\\w+) ").matcher(challenge);
    while (matcher.find()) {
      names.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    return names;
  }

  private static List<String> elements(String xml) {
    List<String> names = new ArrayList<>();
    Matcher matcher = Pattern.compile("<(\\w+)>").matcher(xml);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /** The first line of an element's text: what follows is request id and time. */
  private static String first(String xml, String element) {
    Matcher matcher = Pattern.compile("<" + element + ">([^<\\n]*)").matcher(xml);
    return matcher.find() ? matcher.group(1) : "";
  }
}
