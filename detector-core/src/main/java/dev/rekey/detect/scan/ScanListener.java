package dev.rekey.detect.scan;

import dev.rekey.detect.Finding;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;

/**
 * Is told what a scan finds, as it goes.
 *
 * <p>Calls are serial. For each content that is opened, {@link #started} comes first, then its
 * findings in the order of their starts, then {@link #finished}; a gap has only {@link #finished}. An
 * exception that a listener throws ends the scan and reaches its caller.
 */
@FunctionalInterface
public interface ScanListener {
  /**
   * A secret was found.
   *
   * @param secret its value, lent until this method returns; {@link Secret#copy} keeps it
   */
  void found(Finding finding, Secret secret);

  /** A content is about to be read. */
  default void started(String address, AssetContext context) {}

  /** A content has ended, or could not be had. */
  default void finished(String address, Outcome outcome) {}

  /** Returns a listener that tells this one, then another. */
  default ScanListener and(ScanListener other) {
    ScanListener one = this;
    return new ScanListener() {
      @Override
      public void found(Finding finding, Secret secret) {
        one.found(finding, secret);
        other.found(finding, secret);
      }

      @Override
      public void started(String address, AssetContext context) {
        one.started(address, context);
        other.started(address, context);
      }

      @Override
      public void finished(String address, Outcome outcome) {
        one.finished(address, outcome);
        other.finished(address, outcome);
      }
    };
  }
}
