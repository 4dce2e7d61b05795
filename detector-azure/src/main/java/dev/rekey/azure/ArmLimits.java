package dev.rekey.azure;

/**
 * How many calls ARM allows one caller in one subscription: token buckets, which hold so many calls
 * and are refilled steadily. A client that keeps to them is not refused.
 *
 * <p>Source: learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
 *
 * @param reads what the bucket for reads holds, 1 or more
 * @param readsPerSecond what is refilled each second, more than 0
 * @param writes what the bucket for writes holds, 1 or more; some lists by POST are taken from it
 * @param writesPerSecond what is refilled each second, more than 0
 */
public record ArmLimits(int reads, double readsPerSecond, int writes, double writesPerSecond) {
  /** Those of the public cloud: 250 reads and 25 a second, 200 writes and 10 a second. */
  public static final ArmLimits PUBLIC = new ArmLimits(250, 25, 200, 10);

  /** Those of the other clouds: 12,000 reads and 1,200 writes an hour. */
  public static final ArmLimits HOURLY =
      new ArmLimits(12_000, 12_000 / 3600.0, 1_200, 1_200 / 3600.0);

  /** None: every call goes out at once, and only refusals slow it down. */
  public static final ArmLimits NONE =
      new ArmLimits(Integer.MAX_VALUE, 1e9, Integer.MAX_VALUE, 1e9);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a bucket is empty or never refilled
   */
  public ArmLimits {
    if (reads < 1 || writes < 1 || !(readsPerSecond > 0) || !(writesPerSecond > 0)) {
      throw new IllegalArgumentException("a bucket holds a call and is refilled");
    }
  }
}
