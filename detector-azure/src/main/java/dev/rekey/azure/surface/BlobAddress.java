package dev.rekey.azure.surface;

import dev.rekey.azure.text.PlainText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a blob: {@code {account}/blobServices/default/containers/{container}/blobs/{name}},
 * where a percent sign in the name, and what can't stand in a line of a report, is percent-encoded.
 */
record BlobAddress(String account, String container, String name) {
  private static final Pattern FORM = Pattern.compile(
      "(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Storage/storageAccounts/[^/]+)"
          + "/blobServices/default/containers/([^/]+)/blobs/(.+)",
      Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Returns the address that a text is, if it is one. */
  static Optional<BlobAddress> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? decoded(form.group(3)).map(name -> new BlobAddress(form.group(1), form.group(2), name))
        : Optional.empty();
  }

  static String container(String account, String container) {
    return account + "/blobServices/default/containers/" + PlainText.of(container, 100);
  }

  private static Optional<String> decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] from = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < from.length; i++) {
      if (from[i] != '%') {
        bytes.write(from[i]);
        continue;
      }
      int high = i + 2 < from.length ? Character.digit(from[i + 1], 16) : -1;
      int low = i + 2 < from.length ? Character.digit(from[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    return Optional.of(bytes.toString(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    StringBuilder address = new StringBuilder(container(account, container)).append("/blobs/");
    name.codePoints().forEach(point -> {
      if (point != '%' && PlainText.isPlain(point)) {
        address.appendCodePoint(point);
      } else {
        for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
          address.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
        }
      }
    });
    return address.toString();
  }
}
