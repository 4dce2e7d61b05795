package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Signal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
            "check   all that was looked at for this plan, and once more before each of the two slots:"
                + " every known kind of dependent is looked through",
            "issue   key2 of account acme: POST regenerate key2",
            "store   secret acme-key: PUT acme-key",
            "adopt   app shop: PUT shop/appsettings",
            "verify  app shop: its configuration is read again; it is running",
            "adopt   app till: PUT till/appsettings",
            "verify  app till: its configuration is read again; it is running",
            "revoke  key1 of account acme: POST regenerate key1",
            "prove   key1 of account acme: its issuer holds it no longer, every endpoint refuses the old"
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

  /** What the parts offer that carries no attempt, and so may be asked for a plan. */
  private static final Set<String> LOOKING = Set.of(
      "IssuerFinder.findIssuing",
      "IssuerFinder.issuer",
      "SecretIssuer.id",
      "SecretIssuer.label",
      "SecretIssuer.snapshot",
      "SlotIssuer.read",
      "SecretIssuer.probe",
      "SlotIssuer.describeIssue",
      "OneShotIssuer.describeIssue",
      "SecretIssuer.sessions",
      "SecretIssuer.beside",
      "SecretIssuer.describeRevoke",
      "SecretStore.id",
      "SecretStore.nameFor",
      "SecretStore.holding",
      "SecretStore.read",
      "SecretStore.obstacles",
      "SecretIssuer.obstacles",
      "Dependent.obstacles",
      "Dependent.canHaveIdentity",
      "SecretIssuer.killSwitches",
      "SecretIssuer.keyless",
      "KillSwitch.id",
      "KillSwitch.label",
      "KillSwitch.isOn",
      "KillSwitch.breaks",
      "KillSwitch.isRefusal",
      "KillSwitch.describeTurnOn",
      "KillSwitch.describeTurnOff",
      "KillSwitch.obstacles",
      "KillSwitch.obstaclesToTurnOff",
      "SecretStore.describePut",
      "SecretStore.describeDisable",
      "DependentFinder.findOpaque",
      "DependentFinder.findUsing",
      "DependentFinder.dependent",
      "DependentFinder.describeFind",
      "Dependent.id",
      "Dependent.label",
      "Dependent.link",
      "Dependent.proves",
      "Dependent.followsStore",
      "Dependent.observe",
      "Dependent.verify",
      "Dependent.describeAdopt",
      "UsageSource.usesOf");

  @Test
  void a_dry_run_makes_no_call_that_carries_an_attempt_in_any_state_of_the_world() {
    Set<String> called = new TreeSet<>();
    for (int variant = 0; variant < 16; variant++) {
      FakeWorld varied = new FakeWorld(variant);
      varied.guard = false;
      varied.hasSwitch = true;
      if ((variant & 1) != 0) {
        varied.addApp("nightly", varied.value("key2"));
      }
      if ((variant & 2) != 0) {
        varied.state.versions().clear();
      }
      if ((variant & 4) != 0) {
        varied.usage = UsageSource.NONE;
      }
      if ((variant & 8) != 0) {
        varied.state.slots().remove("key2");
        varied.state.apps().remove("nightly");
      }
      RotationPlan plan = Planner.builder()
          .issuers(looking(IssuerFinder.class, varied.issuers(), called))
          .store(looking(SecretStore.class, varied.store, called))
          .dependents(looking(DependentFinder.class, varied.dependents(), called))
          .usage(looking(UsageSource.class, varied.usage, called))
          .clock(varied.clock())
          .build()
          .plan(varied.exposure());
      assertThat(plan.toText() + plan.role() + plan.toJson()).isNotEmpty();
      assertThat(varied.changes).as("variant %d", variant).isEmpty();
    }
    assertThat(called)
        .contains("SecretIssuer.describeRevoke", "Dependent.describeAdopt", "UsageSource.usesOf")
        .contains("SecretIssuer.obstacles", "SecretStore.obstacles", "Dependent.obstacles")
        .contains("SecretIssuer.killSwitches", "KillSwitch.isOn", "KillSwitch.describeTurnOff");
    assertThat(LOOKING)
        .as("what takes no attempt, and is thought to only look")
        .containsAll(called);
  }

  @Test
  void whatever_changes_something_carries_an_attempt() {
    Set<String> without = new TreeSet<>();
    for (Class<?> part : List.of(
        IssuerFinder.class,
        SecretIssuer.class,
        SlotIssuer.class,
        OneShotIssuer.class,
        SecretStore.class,
        DependentFinder.class,
        Dependent.class,
        KillSwitch.class,
        UsageSource.class)) {
      for (Method method : part.getDeclaredMethods()) {
        boolean offered = !method.isSynthetic() && !Modifier.isStatic(method.getModifiers());
        if (offered && !carriesAttempt(method)) {
          without.add(part.getSimpleName() + "." + method.getName());
        }
      }
    }
    assertThat(without).containsExactlyInAnyOrderElementsOf(LOOKING);
  }

  private static boolean carriesAttempt(Method method) {
    return List.of(method.getParameterTypes()).contains(AttemptId.class);
  }

  /** A part whose calls are noted, and fail if they carry an attempt; what it hands out is one too. */
  private static <T> T looking(Class<T> type, T part, Set<String> called) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
          assertThat(carriesAttempt(method)).as("%s while planning", method).isFalse();
          called.add(method.getDeclaringClass().getSimpleName() + "." + method.getName());
          try {
            return lookingOnly(method.invoke(part, arguments), called);
          } catch (InvocationTargetException failed) {
            throw failed.getCause();
          }
        }));
  }

  private static Object lookingOnly(Object result, Set<String> called) {
    if (result instanceof IssuerFinder.Holding holding) {
      return new IssuerFinder.Holding(
          looking(SlotIssuer.class, (SlotIssuer) holding.issuer(), called), holding.slot());
    }
    if (result instanceof KillSwitch killSwitch) {
      return looking(KillSwitch.class, killSwitch, called);
    }
    if (result instanceof Dependent dependent) {
      return looking(Dependent.class, dependent, called);
    }
    if (result instanceof Optional<?> optional) {
      return optional.map(held -> lookingOnly(held, called));
    }
    if (result instanceof List<?> list) {
      return list.stream().map(held -> lookingOnly(held, called)).toList();
    }
    return result;
  }

  @Test
  void a_plan_says_what_stays_open_and_what_it_can_not_know() {
    world.usage = UsageSource.NONE;
    RotationPlan plan = world.plan();

    assertThat(plan.gaps())
        .containsExactly(
            "Nobody that is known: everybody is moved to key2 and verified before step 8"
                + " revokes key1.");
    assertThat(plan.steps().get(7).kind()).isEqualTo(RotationStep.Kind.REVOKE);
    assertThat(plan.windows()).hasSize(3);
    assertThat(plan.windows().get(0)).startsWith("Until step 8, whoever has the exposed value");
    assertThat(plan.windows().get(1)).contains("step 2").contains("step 8");
    assertThat(plan.unknowns())
        .containsExactly(
            "Whether anybody unknown uses key2: no usage source is connected.",
            "Whether anybody unknown uses key1: no usage source is connected.",
            "Whether production uses it: a test.",
            "Who uses it where nobody looks: dependents are those that the planner's finders know.");

    world.usage = (issuer, slot, value, since) -> new UsageSource.Usage.Counted(0, List.of());
    assertThat(world.plan().unknowns().get(0))
        .matches("Who used key2 before 2025-12-25T.+Z and not since.");
  }

  @Test
  void a_blocked_plan_promises_nothing() {
    world.state.slots().remove("key2");
    RotationPlan plan = world.plan();

    assertThat(plan.gaps()).isEmpty();
    assertThat(plan.windows()).isEmpty();
    assertThat(plan.permissions()).isEmpty();
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
        .hasSize(16)
        .containsSequence(
            "converge app nightly: from key2 to key1: PUT nightly/appsettings",
            "verify  app nightly: its configuration is read again; it is running",
            "converge app till: from key2 to key1: PUT till/appsettings",
            "verify  app till: its configuration is read again; it is running",
            "issue   key2 of account acme: POST regenerate key2");
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void two_slots_with_the_same_value_block() {
    world.state.slots().put("key2", world.state.slots().get("key1"));

    Blocker blocker = only(world.plan());
    assertThat(blocker.kind()).isEqualTo(Blocker.Kind.STANDBY_IN_USE);
    assertThat(blocker.toString()).contains("hold the same value").contains("Regenerate key2");
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
  void of_two_exposed_credentials_of_one_issuer_the_less_urgent_waits_for_the_other() {
    Exposure less = world.exposureOf(
        world.value("key2"), new Signal(Signal.Answer.NO, "its setting says development"));
    Exposure more = world.exposure(new Signal(Signal.Answer.YES, "its setting says production"));

    List<RotationPlan> plans = world.planner().plan(List.of(less, more));

    assertThat(plans).extracting(RotationPlan::exposedSlot).containsExactly("key1", "key2");
    assertThat(plans.get(0).blockers()).isEmpty();
    Blocker blocker = only(plans.get(1));
    assertThat(blocker.kind()).isEqualTo(Blocker.Kind.WAITS_FOR_ANOTHER);
    assertThat(blocker.problem()).isEqualTo("another plan rotates key1 of account acme first");

    RotationPlan first = plans.get(0);
    assertThat(world.rotator(new MemoryJournal()).execute(first, world.approve(first)))
        .isInstanceOf(RotationResult.Completed.class);
    assertThat(only(world.planner().plan(less)).kind())
        .as("it died with the other")
        .isEqualTo(Blocker.Kind.NO_ISSUER);
  }

  @Test
  void whoever_is_blocked_is_waited_for_by_nobody() {
    world
        .state
        .versions()
        .add(new FakeWorld.Version("another-name", "v1", world.exposed(), true, "by hand"));
    Exposure less = world.exposureOf(
        world.value("key2"), new Signal(Signal.Answer.NO, "its setting says development"));

    List<RotationPlan> plans = world.planner().plan(List.of(world.exposure(), less));

    assertThat(only(plans.get(0)).kind()).isEqualTo(Blocker.Kind.STORED_UNDER_SEVERAL_NAMES);
    assertThat(plans.get(1).blockers())
        .extracting(Blocker::kind)
        .doesNotContain(Blocker.Kind.WAITS_FOR_ANOTHER);
  }

  @Test
  void whoever_gets_the_password_from_the_store_and_the_name_of_the_user_elsewhere_blocks() {
    world.beside.put("app_a", "app_b");
    assertThat(world.plan().blockers()).isEmpty();
    assertThat(world.plan().risks()).contains(Risk.GAP);
    assertThat(world.plan().unknowns())
        .anyMatch(sentence -> sentence.contains("takes the name of the user too"));

    world.followers.add("till");
    Blocker blocker = only(world.plan());
    assertThat(blocker.kind()).isEqualTo(Blocker.Kind.FOLLOWS_WITHOUT_NAME);
    assertThat(blocker.problem()).contains("app till takes its password from the secret acme-key");

    world.state.versions().clear();
    world.followers.clear();
    assertThat(world.plan().risks()).as("nobody follows a name").doesNotContain(Risk.GAP);
  }

  @Test
  void whoever_follows_the_store_is_moved_after_those_who_may_be_followed() {
    world.followers.add("shop");
    assertThat(world.plan().moved())
        .extracting(RotationPlan.User::id)
        .containsExactly("till", "shop");
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
      if (at == 1) {
        broken.state.versions().clear(); // With the value at hand it would be looked for once more.
      }
      RotationPlan plan = broken.plan();
      Blocker blocker = only(plan);
      assertThat(blocker.kind()).as("call %d", at).isEqualTo(Blocker.Kind.UNREADABLE);
      assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
    }
  }

  @Test
  void everybody_is_asked_what_stands_in_the_way_and_the_plan_tells_it_all_at_once() {
    world.addApp("nightly", world.value("key2"));
    Obstacles locked = Obstacles.blocked(Blocker.Kind.LOCKED, "a lock", "Remove it.");
    world.obstacles.put("issuer", locked.and(Obstacles.unknown("Whether it is dark.")));
    world.obstacles.put(
        "store", Obstacles.blocked(Blocker.Kind.STORE_REFUSES, "a firewall", "Open it."));
    world.obstacles.put("till", locked); // The same lock, which is told once.
    world.obstacles.put(
        "nightly", Obstacles.blocked(Blocker.Kind.NOT_PERMITTED, "no role", "Assign one."));
    RotationPlan plan = world.plan();

    assertThat(plan.blockers())
        .extracting(Blocker::kind)
        .containsExactly(
            Blocker.Kind.LOCKED, Blocker.Kind.STORE_REFUSES, Blocker.Kind.NOT_PERMITTED);
    assertThat(plan.unknowns()).contains("Whether it is dark.");
    assertThat(plan.steps()).isEmpty();
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void what_is_not_known_of_obstacles_stops_no_plan() {
    world.obstacles.put("till", Obstacles.unknown("Whether till may be written."));
    RotationPlan plan = world.plan();
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.unknowns()).contains("Whether till may be written.");
  }

  @Test
  void what_keeps_from_reading_is_a_blocker_of_its_kind_however_often_it_was_wrapped() {
    Blocker lock = new Blocker(Blocker.Kind.LOCKED, "listing failed: locked", "Unlock.");
    RotationException inner = new RotationException(lock, "id-1", new IllegalStateException("x"));
    assertThat(inner.problem()).isEqualTo("listing failed: locked (request id id-1)");
    RotationException outer = new RotationException("1 of 2 could not be asked", inner);

    assertThat(Blocker.of(outer))
        .isEqualTo(new Blocker(Blocker.Kind.LOCKED, "1 of 2 could not be asked", "Unlock."));
    assertThat(Blocker.of(new RotationException("no answer")).kind())
        .isEqualTo(Blocker.Kind.UNREADABLE);
  }

  @Test
  void a_plan_names_the_kill_switches_and_what_they_would_break_and_uses_none() {
    world.hasSwitch = true;
    RotationPlan plan = world.plan();

    assertThat(plan.containment()).singleElement().satisfies(planned -> {
      assertThat(planned.id()).isEqualTo(FakeSwitch.ID);
      assertThat(planned.on()).isFalse();
      assertThat(planned.breaks())
          .containsExactly(
              "Whoever has a key of account acme is refused.",
              "app shop is refused until it is turned off again.",
              "app till is refused until it is turned off again.");
      assertThat(planned.canBeUndone()).isTrue();
    });
    assertThat(plan.steps()).noneMatch(step -> step.call().text().startsWith("PATCH acme {"));
    assertThat(plan.toText())
        .contains(
            "If it can't wait: kill switches", "breaks: app shop is refused", "way back: PATCH");
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);

    world.switchIsFinal = true;
    world.keysOff = true;
    RotationPlan other = world.plan();
    assertThat(other.hash()).isNotEqualTo(plan.hash());
    assertThat(other.containment().get(0).on()).isTrue();
    assertThat(other.containment().get(0).canBeUndone()).isFalse();
    assertThat(other.toText()).contains("turned off already", "there is no way back");
    assertThat(RotationPlan.parse(other.toJson())).isEqualTo(other);
  }

  @Test
  void a_plan_that_can_not_be_approved_names_them_too() {
    world.hasSwitch = true;
    world.obstacles.put("issuer", Obstacles.blocked(Blocker.Kind.LOCKED, "a lock", "Remove it."));
    assertThat(world.plan().containment()).hasSize(1);
    world.first.put("switch.isOn", FakeWorld.Fault.THROW_BEFORE);
    assertThat(world.plan().containment().get(0).toTurnOn().unknowns())
        .singleElement()
        .asString()
        .contains("switch.isOn could not be called");
  }

  @Test
  void the_ladder_begins_with_no_secret_at_all_and_ends_with_the_remedy_of_the_rule() {
    world.withIdentity.add("till");
    RotationPlan plan = world.plan();

    assertThat(plan.ladder())
        .extracting(Rung::kind)
        .containsExactly(Rung.Kind.WITHOUT_SECRET, Rung.Kind.REFERENCE, Rung.Kind.REMEDY);
    assertThat(plan.ladder().get(0).what())
        .startsWith("Use no secret: a managed identity with Acme Reader at accounts/acme.");
    assertThat(plan.ladder().get(0).who()).containsExactly("app till");
    assertThat(plan.ladder().get(0).others()).containsExactly("app shop");
    assertThat(plan.ladder().get(1).who()).containsExactly("app till");
    assertThat(plan.ladder().get(2).what()).startsWith("Rotate it");
    assertThat(plan.toText()).contains("What ends the danger, the best first", "for app till");
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void without_anybody_who_could_do_better_the_ladder_is_the_remedy_and_no_secret() {
    assertThat(world.plan().ladder()).extracting(Rung::kind).containsExactly(Rung.Kind.REMEDY);
    world.hasSwitch = true;
    assertThat(world.plan().ladder())
        .extracting(Rung::kind)
        .containsExactly(Rung.Kind.WITHOUT_SECRET, Rung.Kind.REMEDY);
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
