package dev.rekey.examples.readme;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.Rule;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Severity;

/** Adds a rule to the built-in ones. */
public final class ARuleOfYourOwn {
  private ARuleOfYourOwn() {}

  /** Returns a detector that finds Acme's tokens, besides everything else. */
  public static Detector detector(FingerprintKey key) {
    // region
    Rule acme = Rule.named("acme.api-token")
        .label("an Acme API token")
        .severity(Severity.CRITICAL)
        .remedy(Remedy.REVOKE)
        .keyword("acme_") // The cheap test: the pattern runs only where it stands.
        .regex("\\b(?<secret>acme_[A-Za-z0-9]{36})\\b")
        .signature("acme_") // What reports may show of the value.
        .example("ACME_TOKEN=acme_<<[A-Za-z0-9]{36}>>") // Filled with random characters.
        .counterexample("ACME_TOKEN=acme_your_token_here")
        .build();
    RuleSet rules = RuleSet.builtIn().plus(acme);
    Detector detector = Detector.builder(rules).fingerprintKey(key).build();
    // endregion
    return detector;
  }
}
