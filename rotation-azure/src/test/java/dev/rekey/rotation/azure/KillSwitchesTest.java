package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.KillSwitch;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.PlannedSwitch;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.Rung;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Guards;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.StorageAccount;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Kill switches open and close what they say, can be undone, and are never taken for death. */
class KillSwitchesTest extends Shop {
  private static final String BUS = "Microsoft.ServiceBus/namespaces/shop-bus";
  private static final String HUB = "Microsoft.EventHub/namespaces/shop-hub";
  private static final String RULE = "/authorizationRules/RootManageSharedAccessKey";

  private static KillSwitch only(SecretIssuer issuer) {
    assertThat(issuer.killSwitches()).hasSize(1);
    return issuer.killSwitches().get(0);
  }

  private static List<ProbeAnswer> probe(SecretIssuer issuer, String slot, String value)
      throws Exception {
    try (Secret secret = Secret.of(value)) {
      return issuer.probe(slot, secret);
    }
  }

  /** It closes, is seen closed, and opens again; and closed is not dead. */
  private static void assertSwitches(SecretIssuer issuer, String slot, String value, String code)
      throws Exception {
    KillSwitch killSwitch = only(issuer);
    assertThat(killSwitch.isOn()).isFalse();
    assertThat(probe(issuer, slot, value)).hasOnlyElementsOfType(ProbeAnswer.Accepted.class);
    for (int time = 0; time < 2; time++) { // Twice is once.
      killSwitch.turnOn(Lab.ATTEMPT);
      assertThat(killSwitch.isOn()).isTrue();
    }
    assertThat(probe(issuer, slot, value))
        .hasOnlyElementsOfType(ProbeAnswer.Unclear.class)
        .allMatch(answer -> answer.evidence().contains(code), code)
        .allMatch(killSwitch::isRefusal);
    killSwitch.turnOff(Lab.ATTEMPT);
    assertThat(killSwitch.isOn()).isFalse();
    assertThat(probe(issuer, slot, value)).hasOnlyElementsOfType(ProbeAnswer.Accepted.class);
  }

  @Test
  void shared_keys_of_an_account_are_turned_off_and_on_again() throws Exception {
    Lab lab = lab(StorageAccount.named("acct1"));
    assertSwitches(
        lab.issuer("acct1"),
        "key1",
        lab.azure.storageKey("acct1", "key1"),
        "KeyBasedAuthenticationNotPermitted");
    assertThat(lab.wire.sent("PATCH .+/acct1\\?.*"))
        .extracting(Wire.Sent::body)
        .containsExactly(
            "{\"properties\":{\"allowSharedKeyAccess\":false}}",
            "{\"properties\":{\"allowSharedKeyAccess\":false}}",
            "{\"properties\":{\"allowSharedKeyAccess\":true}}");
  }

  @Test
  void keys_of_a_namespace_are_turned_off_and_on_again() throws Exception {
    Lab lab = lab(
        StorageAccount.named("acct1"),
        MessagingNamespace.serviceBus("shop-bus"),
        MessagingNamespace.eventHubs("shop-hub"));
    for (String namespace : List.of(BUS, HUB)) {
      assertSwitches(
          lab.namespaces(Lab.OWNER).issuer(Lab.rule(namespace + RULE)),
          "PrimaryKey",
          lab.azure.sharedAccessKey(
              namespace.substring(namespace.lastIndexOf('/') + 1),
              "RootManageSharedAccessKey/PrimaryKey"),
          "LocalAuthDisabled");
    }
  }

  @Test
  void an_application_is_disabled_and_enabled_again() throws Exception {
    try (EntraLab lab = new EntraLab(EntraLab.shop())) {
      assertSwitches(lab.secrets(), "", lab.text("ci"), "7000112");
    }
  }

  @Test
  void a_plan_says_what_they_break_and_how_to_undo_them_and_plans_turn_nothing_off() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);

    PlannedSwitch planned = plan.containment().get(0);
    assertThat(planned.id()).isEqualTo(Lab.account("acct1") + "#allowSharedKeyAccess");
    assertThat(planned.breaks())
        .anyMatch(sentence -> sentence.startsWith("File shares that are mounted"))
        .anyMatch(sentence -> sentence.startsWith("web app shop-web is refused"));
    assertThat(planned.toTurnOn()).isEqualTo(Obstacles.NONE);
    assertThat(planned.canBeUndone()).isTrue();
    assertThat(planned.turnOn().az().get(0)).startsWith("az rest --method patch --url ");
    assertThat(plan.ladder())
        .extracting(Rung::kind)
        .containsExactly(Rung.Kind.WITHOUT_SECRET, Rung.Kind.REFERENCE, Rung.Kind.REMEDY);
    assertThat(plan.ladder().get(0).what()).contains("Storage Blob Data Contributor");
    assertThat(plan.ladder().get(0).who())
        .containsExactly("web app shop-web", "web app shop-worker");
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
    assertThat(lab.count("PATCH", ".*")).isZero();
  }

  @Test
  void a_policy_that_forbids_turning_it_on_or_off_again_is_told_before() throws Exception {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.azure
        .guards()
        .disallow(new Guards.Policy(
            Lab.GROUP,
            "no-shared-keys",
            "Microsoft.Storage/storageAccounts",
            "allowSharedKeyAccess",
            "true"));
    PlannedSwitch planned = plan(lab, Lab.OWNER).containment().get(0);
    assertThat(planned.toTurnOn().blockers()).isEmpty();
    assertThat(planned.canBeUndone()).isFalse();
    assertThat(planned.toTurnOff().blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(Blocker.Kind.DISALLOWED);
      assertThat(blocker.problem()).contains("no-shared-keys denies to turn on again");
    });
    KillSwitch killSwitch = only(lab.issuer("acct1"));
    killSwitch.turnOn(Lab.ATTEMPT);
    assertThatThrownBy(() -> killSwitch.turnOff(Lab.ATTEMPT))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("RequestDisallowedByPolicy")
        .extracting(failed -> ((RotationException) failed).blocker().map(Blocker::kind))
        .isEqualTo(Optional.of(Blocker.Kind.DISALLOWED));
  }

  @Test
  void what_can_t_be_asked_about_policies_is_unknown_and_a_lock_is_told() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/checkPolicyRestrictions").status(500, "{}").times(0));
    lab.azure
        .guards()
        .deny(Guards.Denial.toAll(
            Lab.account("acct1"), "stack", "Microsoft.Storage/storageAccounts/write"));
    PlannedSwitch planned = plan(lab, Lab.OWNER).containment().get(0);
    assertThat(planned.toTurnOn().blockers())
        .extracting(Blocker::kind)
        .containsExactly(Blocker.Kind.DENIED);
    assertThat(planned.toTurnOn().unknowns())
        .singleElement()
        .asString()
        .contains("Whether an Azure Policy denies to turn off the shared keys", "500");
  }
}
