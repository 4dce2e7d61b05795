package dev.rekey.simulator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;

/** Time as Azure writes it: in ticks of 100 ns, with seven digits after the point. */
final class Ticks {
  private static final int NANOS = 100;
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private Ticks() {}

  static Instant floor(Instant instant) {
    return instant.minusNanos(instant.get(ChronoField.NANO_OF_SECOND) % NANOS);
  }

  /** Returns now, or the tick after {@code previous} if the clock has not moved on. */
  static Instant after(Instant previous, Instant now) {
    Instant floor = floor(now);
    return floor.isAfter(previous) ? floor : previous.plusNanos(NANOS);
  }

  static String format(Instant instant) {
    return FORMAT.format(instant);
  }
}
