package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What other tools for rotation were found to do wrong, each by the number that it has in our study of
 * them, and what happens here instead. Numbers 7 and 8 are about secrets of Entra applications, and stand
 * in {@code EntraRecoveryTest} of {@code rotation-azure} too.
 */
class KnownDefectsTest {
  private final FakeWorld world = new FakeWorld(31);
  private final RotationJournal journal = new MemoryJournal();

  private RotationResult execute() {
    RotationPlan plan = world.plan();
    return world.rotator(journal).execute(plan, world.approve(plan));
  }

  private RotationResult resume() {
    return world.rotator(journal).resume(journal.unfinished().get(0));
  }

  private long times(String change) {
    return world.changes.stream().filter(done -> done.startsWith(change)).count();
  }

  @Test
  void defect_1_the_advertised_rollback_does_nothing() {
    TreeMap<String, TreeMap<String, String>> untouched = world.state.copy().apps();
    world.unhealthyWithNew.add("till"); // Which is moved after the shop.
    assertThat(execute()).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.changes).as("the shop was moved and given back").contains("adopt shop");
    assertThat(world.state.apps()).isEqualTo(untouched);
  }

  @Test
  void defect_1_a_rollback_that_fails_is_told_as_one_that_worked() {
    world.unhealthyWithNew.add("till");
    RotationPlan plan = world.plan();
    world.after.put("issuer.issue", () -> world.unhealthyWithExposed.add("shop"));
    RotationResult result = world.rotator(journal).execute(plan, world.approve(plan));
    assertThat(result)
        .isInstanceOfSatisfying(
            RotationResult.Stranded.class,
            stranded -> assertThat(stranded.code()).isEqualTo(ResultCode.HALF_UNDONE));
  }

  @Test
  void defect_2_the_work_is_never_started_and_reported_as_done() {
    RotationResult.Completed done = (RotationResult.Completed) execute();
    assertThat(done.proof().verdict()).isEqualTo(DeathProof.Verdict.DEAD);
    assertThat(world.isIssued(world.exposed())).isFalse();
    assertThat(world.state.apps().toString()).doesNotContain(world.exposed());
  }

  @Test
  void defect_2_the_old_key_is_removed_before_the_new_one_is_added() {
    // After each call the world itself checks that everybody has a value that works.
    world.oneShot = Optional.of(new FakeOneShotIssuer(world));
    assertThat(execute()).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.calls.indexOf("issuer.issue")).isNotNegative();
    assertThat(world.calls.lastIndexOf("dependent.adopt"))
        .isGreaterThan(world.calls.indexOf("issuer.issue"))
        .isLessThan(world.calls.indexOf("issuer.revoke"));
  }

  @Test
  void defect_3_a_regeneration_that_took_effect_and_timed_out_is_done_again() {
    world.first.put("issuer.issue", FakeWorld.Fault.APPLIED_THEN_THROW);
    RotationResult result = execute();
    while (!journal.unfinished().isEmpty()) {
      result = resume();
    }
    assertThat(result).isNotNull();
    assertThat(times("regenerate key2")).isEqualTo(1);
  }

  @Test
  void defect_3_the_other_key_is_scrambled_while_an_application_still_uses_it() {
    RotationPlan plan = world.plan();
    world.after.put("store.put", () -> world.addApp("nightly", world.exposed()));
    RotationResult result = world.rotator(journal).execute(plan, world.approve(plan));
    assertThat(result)
        .isInstanceOfSatisfying(
            RotationResult.RolledBack.class,
            back -> assertThat(back.why()).contains("app nightly uses key1"));
    assertThat(times("regenerate key1")).isZero();
  }

  @Test
  void
      defect_4_a_crash_between_the_value_and_its_tags_makes_the_next_run_regenerate_the_live_key() {
    world.first.put("store.put", FakeWorld.Fault.DIE_AFTER);
    RotationPlan plan = world.plan();
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
        .isInstanceOf(FakeWorld.Died.class);
    String live = world.value("key2");

    RotationPlan another = world.plan();
    assertThat(another.exposedSlot()).as("found by its value, not by a tag").isEqualTo("key1");
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.value("key2")).as("the live key").isEqualTo(live);
    assertThat(times("put store")).as("the version was found by its attempt").isEqualTo(1);
  }

  @Test
  void defect_5_an_event_that_is_delivered_twice_flips_the_keys_twice() {
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan);
    world.first.put("store.put", FakeWorld.Fault.DIE_AFTER);
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, approval))
        .isInstanceOf(FakeWorld.Died.class);
    world.now[0] = world.now[0].plusSeconds(1);
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, approval))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("executes this plan: resume it");
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);

    TreeMap<String, FakeWorld.Value> slots = world.state.copy().slots();
    world.now[0] = world.now[0].plusSeconds(1);
    assertThat(world.rotator(journal).execute(plan, approval))
        .as("the event once more, after all is done")
        .isInstanceOfSatisfying(
            RotationResult.RolledBack.class,
            back -> assertThat(back.code()).isEqualTo(ResultCode.UNTOUCHED));
    assertThat(world.state.slots()).isEqualTo(slots);
  }

  @Test
  void defect_5_two_workers_work_on_the_same_thing_at_once() {
    RotationPlan plan = world.plan();
    try (RotationJournal.Lease held = journal.lease("another run")) {
      assertThat(held.epoch()).isPositive();
      assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
          .isInstanceOf(JournalException.class);
    }
    assertThat(world.changes).isEmpty();
  }

  @Test
  void defect_6_the_new_value_is_stored_before_it_works() {
    // After each call the world itself checks that the newest version in the store works.
    world.probesUntilNewLives = 6;
    assertThat(execute()).isInstanceOf(RotationResult.Completed.class);
    List<String> until = world.calls.subList(0, world.calls.indexOf("store.put"));
    assertThat(until.subList(until.indexOf("issuer.issue"), until.size()))
        .as("tried until it worked, and only then stored")
        .filteredOn("issuer.probe"::equals)
        .hasSizeGreaterThan(3);
  }

  @Test
  void defect_7_the_journal_is_written_after_the_call_and_what_was_made_is_nobodys() {
    world.oneShot = Optional.of(new FakeOneShotIssuer(world));
    world.first.put("issuer.issue", FakeWorld.Fault.DIE_AFTER);
    RotationPlan plan = world.plan();
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
        .isInstanceOf(FakeWorld.Died.class);
    assertThat(world.state.slots()).as("one is nobody's").hasSize(3);
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.state.slots())
        .as("another team's, and the new one")
        .hasSize(2)
        .containsKey("key2");
  }

  @Test
  void defect_8_each_retry_leaves_one_more_and_the_leaked_one_lives_on() {
    world.oneShot = Optional.of(new FakeOneShotIssuer(world));
    RotationPlan plan = world.plan();
    world.first.put("store.disable", FakeWorld.Fault.THROW_BEFORE);
    world.after.put(
        "issuer.revoke", () -> world.first.put("issuer.probe", FakeWorld.Fault.THROW_BEFORE));
    RotationResult result = world.rotator(journal).execute(plan, world.approve(plan));
    while (!journal.unfinished().isEmpty()) {
      result = resume();
    }
    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.state.slots()).hasSize(2).doesNotContainKey("key1");
  }

  @Test
  void defect_9_there_is_no_moment_at_which_both_work() {
    boolean[] both = {false};
    world.after.put(
        "dependent.adopt",
        () -> both[0] = world.isIssued(world.exposed()) && world.isIssued(world.value("key2")));
    assertThat(execute()).isInstanceOf(RotationResult.Completed.class);
    assertThat(both[0]).as("while dependents are moved").isTrue();
  }

  @Test
  void defect_9_what_is_changed_is_not_what_was_meant() {
    RotationPlan plan = world.plan();
    world.state.slots().put("key1", new FakeWorld.Value(world.newValue(), world.now[0]));
    world.guard = false;
    assertThat(world.rotator(journal).execute(plan, world.approve(plan)))
        .as("the current value is tried before anything is changed")
        .isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.changes).isEmpty();
  }

  @Test
  void defect_10_a_retry_finds_the_new_value_because_the_journal_holds_it() {
    world.first.put("issuer.issue", FakeWorld.Fault.DIE_AFTER);
    RotationPlan plan = world.plan();
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
        .isInstanceOf(FakeWorld.Died.class);
    world.now[0] = world.now[0].plus(Duration.ofDays(2)); // No memory that expires in a day.
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);
    assertThat(times("regenerate key2"))
        .as("found at its issuer, not made again")
        .isEqualTo(1);
    for (String value : world.everIssued) {
      assertThat(Canary.of(value).leaksIn(journal.toString())).isEmpty();
    }
  }
}
