package dev.rekey.detect;

/**
 * The span of a secret value, without what surrounds it, in the content that was passed in.
 *
 * @param start where the value starts, 0-based: in bytes, or in UTF-16 units where the content was a
 *     {@link CharSequence}
 * @param end where it ends, exclusive, in the same unit
 * @param line the line of {@code start}, counted from 1; lines end at {@code \n}
 * @param column the column of {@code start} in Unicode code points, counted from 1; bytes are read
 *     as UTF-8 for this, or as the UTF-16 that a byte-order mark announces. The mark is no column.
 */
public record Location(long start, long end, long line, long column) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if the span is negative or reversed, or a count is below 1
   */
  public Location {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("span must be 0 <= start <= end: " + start + ".." + end);
    }
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("line and column count from 1: " + line + ":" + column);
    }
  }
}
