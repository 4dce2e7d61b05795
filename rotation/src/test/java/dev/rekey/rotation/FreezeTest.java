package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs are stopped from outside, and everybody works. RotatorFaultTest does it at every call. */
class FreezeTest {
  private final FakeWorld world = new FakeWorld(7);
  private final MemoryJournal journal = new MemoryJournal();
  private final Rotator rotator = world.rotator(journal);

  private RotationResult execute() {
    RotationPlan plan = world.plan();
    world.calls.clear();
    return rotator.execute(plan, world.approve(plan));
  }

  private static void assertSuspended(RotationResult result, ResultCode code) {
    assertThat(result)
        .as("%s", result)
        .isInstanceOfSatisfying(RotationResult.Suspended.class, suspended -> {
          assertThat(suspended.code()).isEqualTo(code);
          assertThat(suspended.until()).isEmpty();
          assertThat(suspended.summary()).contains(code.id()).contains(suspended.runId());
        });
  }

  @Test
  void a_run_that_is_frozen_by_another_thread_changes_nothing_more_and_goes_on_when_thawed() {
    world.after.put("store.put", () -> {
      Thread other = new Thread(rotator::freeze);
      other.start();
      join(other);
    });

    RotationResult result = execute();

    assertSuspended(result, ResultCode.FROZEN);
    assertThat(world.changes).containsExactly("regenerate key2 issue", "put store");
    rotator.thaw();
    assertThat(rotator.resume(result.runId())).isInstanceOf(RotationResult.Completed.class);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void a_rotator_that_is_frozen_begins_nothing_and_resumes_nothing() {
    rotator.freeze();

    RotationResult result = execute();

    assertSuspended(result, ResultCode.FROZEN);
    assertThat(world.calls).isEmpty();
    int written = journal.entries(result.runId()).size();
    assertSuspended(rotator.resume(result.runId()), ResultCode.FROZEN);
    assertThat(world.calls).isEmpty();
    assertThat(journal.entries(result.runId())).hasSize(written);
    rotator.thaw();
    assertThat(rotator.resume(result.runId())).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_call_that_fails_while_all_is_frozen_is_no_reason_to_go_back() {
    world.after.put("dependent.adopt", rotator::freeze);
    world.unhealthyWithNew.add("shop");

    RotationResult result = execute();

    assertSuspended(result, ResultCode.FROZEN);
    world.unhealthyWithNew.clear();
    rotator.thaw();
    assertThat(rotator.resume(result.runId())).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_wait_ends_when_the_run_is_frozen() {
    world.probesUntilOldDies = 10_000;
    world.proof = new ProofPolicy(2, Duration.ofSeconds(1), Duration.ofDays(1));
    Rotator[] patient = new Rotator[1];
    patient[0] = world.rotator(
        journal,
        builder -> builder.pause(duration -> {
          world.now[0] = world.now[0].plus(duration);
          patient[0].freeze();
        }));
    RotationPlan plan = world.plan();

    assertSuspended(patient[0].execute(plan, world.approve(plan)), ResultCode.FROZEN);

    assertThat(world.now[0]).isBefore(FakeWorld.START.plusSeconds(10));
  }

  @Test
  void one_run_is_cancelled_and_goes_on_later() {
    world.after.put(
        "store.put",
        () -> assertThat(rotator.cancel(journal.unfinished().get(0))).isTrue());

    RotationResult result = execute();

    assertSuspended(result, ResultCode.CANCELLED);
    assertThat(world.changes).containsExactly("regenerate key2 issue", "put store");
    assertThat(rotator.resume(result.runId())).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void cancelling_a_run_that_is_not_under_way_changes_nothing() {
    world.after.put("store.put", () -> assertThat(rotator.cancel("another")).isFalse());

    RotationResult result = execute();

    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    assertThat(rotator.cancel(result.runId())).isFalse();
  }

  @Test
  void why_a_run_stopped_is_in_its_journal() {
    world.after.put("issuer.issue", rotator::freeze);

    List<JournalEntry> entries = journal.entries(execute().runId());

    JournalEntry last = entries.get(entries.size() - 1);
    assertThat(last.phase()).isEqualTo(JournalEntry.Phase.SUSPENDED);
    assertThat(last.fact("code")).isEqualTo("REKEY-R102");
    assertThat(last.fact("why")).isEqualTo("the rotator was frozen");
  }
}
