package dev.rekey.detect.scan;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * How a scan went, in numbers. What was found is told to the listener.
 *
 * @param started when it started
 * @param elapsed how long it took
 * @param scanned contents that were read to their end
 * @param skipped contents that were left out on purpose
 * @param refused contents for which a permission is missing
 * @param failed contents that could not be read to their end
 * @param bytes bytes that were read
 * @param findings findings that were reported
 * @param cancelled whether the thread was interrupted before the end
 */
public record ScanReport(
    Instant started,
    Duration elapsed,
    long scanned,
    long skipped,
    long refused,
    long failed,
    long bytes,
    long findings,
    boolean cancelled) {
  /** Checks that nothing is null. */
  public ScanReport {
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(elapsed, "elapsed");
  }

  /** Returns how many outcomes there were: one for each content. */
  public long outcomes() {
    return scanned + skipped + refused + failed;
  }

  /** Returns the numbers of this scan and another together; it began when the first of them did. */
  public ScanReport plus(ScanReport other) {
    return new ScanReport(
        started.isBefore(other.started) ? started : other.started,
        elapsed.plus(other.elapsed),
        scanned + other.scanned,
        skipped + other.skipped,
        refused + other.refused,
        failed + other.failed,
        bytes + other.bytes,
        findings + other.findings,
        cancelled || other.cancelled);
  }

  /** Returns one line for people. */
  @Override
  public String toString() {
    return outcomes()
        + (outcomes() == 1 ? " content: " : " contents: ")
        + scanned
        + " scanned, "
        + skipped
        + " skipped, "
        + refused
        + " refused, "
        + failed
        + " failed; "
        + bytes
        + (bytes == 1 ? " byte, " : " bytes, ")
        + findings
        + (findings == 1 ? " finding" : " findings")
        + (cancelled ? "; cancelled before the end" : "");
  }
}
