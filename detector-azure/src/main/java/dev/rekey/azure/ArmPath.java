package dev.rekey.azure;

import dev.rekey.azure.text.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Paths and queries below the endpoint. Ids come from answers of ARM, so that nothing in one may
 * lead to another place than the resource it names.
 */
final class ArmPath {
  private static final int MOST = 4096;
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.-]{1,40}");

  /** What RFC 3986 allows to stand in a path segment as it is (pchar, without the escapes). */
  private static final String SEGMENT = "-._~!$&'()*+,;=:@";

  private ArmPath() {}

  /**
   * Returns the path as it goes on the wire.
   *
   * @throws IllegalArgumentException if it is no absolute path of plain segments
   */
  static String encode(String path) {
    if (!path.startsWith("/") || path.length() < 2 || path.length() > MOST) {
      throw refused(path, "it must start with one slash and have 2 to " + MOST + " characters");
    }
    String[] segments = path.substring(1).split("/", -1);
    StringBuilder encoded = new StringBuilder(path.length());
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      boolean last = i == segments.length - 1;
      if ((segment.isEmpty() && !(last && i > 0)) || segment.equals(".") || segment.equals("..")) {
        throw refused(path, "it has an empty segment, or one of dots");
      }
      if (segment.indexOf('?') >= 0 || segment.indexOf('#') >= 0 || segment.indexOf('\\') >= 0) {
        throw refused(path, "it has a '?', '#' or backslash; a query is given as a map");
      }
      if (!segment.codePoints().allMatch(PlainText::isPlain)) {
        throw refused(path, "it has a control character");
      }
      encoded.append('/').append(escape(segment, SEGMENT));
    }
    return encoded.toString();
  }

  /**
   * Returns the name of a blob as a path on the wire. It may have what paths of resources have not: a
   * question mark, control characters, two slashes in a row.
   *
   * @throws IllegalArgumentException if it would lead elsewhere: a segment is one or two dots
   */
  static String blob(String name) {
    StringBuilder encoded = new StringBuilder(name.length() + 1);
    for (String segment : name.split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException(
            "the blob's name has a segment of dots, which can't be asked for");
      }
      encoded.append('/').append(escape(segment, SEGMENT));
    }
    if (encoded.length() > MOST * 3) {
      throw new IllegalArgumentException("the blob's name is too long");
    }
    return encoded.toString();
  }

  /**
   * Returns the query as it goes on the wire, the api-version first.
   *
   * @throws IllegalArgumentException if the version is malformed
   */
  static String query(String apiVersion, Map<String, String> parameters) {
    if (!VERSION.matcher(apiVersion).matches()) {
      throw new IllegalArgumentException(
          "an api-version is a date like 2024-04-01, not: " + PlainText.of(apiVersion, 60));
    }
    return "?api-version=" + apiVersion + join('&', parameters);
  }

  /** Returns the query as it goes on the wire, where there is no api-version. */
  static String query(Map<String, String> parameters) {
    return join('?', parameters);
  }

  private static String join(char first, Map<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach((name, value) -> query
        .append(query.length() == 0 ? first : '&')
        .append(escape(name, "$-._~"))
        .append('=')
        .append(escape(value, "-._~")));
    return query.toString();
  }

  private static String escape(String text, String plain) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean unreserved =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (unreserved || plain.indexOf(c) >= 0) {
        escaped.append(c);
      } else {
        escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return escaped.toString();
  }

  private static IllegalArgumentException refused(String path, String why) {
    return new IllegalArgumentException(
        "not the path of a resource, because " + why + ": " + PlainText.of(path, 200));
  }
}
