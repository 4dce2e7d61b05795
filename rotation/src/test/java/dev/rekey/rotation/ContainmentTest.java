package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainmentTest {
  private final FakeWorld world = new FakeWorld(41);
  private final MemoryJournal journal = new MemoryJournal();
  private Rotator rotator = world.rotator(journal);

  @BeforeEach
  void give_the_issuer_a_switch() {
    world.hasSwitch = true;
    rotator = world.rotator(journal);
  }

  private RotationResult contain(RotationPlan plan) {
    return rotator
        .containment()
        .contain(plan, FakeSwitch.ID, world.approve(plan, Risk.CONTAINMENT_BREAKS));
  }

  private RotationResult.Contained contained(RotationPlan plan) {
    RotationResult result = contain(plan);
    assertThat(result).as("%s", result).isInstanceOf(RotationResult.Contained.class);
    return (RotationResult.Contained) result;
  }

  private static ApprovalException.Fault only(Throwable thrown) {
    assertThat(thrown).isInstanceOf(ApprovalException.class);
    List<ApprovalException.Fault> faults = ((ApprovalException) thrown).faults();
    assertThat(faults).hasSize(1);
    return faults.get(0);
  }

  @Test
  void a_switch_is_turned_on_and_the_exposed_value_seen_refused_because_of_it() {
    RotationResult.Contained contained = contained(world.plan());

    assertThat(world.keysOff).isTrue();
    assertThat(world.changes).containsExactly("turn on contain");
    assertThat(contained.shown()).isEqualTo(RotationResult.Contained.Shown.BY_ENDPOINTS);
    assertThat(contained.killSwitch()).isEqualTo(FakeSwitch.ID);
    assertThat(contained.summary())
        .startsWith("REKEY-R401, run " + contained.runId() + ": Contained by accounts/acme#keys: ");
    assertThat(journal.entries(contained.runId()))
        .extracting(entry -> entry.step() + " " + entry.phase())
        .containsExactly(
            "run STARTED", "contain INTENT", "contain OUTCOME", "show INTENT", "show OUTCOME");
    assertThat(journal.entries(contained.runId()).get(4).fact("answer.0"))
        .isEqualTo("blob: 403 KeyBasedAuthenticationNotPermitted");
    assertThat(RotationTimeline.of(journal.entries(contained.runId())).toString())
        .contains("contain", "begins " + FakeSwitch.ID);
  }

  @Test
  void it_stays_unfinished_until_it_is_undone_and_resuming_it_calls_nothing() {
    RotationResult.Contained contained = contained(world.plan());
    int calls = world.calls.size();

    assertThat(journal.unfinished()).containsExactly(contained.runId());
    assertThat(rotator.resume(contained.runId())).isEqualTo(contained);
    assertThat(rotator.containment().resume(contained.runId())).isEqualTo(contained);
    assertThat(world.calls).hasSize(calls);
    assertThat(world.keysOff).isTrue();
  }

  @Test
  void undoing_it_lets_the_exposed_value_open_again_which_must_be_accepted() {
    RotationPlan plan = world.plan();
    RotationResult.Contained contained = contained(plan);

    assertThatThrownBy(() -> rotator.containment().undo(contained.runId(), world.approve(plan)))
        .satisfies(thrown -> assertThat(only(thrown).problem()).contains("EXPOSED_AGAIN"));
    assertThat(world.keysOff).isTrue();

    RotationResult result =
        rotator.containment().undo(contained.runId(), world.approve(plan, Risk.EXPOSED_AGAIN));
    assertThat(result).isInstanceOfSatisfying(RotationResult.Reopened.class, reopened -> {
      assertThat(reopened.exposedAgain()).isTrue();
      assertThat(reopened.summary()).startsWith("REKEY-R402, run " + contained.runId());
    });
    assertThat(world.keysOff).isFalse();
    assertThat(journal.unfinished()).isEmpty();
    assertThat(world.changes).containsExactly("turn on contain", "turn off reopen");
    assertThatThrownBy(() -> rotator.resume(contained.runId()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has ended");
  }

  @Test
  void an_exposed_value_that_its_issuer_holds_no_longer_need_not_be_accepted() {
    RotationPlan plan = world.plan();
    RotationResult.Contained contained = contained(plan);
    world.guard = false; // A person makes it anew, and nobody is moved.
    world.state.slots().put("key1", new FakeWorld.Value(world.newValue(), world.now[0]));

    RotationResult result = rotator.containment().undo(contained.runId(), world.approve(plan));
    assertThat(result).isInstanceOfSatisfying(RotationResult.Reopened.class, reopened -> {
      assertThat(reopened.exposedAgain()).isFalse();
      assertThat(reopened.why()).contains("key1 of account acme holds another value");
    });
  }

  @Test
  void what_an_endpoint_honours_still_is_exposed_again_whatever_its_issuer_says() {
    world.readable = true; // Where it was found, the value can be read still.
    RotationPlan plan = world.plan();
    rotator = world.rotator(journal);
    RotationResult.Contained contained = contained(plan);
    world.guard = false;
    world.lingering.put(world.exposed(), 100);
    world.state.slots().put("key1", new FakeWorld.Value(world.newValue(), world.now[0]));

    RotationResult result = rotator.containment().undo(contained.runId(), world.approve(plan));
    assertThat(result)
        .isInstanceOfSatisfying(
            RotationResult.Reopened.class,
            reopened -> assertThat(reopened.exposedAgain()).isTrue());
  }

  @Test
  void the_outage_must_be_accepted_by_name_and_the_risks_of_rotating_need_not_be() {
    world.usage = UsageSource.NONE;
    RotationPlan plan = world.plan();
    assertThat(plan.risks()).containsExactly(Risk.USE_UNKNOWN);

    assertThatThrownBy(() -> rotator
            .containment()
            .contain(plan, FakeSwitch.ID, world.approve(plan, Risk.USE_UNKNOWN)))
        .satisfies(thrown -> assertThat(only(thrown).problem()).contains("CONTAINMENT_BREAKS"));
    assertThat(journal.unfinished()).isEmpty();
    contained(plan);
  }

  @Test
  void an_approval_of_another_plan_or_by_one_person_is_refused() {
    RotationPlan plan = world.plan();
    world.addApp("more", world.exposed());
    RotationPlan other = world.plan();
    assertThatThrownBy(() -> rotator
            .containment()
            .contain(plan, FakeSwitch.ID, world.approve(other, Risk.CONTAINMENT_BREAKS)))
        .satisfies(thrown ->
            assertThat(only(thrown).rule()).isEqualTo(ApprovalException.Fault.Rule.SAME_PLAN));
    assertThat(world.keysOff).isFalse();
  }

  @Test
  void a_plan_that_can_not_be_executed_can_be_contained_unless_the_switch_is_what_is_blocked() {
    world.obstacles.put(
        "issuer", Obstacles.blocked(Blocker.Kind.NOT_PERMITTED, "no role", "Assign one."));
    RotationPlan plan = world.plan();
    assertThat(plan.blockers()).isNotEmpty();
    contained(plan);

    world.keysOff = false;
    world.obstacles.put("switch", Obstacles.blocked(Blocker.Kind.LOCKED, "a lock", "Remove it."));
    MemoryJournal another = new MemoryJournal();
    RotationPlan locked = world.plan();
    assertThatThrownBy(() -> world
            .rotator(another)
            .containment()
            .contain(locked, FakeSwitch.ID, world.approve(locked, Risk.CONTAINMENT_BREAKS)))
        .satisfies(thrown -> assertThat(only(thrown).problem()).contains("LOCKED, a lock"));
  }

  @Test
  void the_same_switch_is_one_run_and_a_switch_that_the_plan_lacks_none() {
    RotationPlan plan = world.plan();
    RotationResult.Contained contained = contained(plan);
    assertThatThrownBy(() -> contain(plan))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(contained.runId());
    assertThatThrownBy(() -> rotator.containment().contain(plan, "other", world.approve(plan)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(FakeSwitch.ID);
  }

  @Test
  void a_switch_that_was_on_already_is_not_turned_on_again() {
    world.keysOff = true;
    RotationResult.Contained contained = contained(world.plan());
    assertThat(world.changes).isEmpty();
    assertThat(journal.entries(contained.runId()))
        .anyMatch(entry -> entry.fact("recovered").equals("it is on"));
  }

  @Test
  void without_a_place_to_try_it_from_its_issuer_s_word_is_all() {
    RotationPlan plan = world.plan();
    world.endpointsUnclear = true;
    assertThat(contained(plan).shown()).isEqualTo(RotationResult.Contained.Shown.BY_ISSUER_ONLY);
  }

  @Test
  void an_endpoint_that_honours_the_exposed_value_all_the_same_calls_a_person() {
    RotationPlan plan = world.plan();
    world.switchIsDeaf = true;
    RotationResult result = contain(plan);

    assertThat(result).isInstanceOfSatisfying(RotationResult.Stranded.class, stranded -> {
      assertThat(stranded.code()).isEqualTo(ResultCode.CONTAINING);
      assertThat(stranded.now()).contains("is on", "honours the exposed credential still");
    });
    world.switchIsDeaf = false;
    assertThat(rotator.resume(result.runId())).isInstanceOf(RotationResult.Contained.class);
    assertThat(world.changes).containsExactly("turn on contain");
  }

  @Test
  void there_may_be_no_way_back() {
    world.switchIsFinal = true;
    RotationPlan plan = world.plan();
    RotationResult.Contained contained = contained(plan);
    assertThatThrownBy(() ->
            rotator.containment().undo(contained.runId(), world.approve(plan, Risk.EXPOSED_AGAIN)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no way back");
    assertThat(world.keysOff).isTrue();
  }

  @Test
  void a_frozen_rotator_turns_nothing_on_and_nothing_off() {
    RotationPlan plan = world.plan();
    rotator.freeze();
    RotationResult frozen = contain(plan);
    assertThat(frozen)
        .isInstanceOfSatisfying(
            RotationResult.Suspended.class,
            suspended -> assertThat(suspended.code()).isEqualTo(ResultCode.FROZEN));
    assertThat(world.changes).isEmpty();
    assertThat(rotator.resume(frozen.runId())).isEqualTo(frozen);

    rotator.thaw();
    assertThat(rotator.resume(frozen.runId())).isInstanceOf(RotationResult.Contained.class);
    rotator.freeze();
    assertThat(rotator.containment().undo(frozen.runId(), world.approve(plan, Risk.EXPOSED_AGAIN)))
        .isInstanceOfSatisfying(
            RotationResult.Suspended.class,
            suspended -> assertThat(suspended.code()).isEqualTo(ResultCode.CONTAINED));
    assertThat(world.changes).containsExactly("turn on contain");
  }

  @Test
  void a_switch_that_its_issuer_lacks_by_now_leaves_everything_untouched() {
    RotationPlan plan = world.plan();
    world.hasSwitch = false;
    assertThat(contain(plan))
        .isInstanceOfSatisfying(
            RotationResult.RolledBack.class,
            back -> assertThat(back.code()).isEqualTo(ResultCode.UNTOUCHED));
    assertThat(journal.unfinished()).isEmpty();
  }

  @Test
  void who_finds_the_exposed_value_alive_at_the_deadline_is_told_of_the_switch() {
    world.probesUntilOldDies = 10_000;
    RotationPlan plan = world.plan();
    assertThat(rotator.execute(plan, world.approve(plan)))
        .isInstanceOfSatisfying(RotationResult.Stranded.class, stranded -> {
          assertThat(stranded.code()).isEqualTo(ResultCode.ALIVE);
          assertThat(stranded.next()).contains("If it can't wait, contain it", FakeSwitch.ID);
        });
    // Which is its way, whatever the other run waits for.
    assertThat(contained(plan).killSwitch()).isEqualTo(FakeSwitch.ID);
  }

  @Test
  void a_rotation_is_no_run_of_a_switch_and_its_plan_can_be_executed_while_contained() {
    RotationPlan plan = world.plan();
    contained(plan);
    RotationResult rotated = rotator.execute(plan, world.approve(plan));
    assertThat(rotated)
        .as("a new credential is accepted nowhere: it goes back")
        .isInstanceOf(RotationResult.RolledBack.class);
    assertThatThrownBy(() -> rotator.containment().resume(rotated.runId()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Rotator.resume");
    assertThatThrownBy(() -> rotator.containment().undo("none", world.approve(plan)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Rotator containingAtDeadline() {
    return world.rotator(
        journal,
        builder -> builder.containAtDeadline(plan -> plan.containment().stream().findFirst()));
  }

  @Test
  void a_run_whose_time_is_over_is_contained_where_that_was_decided_on() {
    world.opaque.put("factory", world.exposed());
    RotationPlan plan = world.plan();
    Rotator containing = containingAtDeadline();
    RotationResult.Suspended waits = (RotationResult.Suspended)
        containing.execute(plan, world.approve(plan, Risk.CONTAINMENT_BREAKS));
    world.usage = (issuer, slot, held, since) -> new UsageSource.Usage.Unknown("no logs");
    world.now[0] = waits.until().orElseThrow(); // Days after the approval expired.

    RotationResult result = containing.resume(waits.runId());

    assertThat(result)
        .isInstanceOfSatisfying(
            RotationResult.Contained.class,
            contained -> assertThat(contained.killSwitch()).isEqualTo(FakeSwitch.ID));
    assertThat(world.keysOff).isTrue();
    assertThat(world.value("key1")).as("nothing was revoked").isEqualTo(world.exposed());
    assertThat(journal.unfinished()).containsExactly(waits.runId(), result.runId());
    List<JournalEntry> entries = journal.entries(waits.runId());
    assertThat(entries.get(entries.size() - 1).fact("code")).isEqualTo("REKEY-R308");
  }

  @Test
  void a_value_that_is_honoured_still_when_its_time_is_over_is_contained_too() {
    world.probesUntilOldDies = 10_000;
    RotationPlan plan = world.plan();
    RotationResult result =
        containingAtDeadline().execute(plan, world.approve(plan, Risk.CONTAINMENT_BREAKS));
    assertThat(result).isInstanceOf(RotationResult.Contained.class);
    assertThat(world.keysOff).isTrue();
  }

  @Test
  void what_is_contained_already_is_told_as_the_run_ended() {
    world.opaque.put("factory", world.exposed());
    world.grace = Duration.ZERO;
    world.usage = (issuer, slot, held, since) ->
        new UsageSource.Usage.Counted(slot.equals("key1") ? 1 : 0, List.of());
    RotationPlan plan = world.plan();
    Rotator containing = containingAtDeadline();
    RotationResult.Contained first = (RotationResult.Contained)
        containing.execute(plan, world.approve(plan, Risk.CONTAINMENT_BREAKS));
    world.keysOff = false; // Somebody turned it on again by hand.
    String rotation = journal.unfinished().get(0);
    assertThat(rotation).isNotEqualTo(first.runId());
    assertThat(containing.resume(rotation)).isInstanceOf(RotationResult.Stranded.class);
  }

  @Test
  void whoever_contains_at_a_deadline_asks_for_that_before_the_first_call() {
    RotationPlan plan = world.plan();
    int calls = world.calls.size();
    assertThatThrownBy(() -> containingAtDeadline().execute(plan, world.approve(plan)))
        .satisfies(thrown -> assertThat(only(thrown).problem()).contains("CONTAINMENT_BREAKS"));
    assertThat(world.calls).hasSize(calls);
  }
}
