package dev.rekey.rotation.testkit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Looks for values where none may be, in whatever encoding: raw, hexadecimal, in base64 at any
 * alignment, percent- or JSON-escaped; the whole or either half.
 */
final class Canary {
  private static final int SHORTEST_HALF = 10;

  private Canary() {}

  /** A text in the forms in which it is searched. */
  private record Text(String raw, String lower, String unpercent, String unjson) {
    static Text of(String text) {
      return new Text(
          text,
          text.toLowerCase(Locale.ROOT),
          text.contains("%") ? Canary.unpercent(text) : "",
          text.contains("\\") ? Canary.unjson(text) : "");
    }
  }

  /** Fails if a text holds one of these values; the message holds none. */
  static void requireAbsent(String text, Iterable<String> values, String what) {
    Text searched = Text.of(text);
    for (String value : values) {
      List<String> leaks = leaks(searched, value);
      if (!leaks.isEmpty()) {
        throw new AssertionError(what + " holds a secret value: " + String.join(", ", leaks));
      }
    }
  }

  /** Returns all that an exception says: its causes, and what was suppressed, too. */
  static String trace(Throwable failed) {
    StringWriter trace = new StringWriter();
    failed.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  /** Returns the encodings in which a text holds a value, none if it does not. */
  static List<String> leaks(String text, String value) {
    return leaks(Text.of(text), value);
  }

  private static List<String> leaks(Text text, String value) {
    List<String> leaks = new ArrayList<>();
    for (String piece : pieces(value)) {
      byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
      add(leaks, "raw", text.raw().contains(piece));
      add(leaks, "hex", text.lower().contains(HexFormat.of().formatHex(bytes)));
      for (int offset = 0; offset < 3; offset++) {
        String inner = base64(bytes, offset);
        String forUrls = inner.replace('+', '-').replace('/', '_');
        add(
            leaks,
            "base64 at offset " + offset,
            text.raw().contains(inner) || text.raw().contains(forUrls));
      }
      add(leaks, "percent", text.unpercent().contains(piece));
      add(leaks, "json", text.unjson().contains(piece));
    }
    return leaks;
  }

  private static List<String> pieces(String value) {
    int middle = value.length() / 2;
    return middle < SHORTEST_HALF
        ? List.of(value)
        : List.of(value, value.substring(0, middle), value.substring(middle));
  }

  private static void add(List<String> leaks, String encoding, boolean leaked) {
    if (leaked && !leaks.contains(encoding)) {
      leaks.add(encoding);
    }
  }

  /** The characters that are the same whatever stands before and after the bytes. */
  private static String base64(byte[] bytes, int offset) {
    byte[] shifted = new byte[offset + bytes.length];
    System.arraycopy(bytes, 0, shifted, offset, bytes.length);
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    return encoded.substring((offset * 8 + 5) / 6, shifted.length * 8 / 6);
  }

  /** A plus is itself, and what is no escape too. */
  private static String unpercent(String text) {
    String escapes = text.replace("+", "%2B").replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
    return URLDecoder.decode(escapes, StandardCharsets.UTF_8);
  }

  private static String unjson(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i) == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (next == 'u' && i + 5 < text.length() && isHex(text.substring(i + 2, i + 6))) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else if (next != 0) {
        int which = "bfnrt".indexOf(next);
        out.append(which < 0 ? next : "\b\f\n\r\t".charAt(which));
        i++;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static boolean isHex(String digits) {
    return digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }
}
