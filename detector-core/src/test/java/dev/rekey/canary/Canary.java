package dev.rekey.canary;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A planted secret that must not come out again, in whatever encoding: raw, hexadecimal, in base64
 * at any alignment, percent- or JSON-escaped; nor either half of it.
 *
 * <p>In a package of its own, so that the other modules' tests can see it on the module path.
 */
public final class Canary {
  private static final int SHORTEST_HALF = 10;

  private final List<String> pieces = new ArrayList<>();

  private Canary(String value) {
    pieces.add(value);
    int middle = value.length() / 2;
    if (middle >= SHORTEST_HALF) {
      pieces.add(value.substring(0, middle));
      pieces.add(value.substring(middle));
    }
  }

  /** Returns the canary with a value. */
  public static Canary of(String value) {
    return new Canary(value);
  }

  /** Fails if an output holds a value in any encoding; the message does not hold it. */
  public static void assertAbsent(CharSequence output, String value, String what) {
    List<String> leaks = of(value).leaksIn(output);
    if (!leaks.isEmpty()) {
      throw new AssertionError(what + " holds a secret: " + String.join(", ", leaks));
    }
  }

  /** Returns the encodings in which an output holds the value, none if it does not. */
  public List<String> leaksIn(CharSequence output) {
    String text = output.toString();
    List<String> leaks = new ArrayList<>();
    for (String piece : pieces) {
      byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
      add(leaks, "raw", text.contains(piece));
      add(leaks, "hex", text.toLowerCase(Locale.ROOT).contains(HexFormat.of().formatHex(bytes)));
      for (int offset = 0; offset < 3; offset++) {
        String inner = base64(bytes, offset);
        add(
            leaks,
            "base64 at offset " + offset,
            text.contains(inner) || text.contains(inner.replace('+', '-').replace('/', '_')));
      }
      add(leaks, "percent", text.contains("%") && unpercent(text).contains(piece));
      add(leaks, "json", text.contains("\\") && unjson(text).contains(piece));
    }
    add(leaks, "decoded", decodedIn(text));
    return leaks;
  }

  /** The bytes that a value in base64 stands for, as hexadecimal digits or as an array. */
  private boolean decodedIn(String text) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(pieces.get(0));
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
    return key.length >= SHORTEST_HALF
        && (text.toLowerCase(Locale.ROOT).contains(HexFormat.of().formatHex(key))
            || text.contains(Arrays.toString(key).replaceAll("[\\[\\]]", "")));
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

  private static String unpercent(String text) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%' && i + 2 < in.length && hex(in, i + 1, 2) >= 0) {
        out.write(hex(in, i + 1, 2));
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String unjson(String text) {
    StringBuilder out = new StringBuilder();
    byte[] units = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < text.length(); i++) {
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (text.charAt(i) != '\\' || next == 0) {
        out.append(text.charAt(i));
      } else if (next == 'u' && i + 5 < text.length() && hex(units, i + 2, 4) >= 0) {
        out.append((char) hex(units, i + 2, 4));
        i += 5;
      } else {
        int which = "bfnrt".indexOf(next);
        out.append(which < 0 ? next : "\b\f\n\r\t".charAt(which));
        i++;
      }
    }
    return out.toString();
  }

  private static int hex(byte[] in, int from, int length) {
    int value = 0;
    for (byte b : Arrays.copyOfRange(in, from, from + length)) {
      int digit = Character.digit(b, 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }
}
