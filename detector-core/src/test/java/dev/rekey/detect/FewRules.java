package dev.rekey.detect;

import java.util.Set;

/** Some of the built-in rules, for tests whose outcome shall not change with each new rule. */
public final class FewRules {
  /** One of each kind: by signature, in context, with parts, a block, and one for anything. */
  public static final RuleSet ALL = only(
      "azure.storage-account-key",
      "azure.storage-connection-string",
      "azure.cosmos-connection-string",
      "azure.common-annotated-key",
      "github.token",
      "private-key.pem",
      "generic.password");

  private FewRules() {}

  /** Returns the built-in rules of these ids. */
  public static RuleSet only(String... ids) {
    Set<String> kept = Set.of(ids);
    return RuleSet.builtIn()
        .without(RuleSet.builtIn().rules().stream()
            .map(Rule::id)
            .filter(id -> !kept.contains(id))
            .toArray(String[]::new));
  }
}
