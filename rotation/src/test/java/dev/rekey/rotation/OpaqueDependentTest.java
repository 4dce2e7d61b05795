package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Those into whom nobody can look: a person moves them, and no value dies that they may need. */
class OpaqueDependentTest {
  private final FakeWorld world = new FakeWorld(21);
  private final RotationJournal journal = new MemoryJournal();

  private Rotator rotator() {
    return rotator(Function.identity());
  }

  private Rotator rotator(Function<Rotator.Builder, Rotator.Builder> more) {
    return world.rotator(journal, more);
  }

  /** A run that waits for the person who moves the factory. */
  private RotationResult.Suspended waiting() {
    world.opaque.put("factory", world.exposed());
    RotationPlan plan = world.plan();
    return (RotationResult.Suspended) rotator().execute(plan, world.approve(plan));
  }

  private void nobodyKnowsWhoUses() {
    world.usage = (issuer, slot, held, since) -> new UsageSource.Usage.Unknown("no logs");
  }

  private void theFactoryIsSeenUsing(String used) {
    world.usage = (issuer, slot, held, since) -> slot.equals(used)
        ? new UsageSource.Usage.Counted(1, List.of("FACTORY"))
        : new UsageSource.Usage.Counted(0, List.of());
  }

  @Test
  void a_plan_names_them_and_who_moves_them() {
    world.opaque.put("factory", world.exposed());
    RotationPlan plan = world.plan();
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.opaque())
        .containsExactly(new OpaqueDependent(
            "factory", "service factory", Link.REFERENCED, "Set it in the console of factory."));
    assertThat(plan.steps().stream().map(RotationStep::kind).toList())
        .containsSubsequence(
            RotationStep.Kind.ADOPT, RotationStep.Kind.ATTEST, RotationStep.Kind.REVOKE);
    assertThat(plan.toText())
        .contains("Moved by people: nobody can look into these")
        .contains("service factory: its configuration refers to it")
        .contains("Set it in the console of factory.")
        .contains("Which value service factory has: nobody can look into it.");
    assertThat(plan.gaps().get(0)).startsWith("Nobody that can be looked into");
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void a_run_waits_for_a_person_and_goes_on_when_they_have_said_so() {
    RotationResult.Suspended waits = waiting();
    assertThat(waits.code()).isEqualTo(ResultCode.ATTESTING);
    assertThat(waits.until())
        .hasValueSatisfying(deadline -> assertThat(deadline)
            .isBetween(
                FakeWorld.START.plus(Duration.ofDays(8)),
                FakeWorld.START.plus(Duration.ofDays(9))));
    assertThat(waits.summary())
        .startsWith("REKEY-R105, run ")
        .contains("service factory (factory) must be moved to the new credential, secret acme-key");
    assertThat(world.value("key1")).isEqualTo(world.exposed());

    int calls = world.calls.size();
    assertThat(rotator().resume(waits.runId())).isEqualTo(waits);
    assertThat(world.calls).as("before the deadline nothing is called").hasSize(calls);

    world.moveByHand("key2");
    rotator().attest(waits.runId(), world.moved("Factory"));
    assertThat(world.calls).as("to say so calls nothing").hasSize(calls);
    assertThat(rotator().resume(waits.runId())).isInstanceOf(RotationResult.Completed.class);
    assertThat(RotationTimeline.of(journal.entries(waits.runId())).toString())
        .contains("Olga says of factory: It has the new key.");
  }

  @Test
  void at_the_deadline_whoever_was_not_seen_in_all_that_time_needs_it_no_longer() {
    RotationResult.Suspended waits = waiting();
    world.moveByHand("key2"); // And nobody says so.
    world.now[0] = waits.until().orElseThrow();
    assertThat(rotator().resume(waits.runId())).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void at_the_deadline_a_person_is_called_if_it_was_seen() {
    RotationResult.Suspended waits = waiting();
    world.now[0] = waits.until().orElseThrow();
    theFactoryIsSeenUsing("key1");
    calledThenMoved(waits.runId());
  }

  @Test
  void at_the_deadline_a_person_is_called_if_nobody_knows_who_uses_it() {
    RotationResult.Suspended waits = waiting();
    world.now[0] = waits.until().orElseThrow();
    nobodyKnowsWhoUses();
    calledThenMoved(waits.runId());
  }

  @Test
  void at_the_deadline_a_person_is_called_if_it_is_known_that_but_not_who() {
    RotationResult.Suspended waits = waiting();
    world.now[0] = waits.until().orElseThrow();
    world.usage = (issuer, slot, held, since) -> new UsageSource.Usage.Counted(3, List.of());
    calledThenMoved(waits.runId());
  }

  @Test
  void at_the_deadline_a_person_is_called_if_somebody_was_seen_who_may_be_it_under_another_name() {
    RotationResult.Suspended waits = waiting();
    world.now[0] = waits.until().orElseThrow();
    world.usage =
        (issuer, slot, held, since) -> new UsageSource.Usage.Counted(3, List.of("10.0.0.8"));
    calledThenMoved(waits.runId());
  }

  @Test
  void at_the_deadline_uses_by_a_known_dependent_are_not_taken_for_its() {
    RotationResult.Suspended waits = waiting();
    world.moveByHand("key2");
    world.now[0] = waits.until().orElseThrow();
    Instant deadline = world.now[0];
    world.usage = (issuer, slot, held, since) -> since.isBefore(deadline)
        ? new UsageSource.Usage.Counted(3, List.of("SHOP"))
        : new UsageSource.Usage.Counted(0, List.of());
    assertThat(rotator().resume(waits.runId())).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void the_standby_slot_is_not_regenerated_while_somebody_uses_it_who_may_be_them() {
    world.opaque.put("factory", world.value("key2"));
    world.usage = (issuer, slot, held, since) -> slot.equals("key2")
        ? new UsageSource.Usage.Counted(1, List.of("10.0.0.8"))
        : new UsageSource.Usage.Counted(0, List.of());
    RotationPlan plan = world.plan();
    assertThat(rotator().execute(plan, world.approve(plan, Risk.USE_NON_ZERO)))
        .isInstanceOfSatisfying(
            RotationResult.RolledBack.class,
            back -> assertThat(back.why())
                .contains("that service factory (factory) does not use key2"));
    assertThat(world.changes).isEmpty();
  }

  private void calledThenMoved(String runId) {
    RotationResult.Stranded overdue = (RotationResult.Stranded) rotator().resume(runId);
    assertThat(overdue.code()).isEqualTo(ResultCode.OVERDUE);
    assertThat(overdue.now()).contains("service factory (factory)").contains("within PT192H");
    assertThat(world.value("key1")).as("nothing was revoked").isEqualTo(world.exposed());

    RotationResult again = rotator().resume(runId);
    assertThat(again)
        .as("who resumes it has the whole time again")
        .isInstanceOfSatisfying(
            RotationResult.Suspended.class,
            waits -> assertThat(waits.until())
                .hasValueSatisfying(deadline ->
                    assertThat(deadline).isAfter(world.now[0].plus(Duration.ofDays(7)))));
    world.moveByHand("key2");
    rotator().attest(runId, world.moved("factory"));
    world.usage = (issuer, slot, held, since) -> new UsageSource.Usage.Counted(0, List.of());
    assertThat(rotator().resume(runId)).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void whoever_was_seen_after_they_said_so_closes_the_gate() {
    RotationResult.Suspended waits = waiting();
    rotator().attest(waits.runId(), world.moved("factory"));
    theFactoryIsSeenUsing("key1");
    RotationResult.RolledBack back = (RotationResult.RolledBack) rotator().resume(waits.runId());
    assertThat(back.why()).contains("1 uses by FACTORY");
    assertThat(world.value("key1")).isEqualTo(world.exposed());
  }

  @Test
  void a_grace_of_ones_own_is_the_deadline() {
    world.opaque.put("factory", world.exposed());
    RotationPlan plan = world.plan();
    RotationResult.Suspended waits = (RotationResult.Suspended)
        rotator(b -> b.grace(Duration.ofHours(1))).execute(plan, world.approve(plan));
    assertThat(waits.until().orElseThrow()).isBefore(FakeWorld.START.plus(Duration.ofHours(2)));
    assertThatThrownBy(() -> rotator(b -> b.grace(Duration.ofHours(-1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("less than no time");
  }

  @Test
  void the_standby_slot_is_not_regenerated_while_they_may_use_it() {
    world.opaque.put("factory", world.value("key2"));
    nobodyKnowsWhoUses();
    RotationPlan plan = world.plan();
    assertThat(plan.unknowns())
        .anyMatch(sentence -> sentence.contains("the approval must hold an attestation"));
    RotationResult result = rotator().execute(plan, world.approve(plan, Risk.USE_UNKNOWN));
    assertThat(result).isInstanceOfSatisfying(RotationResult.RolledBack.class, back -> {
      assertThat(back.code()).isEqualTo(ResultCode.UNTOUCHED);
      assertThat(back.why())
          .contains("nobody says in the approval that service factory (factory) does not use key2");
    });
    assertThat(world.changes).isEmpty();
  }

  @Test
  void an_attestation_in_the_approval_opens_the_first_gate_and_not_the_second() {
    world.opaque.put("factory", world.exposed());
    nobodyKnowsWhoUses();
    RotationPlan plan = world.plan();
    Approval approval = world
        .approving(plan, Risk.USE_UNKNOWN)
        .attestation(new Attestation("Olga", "factory", "It uses key1 alone.", world.now[0]))
        .build();
    RotationResult.Suspended waits = (RotationResult.Suspended) rotator().execute(plan, approval);
    assertThat(waits.code()).isEqualTo(ResultCode.ATTESTING);
    world.moveByHand("key2");
    rotator().attest(waits.runId(), world.moved("factory"));
    assertThat(rotator().resume(waits.runId())).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void one_that_comes_after_the_plan_was_made_stops_the_run_before_anything_is_changed() {
    RotationPlan plan = world.plan();
    world.opaque.put("factory", world.exposed());
    RotationResult.RolledBack back =
        (RotationResult.RolledBack) rotator().execute(plan, world.approve(plan));
    assertThat(back.why()).contains("service factory began to use").contains("after the plan");
    assertThat(world.changes).isEmpty();
  }

  @Test
  void whoever_was_seen_and_is_not_known_is_one_of_them() {
    world.usage = (issuer, slot, held, since) -> slot.equals("key1")
        ? new UsageSource.Usage.Counted(5, List.of("10.1.2.3", "SHOP", " ", "evil\nname"))
        : new UsageSource.Usage.Counted(0, List.of());
    RotationPlan plan = world.plan();
    assertThat(plan.opaque())
        .extracting(OpaqueDependent::id)
        .containsExactly("10.1.2.3", "evil?name");
    assertThat(plan.opaque().get(0).link()).isEqualTo(Link.OBSERVED);
    assertThat(plan.opaque().get(0).moving()).contains("It was seen using key1");
    assertThat(plan.opaque().get(1).is("evil\nname")).isTrue();
  }

  @Test
  void whoever_was_only_seen_can_be_accepted_and_whoever_is_known_can_not() {
    theFactoryIsSeenUsing("key1");
    RotationPlan plan = world.plan();
    assertThat(plan.opaque()).extracting(OpaqueDependent::id).containsExactly("FACTORY");
    assertThat(rotator().execute(plan, world.approve(plan, Risk.USE_NON_ZERO)))
        .isInstanceOf(RotationResult.Completed.class);

    FakeWorld other = new FakeWorld(22);
    other.opaque.put("factory", other.exposed());
    RotationPlan known = other.plan();
    assertThat(other
            .rotator(new MemoryJournal())
            .execute(known, other.approve(known, Risk.USE_NON_ZERO)))
        .isInstanceOf(RotationResult.Suspended.class);
  }

  @Test
  void what_was_made_for_them_is_not_removed_while_they_may_have_it() {
    world.oneShot = Optional.of(new FakeOneShotIssuer(world));
    RotationResult.Suspended waits = waiting();
    String fresh = world.state.slots().lastKey();
    world.moveByHand(fresh);
    rotator().attest(waits.runId(), world.moved("factory"));
    world.unhealthyWithNew.add("shop");
    RotationResult.Stranded half = (RotationResult.Stranded) rotator().resume(waits.runId());
    assertThat(half.code()).isEqualTo(ResultCode.HALF_UNDONE);
    assertThat(half.now()).contains("service factory (factory) was moved to the new credential");
    assertThat(world.state.slots()).containsKey(fresh);

    world.now[0] = world.now[0].plusSeconds(60);
    world.moveByHand("key1");
    rotator().attest(waits.runId(), world.moved("factory"));
    assertThat(rotator().resume(waits.runId())).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.state.slots()).doesNotContainKey(fresh);
  }

  @Test
  void nobody_can_say_so_of_a_run_or_a_dependent_that_there_is_not() {
    String runId = waiting().runId();
    assertThatThrownBy(() -> rotator().attest("no-such-run", world.moved("factory")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the journal knows no run no-such-run");
    assertThatThrownBy(() -> rotator().attest(runId, world.moved("shop")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("waits for no dependent shop; it knows [factory]");
    world.moveByHand("key2");
    rotator().attest(runId, world.moved("factory"));
    rotator().resume(runId);
    assertThatThrownBy(() -> rotator().attest(runId, world.moved("factory")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has ended");
  }

  @Test
  void nobody_can_have_been_moved_before_there_was_anything_to_move_to() {
    world.opaque.put("factory", world.exposed());
    RotationPlan plan = world.plan();
    Instant early = world.now[0].minus(Duration.ofHours(1));
    Rotator rotator = rotator(builder -> builder.listener(event -> {
      if (event instanceof RotationEvent.StepBegun begun && begun.step().equals(Steps.ISSUE)) {
        throw new FakeWorld.Died();
      }
    }));
    assertThatThrownBy(() -> rotator.execute(plan, world.approve(plan)))
        .isInstanceOf(FakeWorld.Died.class);
    String runId = journal.unfinished().get(0);
    assertThatThrownBy(() -> rotator().attest(runId, world.moved("factory")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no new credential");
    rotator().resume(runId);
    assertThatThrownBy(() ->
            rotator().attest(runId, new Attestation("Olga", "factory", "Done long ago.", early)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Olga said at " + early);
  }

  @Test
  void a_finder_of_those_whom_only_the_caller_knows_finds_them_alone() throws RotationException {
    OpaqueDependent partner =
        new OpaqueDependent("partner", "the partner's job", Link.OBSERVED, "Write to them.");
    DependentFinder finder =
        DependentFinder.of(world.dependents(), DependentFinder.knowing(issuer -> List.of(partner)));
    assertThat(finder.findOpaque(world.issuer)).containsExactly(partner);
    assertThat(finder.findUsing(world.fingerprint(world.exposed()))).hasSize(2);
    assertThat(finder.dependent("shop").label()).isEqualTo("app shop");
    assertThat(finder.describeFind().text()).contains("known to the caller alone");
  }

  @Test
  void a_text_that_can_not_be_shown_is_refused() {
    assertThatThrownBy(() -> new OpaqueDependent("a\nb", "label", Link.OBSERVED, "Move it."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("field id");
    assertThatThrownBy(() -> new OpaqueDependent("a", " ", Link.OBSERVED, "Move it."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("field label is blank");
  }
}
