package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.DependentFinder;

/** The contract of dependents, for settings in memory. */
abstract class SettingsContract extends DependentContract {
  private final Settings settings;

  SettingsContract(Settings settings) {
    this.settings = settings;
  }

  @Override
  protected DependentFinder dependents() {
    return settings;
  }

  @Override
  protected FingerprintKey fingerprints() {
    return Settings.KEY;
  }

  @Override
  protected void configure(Secret value) {
    settings.configure(value);
  }

  @Override
  protected String configuration() {
    return settings.settings.toString();
  }
}
