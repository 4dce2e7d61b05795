package dev.rekey.azure.surface;

import dev.rekey.azure.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * How far a surface has been read: everything up to one resource. A text that can be stored and given
 * to {@link AzureSurface#resumedAt}; it holds ids and no values. Immutable.
 */
public final class Cursor {
  private static final String FORM = "rekey-surface-1";

  private final String selection;
  private final int station;
  private final String last;
  private final boolean ordered;

  /**
   * @param station 0 for management groups, 1 for subscriptions and resource groups, 2 for resources
   * @param last the id up to which all is done, or an empty text at the start of a station
   * @param ordered whether ids have come in our order so far, so that what comes after is known
   */
  Cursor(String selection, int station, String last, boolean ordered) {
    this.selection = selection;
    this.station = station;
    this.last = last;
    this.ordered = ordered;
  }

  static Cursor start(String tenant, SurfaceFilter filter) {
    return new Cursor(selection(tenant, filter), 0, "", true);
  }

  private static String selection(String tenant, SurfaceFilter filter) {
    CRC32 crc = new CRC32();
    crc.update((tenant.toLowerCase(Locale.ROOT) + filter.words()).getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }

  /**
   * Returns the cursor that was stored as a text.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static Cursor parse(String text) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
      if (parts.length == 5 && parts[0].equals(FORM) && parts[2].matches("[0-2]")) {
        if (!parts[4].isEmpty()) {
          ResourceId.of(parts[4]);
        }
        return new Cursor(
            parts[1], Integer.parseInt(parts[2]), parts[4], parts[3].equals("ordered"));
      }
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "this is no cursor that was stored; start without one", malformed);
    }
    throw new IllegalArgumentException("this is no cursor that was stored; start without one");
  }

  /** Returns it at another resource. */
  Cursor at(int newStation, String id, boolean inOrder) {
    return new Cursor(selection, newStation, id, inOrder);
  }

  /**
   * Checks that it belongs to what is read.
   *
   * @throws IllegalArgumentException if it is of another tenant or filter
   */
  void require(String tenant, SurfaceFilter filter) {
    if (!selection.equals(selection(tenant, filter))) {
      throw new IllegalArgumentException(
          "the cursor is of another tenant or filter: take those that it"
              + " was made with, or start without it");
    }
  }

  int station() {
    return station;
  }

  /** Whether what has this id was done, as far as its station goes. */
  boolean isPast(String id) {
    return ordered && !last.isEmpty() && key(id).compareTo(key(last)) <= 0;
  }

  /** Whether a subscription was done as a whole. */
  boolean isPastSubscription(String id) {
    return !last.isEmpty() && id.compareToIgnoreCase(ResourceId.of(last).subscription()) < 0;
  }

  private static String key(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    String text =
        String.join("\n", FORM, selection, "" + station, ordered ? "ordered" : "unordered", last);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
