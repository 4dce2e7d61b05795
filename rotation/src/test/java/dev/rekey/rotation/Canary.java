package dev.rekey.rotation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Looks for a value in everything written, in each form in which it might leak. */
final class Canary {
  private Canary() {}

  /** Returns the forms of a value. */
  static List<String> forms(String value) {
    List<String> forms = new ArrayList<>();
    forms.add(value);
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = new byte[bytes.length + shift];
      System.arraycopy(bytes, 0, shifted, shift, bytes.length);
      // Without the first and last groups, which hold bits of the neighbours.
      String base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      forms.add(base64.substring(4, base64.length() - 4));
    }
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
    forms.add(java.net.URLEncoder.encode(value, StandardCharsets.UTF_8));
    forms.add(value.replace("/", "\\/"));
    forms.add(value.replace("+", "\\u002B").replace("=", "\\u003D"));
    return forms;
  }

  static boolean isIn(String written, String value) {
    return forms(value).stream().anyMatch(written::contains);
  }
}
