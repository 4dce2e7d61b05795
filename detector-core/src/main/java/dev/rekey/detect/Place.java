package dev.rekey.detect;

import java.util.Objects;

/**
 * Where a secret was found: the address of a content, and the location in it.
 *
 * @param address a path relative to what was scanned, {@code /}-separated, or a resource id; empty
 *     for {@link Detector#detect(CharSequence)}
 * @param name the name of the entry in a content that has named entries (an app setting), else empty
 * @param location the span of the value
 */
public record Place(String address, String name, Location location) {
  /** Checks that nothing is null. */
  public Place {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(location, "location");
  }

  /** Returns the same place with the name of the entry that holds it. */
  public Place named(String entry) {
    return new Place(address, entry, location);
  }

  /** Returns {@code address › name} where the entry has a name, else {@code address:line:column}. */
  @Override
  public String toString() {
    if (!name.isEmpty()) {
      return address + " › " + name;
    }
    String position = location.line() + ":" + location.column();
    return address.isEmpty() ? position : address + ":" + position;
  }
}
