package dev.rekey.rotation.azure;

import dev.rekey.azure.ArmClient;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.Rewriter;
import dev.rekey.rotation.SecretStore;
import java.util.Optional;

/**
 * How apps are reached, and how values are found in them: what all their dependents share.
 *
 * @param arm the client
 * @param rewriter finds and replaces values
 * @param fingerprints the key under which it fingerprints
 * @param patience for what takes a while
 * @param followed the vault into which references are followed, if one is
 */
record AppService(
    ArmClient arm,
    Rewriter rewriter,
    FingerprintKey fingerprints,
    Patience patience,
    Optional<Followed> followed) {
  static AppService of(ArmClient arm, Detector detector) {
    return new AppService(
        arm, new Rewriter(detector), detector.fingerprintKey(), Patience.DEFAULT, Optional.empty());
  }

  AppService with(Patience other) {
    return new AppService(arm, rewriter, fingerprints, other, followed);
  }

  AppService following(SecretStore store, Optional<String> harmless) {
    return new AppService(
        arm,
        rewriter,
        fingerprints,
        patience,
        Optional.of(new Followed(store, rewriter, harmless)));
  }

  Fingerprint fingerprint(Secret value) {
    return fingerprints.fingerprint(value);
  }
}
