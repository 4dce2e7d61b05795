package dev.rekey.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A page marker: opaque to clients, bound to the list that it continues. */
final class Marker {
  private Marker() {}

  /** Returns a marker for {@code position} in {@code list}. */
  static String of(String list, String position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((Integer.toHexString(list.hashCode()) + "!" + position)
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the position, unless the marker is not one or belongs to another list. */
  static Optional<String> read(String list, String marker) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
      String prefix = Integer.toHexString(list.hashCode()) + "!";
      return text.startsWith(prefix)
          ? Optional.of(text.substring(prefix.length()))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
