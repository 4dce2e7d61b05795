package dev.rekey.rotation.testkit;

/** Settings in memory keep the contract of dependents. */
class SettingsTest extends SettingsContract {
  SettingsTest() {
    super(new Settings());
  }
}
