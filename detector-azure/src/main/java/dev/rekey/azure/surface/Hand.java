package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.scan.Outcome;

/** Takes what a visit finds, on the thread that visits. */
interface Hand {
  /**
   * Says whether the visit is to go on.
   *
   * @throws InterruptedException if it is not
   */
  void check() throws InterruptedException;

  /** Takes lines, which are wiped once they were scanned. */
  void take(String address, AssetContext context, Lines lines) throws InterruptedException;

  /** Takes note of what can't be had. */
  void gap(String address, Outcome outcome) throws InterruptedException;

  /** Takes note of a value that only says where a secret is, or hides it. */
  void reference(String address, String name) throws InterruptedException;
}
