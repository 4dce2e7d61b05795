package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.exposure.Signal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private final FakeWorld world = new FakeWorld(21);

  private static Blocker only(RotationPlan plan) {
    assertThat(plan.blockers()).hasSize(1);
    assertThat(plan.steps()).as("a plan that can't be approved has no steps").isEmpty();
    return plan.blockers().get(0);
  }

  @Test
  void a_plan_says_who_is_moved_where_and_in_what_order() {
    RotationPlan plan = world.plan();

    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.risks()).isEmpty();
    assertThat(plan.exposedSlot()).isEqualTo("key1");
    assertThat(plan.standbySlot()).isEqualTo("key2");
    assertThat(plan.dependents()).extracting(RotationPlan.User::id).containsExactly("shop", "till");
    assertThat(plan.secretName()).isEqualTo("acme-key");
    assertThat(plan.retire()).extracting(StoredVersion::toString).containsExactly("acme-key/v1");
    assertThat(plan.steps())
        .extracting(RotationStep::toString)
        .containsExactly(
            "issue   key2 of account acme: POST regenerate key2",
            "store   secret acme-key: PUT acme-key",
            "adopt   app shop: PUT shop/appsettings",
            "verify  app shop: its configuration is read again; it is running",
            "adopt   app till: PUT till/appsettings",
            "verify  app till: its configuration is read again; it is running",
            "revoke  key1 of account acme: POST regenerate key1",
            "prove   key1 of account acme: its issue time has changed, every endpoint refuses the old"
                + " value and takes the new one",
            "retire  version acme-key/v1: PATCH acme-key/v1");
  }

  @Test
  void planning_changes_nothing() {
    FakeWorld.State before = world.state.copy();
    world.plan();

    assertThat(world.changes).isEmpty();
    assertThat(world.state).isEqualTo(before);
    assertThat(Set.copyOf(world.calls))
        .isSubsetOf(
            "issuers.findIssuing",
            "issuer.snapshot",
            "dependents.findUsing",
            "store.holding",
            "usage.usesOf");
  }

  @Test
  void a_dependent_on_the_standby_slot_is_first_moved_to_the_exposed_one() {
    world.addApp("nightly", world.value("key2"));
    world.state.apps().get("till").put("SPARE", world.value("key2"));
    RotationPlan plan = world.plan();

    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.standbyUsers())
        .extracting(RotationPlan.User::id)
        .containsExactly("nightly", "till");
    assertThat(plan.moved())
        .extracting(RotationPlan.User::id)
        .containsExactly("shop", "till", "nightly");
    assertThat(plan.steps())
        .extracting(RotationStep::toString)
        .startsWith(
            "converge app nightly: from key2 to key1: PUT nightly/appsettings",
            "verify  app nightly: its configuration is read again; it is running",
            "converge app till: from key2 to key1: PUT till/appsettings",
            "verify  app till: its configuration is read again; it is running",
            "issue   key2 of account acme: POST regenerate key2");
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void a_store_whose_newest_version_holds_the_standby_value_blocks() {
    world
        .state
        .versions()
        .add(new FakeWorld.Version("acme-key", "v2", world.value("key2"), true, "by hand"));

    Blocker blocker = only(world.plan());
    assertThat(blocker.kind()).isEqualTo(Blocker.Kind.STANDBY_IN_USE);
    assertThat(blocker.toString()).contains("acme-key").contains("newest version");
  }

  @Test
  void a_value_stored_under_two_names_that_may_be_followed_blocks() {
    world
        .state
        .versions()
        .add(new FakeWorld.Version("other-key", "w1", world.exposed(), true, "by hand"));

    Blocker blocker = only(world.plan());
    assertThat(blocker.kind()).isEqualTo(Blocker.Kind.STORED_UNDER_SEVERAL_NAMES);
    assertThat(blocker.toString()).contains("acme-key").contains("other-key");
  }

  @Test
  void the_new_value_goes_under_the_name_that_is_followed_not_one_that_has_moved_on() {
    world.guard = false;
    world
        .state
        .versions()
        .add(0, new FakeWorld.Version("a-former", "u1", world.exposed(), true, "by hand"));
    world
        .state
        .versions()
        .add(new FakeWorld.Version("a-former", "u2", world.newValue(), true, "by hand"));
    RotationPlan plan = world.plan();

    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.secretName()).isEqualTo("acme-key");
    assertThat(plan.retire()).hasSize(2);
  }

  @Test
  void a_value_that_is_stored_nowhere_gets_the_stores_name_for_its_issuer() {
    world.state.versions().clear();
    assertThat(world.plan().secretName()).isEqualTo("rekey-acme");
  }

  @Test
  void a_credential_that_no_issuer_holds_blocks() {
    world.guard = false;
    var exposure = world.exposure();
    world.state.slots().put("key1", new FakeWorld.Value(world.newValue(), FakeWorld.START));

    Blocker blocker = only(world.planner().plan(exposure));
    assertThat(blocker.kind()).isEqualTo(Blocker.Kind.NO_ISSUER);
    assertThat(blocker.fix()).contains("close the exposure");
  }

  @Test
  void an_issuer_with_one_slot_blocks() {
    world.state.slots().remove("key2");
    assertThat(only(world.plan()).kind()).isEqualTo(Blocker.Kind.NO_STANDBY);
  }

  @Test
  void whatever_can_not_be_read_blocks_and_never_throws() {
    world.plan();
    int sites = world.calls.size();
    assertThat(sites).isGreaterThan(5);
    for (int at = 1; at <= sites; at++) {
      FakeWorld broken = new FakeWorld(21);
      broken.faults.put(at, FakeWorld.Fault.THROW_BEFORE);
      RotationPlan plan = broken.plan();
      Blocker blocker = only(plan);
      assertThat(blocker.kind()).as("call %d", at).isEqualTo(Blocker.Kind.UNREADABLE);
      assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
    }
  }

  @Test
  void unknown_use_is_a_risk_and_known_use_of_the_standby_slot_is_another() {
    world.usage = UsageSource.NONE;
    assertThat(world.plan().risks()).containsExactly(Risk.USE_UNKNOWN);

    world.usage = (issuer, slot, value, since) ->
        new UsageSource.Usage.Counted(slot.equals("key2") ? 3 : 0, List.of("10.1.1.1"));
    assertThat(world.plan().risks()).containsExactly(Risk.USE_NON_ZERO);

    world.usage = (issuer, slot, value, since) ->
        new UsageSource.Usage.Counted(slot.equals("key1") ? 3 : 0, List.of("10.1.1.1"));
    assertThat(world.plan().risks()).as("the exposed slot is in use: of course").isEmpty();
  }

  @Test
  void places_of_the_dependents_themselves_are_no_residue() {
    RotationPlan plan = world.planner().plan(world.exposure("repo", "SHOP"));
    assertThat(plan.residue()).extracting(place -> place.address()).containsExactly("repo/file");
  }

  @Test
  void production_is_the_worst_that_is_known_of_places_and_dependents() {
    Signal no = Signal.no("its tag says so");
    Signal yes = Signal.yes("its tag says so");

    assertThat(production(no, "repo"))
        .as("who uses it may be production, wherever it was found")
        .isEqualTo(Signal.unknown("app shop uses it, and is no place of which that is known"));
    assertThat(production(no, "SHOP", "till")).isEqualTo(no);
    assertThat(production(yes, "SHOP", "till")).isEqualTo(yes);
    assertThat(production(yes, "repo")).isEqualTo(yes);
    world.addApp("nightly", world.value("key2"));
    assertThat(production(no, "shop", "till").answer()).isEqualTo(Signal.Answer.UNKNOWN);
  }

  private Signal production(Signal signal, String... resources) {
    return world.planner().plan(world.exposure(signal, resources)).production();
  }

  @Test
  void a_planner_names_the_part_that_it_lacks() {
    assertThatThrownBy(() -> Planner.builder().issuers(world.issuers()).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("store");
  }
}
