package dev.rekey.rotation.azure;

import dev.rekey.azure.ArmClient;
import dev.rekey.detect.Detector;
import dev.rekey.rotation.Rewriter;

/**
 * How apps are reached, and how values are found in them: what all their dependents share.
 *
 * @param arm the client
 * @param rewriter finds and replaces values
 * @param patience for what takes a while
 */
record AppService(ArmClient arm, Rewriter rewriter, Patience patience) {
  static AppService of(ArmClient arm, Detector detector) {
    return new AppService(arm, new Rewriter(detector), Patience.DEFAULT);
  }

  AppService with(Patience longer) {
    return new AppService(arm, rewriter, longer);
  }
}
