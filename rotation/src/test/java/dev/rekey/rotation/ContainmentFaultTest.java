package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rekey.canary.Canary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every fault at every call and at every append of a containment and of its undoing: the switch is
 * turned on once and off once, and each ends.
 */
class ContainmentFaultTest {
  private static final long SEED = 43;
  private static final int MOST_TRIES = 12;

  @TempDir
  Path folder;

  private int files;
  private final Logs logs = new Logs();

  @AfterEach
  void show_the_logs_again() {
    logs.close();
  }

  private Path newFile() {
    return folder.resolve("journal" + files++);
  }

  private static FakeWorld world() {
    FakeWorld world = new FakeWorld(SEED);
    world.hasSwitch = true;
    return world;
  }

  /** Contains and undoes, taking the run up again after each fault; returns how many calls it took. */
  private int run(FakeWorld world, RotationJournal journal, String what) {
    Map<Integer, FakeWorld.Fault> faults = new TreeMap<>(world.faults);
    world.faults.clear();
    RotationPlan plan = world.plan();
    int plannedAt = world.calls.size();
    faults.forEach((at, fault) -> world.faults.put(at + plannedAt, fault));
    Approval approval = world.approve(plan, Risk.CONTAINMENT_BREAKS, Risk.EXPOSED_AGAIN);

    RotationResult.Contained contained = untilOne(
        world,
        journal,
        RotationResult.Contained.class,
        rotator -> journal.unfinished().isEmpty()
            ? rotator.containment().contain(plan, FakeSwitch.ID, approval)
            : rotator.resume(journal.unfinished().get(0)),
        what);
    assertThat(world.keysOff).as(what).isTrue();
    assertThat(contained.shown()).as(what).isEqualTo(RotationResult.Contained.Shown.BY_ENDPOINTS);
    untilOne(
        world,
        journal,
        RotationResult.Reopened.class,
        rotator -> {
          RotationResult now = rotator.resume(contained.runId());
          return now instanceof RotationResult.Contained
              ? rotator.containment().undo(contained.runId(), approval)
              : now;
        },
        what);
    assertThat(world.keysOff).as(what).isFalse();
    assertThat(world.changes).as(what).containsExactly("turn on contain", "turn off reopen");
    assertThat(journal.unfinished()).as(what).isEmpty();
    return world.calls.size() - plannedAt;
  }

  /** What is tried again until it ends as it should. */
  private interface Try {
    RotationResult with(Rotator rotator);
  }

  private static <T extends RotationResult> T untilOne(
      FakeWorld world, RotationJournal journal, Class<T> end, Try one, String what) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Rotator rotator = world.rotator(journal);
      world.freeze = rotator::freeze;
      world.cancel = () -> rotator.cancel(journal.unfinished().get(0));
      try {
        RotationResult result = one.with(rotator);
        if (end.isInstance(result)) {
          return end.cast(result);
        }
        // What was seen by now is told as it is: nothing may be said to work that may not.
        if (result instanceof RotationResult.Suspended suspended && world.keysOff) {
          assertThat(suspended.code())
              .as(what)
              .isIn(ResultCode.CONTAINING, ResultCode.CONTAINED, ResultCode.REOPENING);
        }
      } catch (FakeWorld.Died | JournalException broken) {
        // The next one finds the journal as it is.
      } catch (IllegalArgumentException ended) {
        assertThat(ended)
            .as(what)
            .hasMessageContaining("has ended"); // It died right after its end.
        return end.cast(new RotationResult.Reopened("run", FakeSwitch.ID, true, "ended"));
      } finally {
        Thread.interrupted();
      }
      world.now[0] = world.now[0].plusSeconds(60);
    }
    throw new AssertionError(what + ": it does not end as " + end.getSimpleName());
  }

  private void assertNothingLeaks(FakeWorld world, Path journal, String what) {
    String written;
    try {
      written = Files.readString(journal) + logs.text();
    } catch (IOException unreadable) {
      throw new AssertionError(what, unreadable);
    }
    assertThat(Canary.of(world.exposed()).leaksIn(written)).as(what).isEmpty();
    assertThat(RotationJournal.verify(journal)).as(what).isInstanceOf(JournalCheck.Whole.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = FakeWorld.Fault.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"STALE"})
  void any_fault_at_any_call_is_observed_and_no_change_is_made_twice(FakeWorld.Fault fault) {
    int calls = run(world(), RotationJournal.file(newFile()), "no fault");
    assertThat(calls).isGreaterThan(10);
    for (int at = 1; at <= calls; at++) {
      String what = "seed " + SEED + ", " + fault + " at call " + at;
      FakeWorld world = world();
      world.faults.put(at, fault);
      Path file = newFile();
      run(world, RotationJournal.file(file), what);
      assertNothingLeaks(world, file, what);
    }
  }

  @ParameterizedTest
  @EnumSource(FaultyJournal.Fault.class)
  void any_fault_at_any_append_is_gone_on_from(FaultyJournal.Fault fault) {
    Supplier<FaultyJournal> whole =
        () -> new FaultyJournal(newFile(), -1, FaultyJournal.Fault.REFUSED);
    FaultyJournal counted = whole.get();
    run(world(), counted, "no fault");
    assertThat(counted.appends).isGreaterThan(6);
    for (int at = 1; at <= counted.appends; at++) {
      String what = "seed " + SEED + ", " + fault + " at append " + at;
      FakeWorld world = world();
      Path file = newFile();
      run(world, new FaultyJournal(file, at, fault), what);
      assertNothingLeaks(world, file, what);
    }
  }

  @Test
  void an_older_worker_can_not_write_any_more() {
    FakeWorld world = world();
    Path file = newFile();
    RotationJournal journal = RotationJournal.file(file);
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan, Risk.CONTAINMENT_BREAKS);
    world.after.put(
        "switch.turnOn",
        () -> assertThat(catchThrowable(() -> world
                .rotator(RotationJournal.file(file))
                .resume(journal.unfinished().get(0))))
            .as("while it is held")
            .isInstanceOf(JournalException.class));
    assertThat(world.rotator(journal).containment().contain(plan, FakeSwitch.ID, approval))
        .isInstanceOf(RotationResult.Contained.class);
  }
}
