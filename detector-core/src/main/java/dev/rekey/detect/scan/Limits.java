package dev.rekey.detect.scan;

/**
 * How much of a content is scanned; what is beyond is a note of its outcome.
 *
 * @param bytes how many bytes of each content are read; guards against sparse files of any size
 * @param findings how many findings of each content are reported; guards whoever collects them
 */
public record Limits(long bytes, long findings) {
  /** 64 GiB and 100,000 findings for each content. */
  public static final Limits DEFAULT = new Limits(64L << 30, 100_000);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a limit is not positive
   */
  public Limits {
    if (bytes <= 0 || findings <= 0) {
      throw new IllegalArgumentException(
          "limits must be positive: " + bytes + " bytes, " + findings + " findings");
    }
  }
}
