package dev.rekey.simulator;

/** Made-up ids that the tests share. */
final class Names {
  static final String TENANT = "00000000-0000-0000-0000-000000000900";
  static final String CLIENT = "00000000-0000-0000-0000-000000000710";
  static final String WEAK = "00000000-0000-0000-0000-000000000711";
  static final String SUB = "00000000-0000-0000-0000-000000000000";
  static final String GROUP = "/subscriptions/" + SUB + "/resourceGroups/rg1";
  static final String ACCOUNT = GROUP + "/providers/Microsoft.Storage/storageAccounts/acct1";
  static final String APP = GROUP + "/providers/Microsoft.Web/sites/app1";

  private Names() {}
}
