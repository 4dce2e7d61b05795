package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.canary.Canary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fault at every call, alone and in pairs: nobody is ever without a working credential, and the
 * exposed one ends dead or the run undone.
 */
class RotatorFaultTest {
  /** A sample; ten thousand behind a profile. */
  private static final int PAIRS = Integer.getInteger("rekey.pairs", 100);

  private static final long FIRST = Long.getLong("rekey.pairs.seed", 1);
  private static final int MOST_RESUMES = 40;

  @TempDir
  Path folder;

  private int files;
  private Logs logs = new Logs();
  private final StringBuilder told = new StringBuilder();

  @AfterEach
  void show_the_logs_again() {
    logs.close();
  }

  /** What came of a run with faults. */
  private record Ending(RotationResult result, int calls, int resumes) {}

  private Path newFile() {
    return folder.resolve("journal" + files++);
  }

  /** Executes, and takes the run up again after each fault, until it ends. */
  private Ending run(FakeWorld world, RotationJournal journal, String what) {
    logs.close();
    logs = new Logs();
    Map<Integer, FakeWorld.Fault> faults = new TreeMap<>(world.faults);
    world.faults.clear();
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan);
    Map<String, TreeMap<String, String>> untouched = world.state.copy().apps();
    int plannedAt = world.calls.size();
    faults.forEach((at, fault) -> world.faults.put(at + plannedAt, fault));
    RotationResult result = null;
    int resumes = -1;
    while (resumes < MOST_RESUMES) {
      resumes++;
      int[] changesWhenStopped = {-1};
      try {
        Rotator rotator = world.rotator(journal, b -> b.listener(e -> hear(e, journal, what)));
        world.freeze = () -> {
          rotator.freeze();
          changesWhenStopped[0] = world.changes.size();
        };
        world.cancel = () -> {
          assertThat(rotator.cancel(journal.unfinished().get(0))).as(what).isTrue();
          changesWhenStopped[0] = world.changes.size();
        };
        result = journal.unfinished().isEmpty()
            ? rotator.execute(plan, approval)
            : rotator.resume(journal.unfinished().get(0));
        // A call that was cut short leaves the thread interrupted; whoever resumes is not.
        boolean interrupted = Thread.interrupted();
        assertThat(interrupted)
            .as(what)
            .isEqualTo(result instanceof RotationResult.Suspended suspended
                && suspended.code() == ResultCode.INTERRUPTED);
        if (changesWhenStopped[0] >= 0) {
          assertThat(world.changes)
              .as(what + ": changes after it was stopped")
              .hasSize(changesWhenStopped[0]);
        }
        if (result instanceof RotationResult.Completed
            || result instanceof RotationResult.RolledBack) {
          break;
        }
      } catch (FakeWorld.Died died) {
        result = null;
      } catch (JournalException refused) {
        assertThat(refused).as(what).hasMessage("no space left");
        assertThat(world.calls)
            .as(what + ": calls after the journal broke")
            .hasSize(((FaultyJournal) journal).callsAtFault);
        result = null;
      }
      world.now[0] = result instanceof RotationResult.Suspended suspended
          ? next(world, journal, suspended, what)
          : world.now[0].plusSeconds(60);
    }
    assertThat(result).as(what + ": it ends").isNotNull();
    checkEnding(world, result, untouched, what);
    return new Ending(result, world.calls.size() - plannedAt, resumes);
  }

  /** What is told is written already, and nothing else since. */
  private void hear(RotationEvent event, RotationJournal journal, String what) {
    told.append(event).append('\n');
    List<JournalEntry> entries = journal.entries(event.runId());
    JournalEntry last = entries.get(entries.size() - 1);
    if (event instanceof RotationEvent.StepBegun begun) {
      assertThat(last.phase()).as(what).isEqualTo(JournalEntry.Phase.INTENT);
      assertThat(last.step()).as(what).isEqualTo(begun.step());
    } else if (event instanceof RotationEvent.StepEnded ended) {
      assertThat(last.phase()).as(what).isEqualTo(JournalEntry.Phase.OUTCOME);
      assertThat(last.step()).as(what).isEqualTo(ended.step());
    } else if (event instanceof RotationEvent.StepRecovered recovered) {
      assertThat(last.phase()).as(what).isEqualTo(JournalEntry.Phase.OUTCOME);
      assertThat(last.fact("recovered")).as(what).isEqualTo(recovered.how());
    }
  }

  /** When to resume: at once where a person was waited for, who acts; else at the deadline. */
  private static Instant next(
      FakeWorld world, RotationJournal journal, RotationResult.Suspended suspended, String what) {
    Instant deadline = deadline(world, journal, suspended, what);
    if (suspended.code() != ResultCode.ATTESTING) {
      return deadline;
    }
    world.now[0] = world.now[0].minus(Duration.ofDays(7));
    world.moveByHand("key2");
    Rotator rotator = world.rotator(journal);
    world.opaque.keySet().forEach(id -> rotator.attest(suspended.runId(), world.moved(id)));
    return world.now[0].plusSeconds(60);
  }

  /** Until a deadline nothing is called; without one a run can be resumed at any time. */
  private static Instant deadline(
      FakeWorld world, RotationJournal journal, RotationResult.Suspended suspended, String what) {
    if (suspended.until().isEmpty()) {
      return world.now[0].plusSeconds(60);
    }
    int calls = world.calls.size();
    world.now[0] = suspended.until().get().minusMillis(1);
    assertThat(world.rotator(journal).resume(suspended.runId())).as(what).isEqualTo(suspended);
    assertThat(world.calls).as(what + ": before the deadline").hasSize(calls);
    return suspended.until().get();
  }

  private static void checkEnding(
      FakeWorld world,
      RotationResult result,
      Map<String, TreeMap<String, String>> untouched,
      String what) {
    if (world.oneShot.isPresent()) {
      checkEndingOfOneShot(world, result, untouched, what);
      return;
    }
    if (result instanceof RotationResult.Completed completed) {
      assertThat(completed.proof().verdict()).as(what).isEqualTo(DeathProof.Verdict.DEAD);
      assertThat(world.isIssued(world.exposed()))
          .as(what + ": the exposed value")
          .isFalse();
      world.state.apps().forEach((id, settings) -> {
        TreeMap<String, String> expected = new TreeMap<>(untouched.get(id));
        expected.replaceAll((name, text) -> text.replace(world.exposed(), world.value("key2"))
            .replace(world.everIssued.get(1), world.value("key2")));
        assertThat(settings).as(what + ": " + id).isEqualTo(expected);
      });
      assertThat(world.state.versions().get(0).enabled()).as(what).isFalse();
    } else if (result instanceof RotationResult.RolledBack) {
      assertThat(world.value("key1")).as(what).isEqualTo(world.exposed());
      world.state.apps().forEach((id, settings) -> {
        TreeMap<String, String> expected = new TreeMap<>(untouched.get(id));
        TreeMap<String, String> now = new TreeMap<>(settings);
        String standby = world.everIssued.get(1);
        boolean usedBoth = expected.toString().contains(world.exposed());
        if (usedBoth || !world.isIssued(standby)) {
          // What it had is dead, or can't be told any more from what it had beside it.
          expected.replaceAll((name, text) -> text.replace(standby, world.exposed()));
          now.replaceAll((name, text) -> text.replace(standby, world.exposed()));
        }
        assertThat(now).as(what + ": settings of " + id).isEqualTo(expected);
      });
      assertThat(world.state.newest("acme-key").orElseThrow().value())
          .as(what + ": who follows the store gets the same as before")
          .isEqualTo(world.exposed());
      checkNothingNewIsStored(world, what);
    } else {
      throw new AssertionError(what + ": " + result);
    }
    long stale = world.faults.values().stream()
        .filter(fault -> fault == FakeWorld.Fault.STALE)
        .count();
    for (String slot : new String[] {"key1", "key2"}) {
      long times = world.changes.stream()
          .filter(change -> change.startsWith("regenerate " + slot))
          .count();
      assertThat(times).as(what + ": " + slot).isLessThanOrEqualTo(1 + stale);
    }
  }

  private static void checkNothingNewIsStored(FakeWorld world, String what) {
    if (world.opaque.containsValue(world.value("key2"))) {
      return; // Somebody was moved to it by hand.
    }
    assertThat(world.state.versions())
        .as(what + ": what can still be read in the store")
        .filteredOn(FakeWorld.Version::enabled)
        .extracting(FakeWorld.Version::value)
        .allMatch(world.exposed()::equals);
  }

  /** No orphan, and nothing of another team's gone. */
  private static void checkEndingOfOneShot(
      FakeWorld world,
      RotationResult result,
      Map<String, TreeMap<String, String>> untouched,
      String what) {
    Map<String, TreeMap<String, String>> expected = new TreeMap<>(untouched);
    String followed = world.exposed();
    if (result instanceof RotationResult.Completed completed) {
      assertThat(completed.proof().verdict()).as(what).isEqualTo(DeathProof.Verdict.DEAD);
      assertThat(world.state.slots())
          .as(what)
          .hasSize(2)
          .containsKey("key2")
          .doesNotContainKey("key1");
      followed = world.value(world.state.slots().lastKey());
      String fresh = followed;
      expected
          .values()
          .forEach(settings ->
              settings.replaceAll((name, text) -> text.replace(world.exposed(), fresh)));
      assertThat(world.state.versions().get(0).enabled()).as(what).isFalse();
    } else {
      assertThat(result).as(what).isInstanceOf(RotationResult.RolledBack.class);
      assertThat(world.state.slots().keySet()).as(what).containsExactly("key1", "key2");
      checkNothingNewIsStored(world, what);
    }
    assertThat(world.state.apps()).as(what).isEqualTo(expected);
    String name = world.readable ? "rekey-acme" : "acme-key";
    assertThat(world.state.newest(name).map(FakeWorld.Version::value).orElse(world.exposed()))
        .as(what + ": who follows the store")
        .isEqualTo(followed);
  }

  /** Every fault at every call, each in a world of its own; more than half of the runs complete. */
  private int singles(Supplier<FakeWorld> worlds) {
    int sites = run(worlds.get(), new MemoryJournal(), "no fault").calls();
    int completed = 0;
    int runs = 0;
    for (int at = 1; at <= sites; at++) {
      for (FakeWorld.Fault fault : FakeWorld.Fault.values()) {
        completed += with(Map.of(at, fault), worlds.get(), fault + " at call " + at);
        runs++;
      }
    }
    // Deaths and stale reads need not cost the rotation.
    assertThat(completed).as("completed of %d", runs).isGreaterThan(runs / 2);
    return sites;
  }

  /** Two faults at any two calls, each pair in a world of its own. */
  private void pairs(int count, LongFunction<FakeWorld> worlds) {
    int sites = run(worlds.apply(1), new MemoryJournal(), "no fault").calls();
    FakeWorld.Fault[] kinds = FakeWorld.Fault.values();
    for (long seed = FIRST; seed < FIRST + count; seed++) {
      Random random = new Random(seed);
      FakeWorld world = worlds.apply(seed);
      Map<Integer, FakeWorld.Fault> faults = new TreeMap<>();
      for (int i = 0; i < 2; i++) {
        faults.put(1 + random.nextInt(sites + 20), kinds[random.nextInt(kinds.length)]);
      }
      with(faults, world, "seed " + seed + ": " + faults);
    }
  }

  /** Runs a world with these faults to its end; returns 1 if it completed. */
  private int with(Map<Integer, FakeWorld.Fault> faults, FakeWorld world, String what) {
    world.faults.putAll(faults);
    RotationJournal journal = new MemoryJournal();
    Ending ending = run(world, journal, what);
    checkWritten(journal + " " + ending.result(), world, what);
    return ending.result() instanceof RotationResult.Completed ? 1 : 0;
  }

  /** A world whose issuer tells each value once; the exposed one is in the store, or in a file alone. */
  private static FakeWorld oneShot(long seed, boolean stored) {
    FakeWorld world = new FakeWorld(seed);
    world.oneShot = Optional.of(new FakeOneShotIssuer(world));
    world.probesUntilOldDies = 3;
    world.probesUntilNewLives = 3;
    if (!stored) {
      world.state.versions().clear();
      world.before = world.state.copy();
      world.readable = true;
    }
    return world;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void any_single_fault_leaves_no_orphan_of_an_issuer_that_tells_a_value_once(boolean stored) {
    singles(() -> oneShot(1, stored));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pairs_of_faults_leave_no_orphan_of_an_issuer_that_tells_a_value_once(boolean stored) {
    pairs(PAIRS / 2, seed -> oneShot(seed, stored));
  }

  private void checkWritten(String journal, FakeWorld world, String what) {
    assertThat(journal).as(what).contains("STARTED");
    String written = journal + logs.text() + told;
    told.setLength(0);
    for (String value : world.everIssued) {
      assertThat(Canary.of(value).leaksIn(written))
          .as(what + ": the journal holds a value")
          .isEmpty();
    }
  }

  private int calls() {
    return run(new FakeWorld(1), new MemoryJournal(), "no fault").calls();
  }

  @Test
  void any_single_fault_at_any_call_leaves_everybody_working() {
    assertThat(singles(() -> new FakeWorld(1))).as("calls").isGreaterThan(40);
    calls();
    assertThat(logs.text()).as("the logs are caught").contains("INFO").contains("revoke done");
  }

  @Test
  void a_death_at_any_call_or_append_does_not_cost_the_rotation() {
    int sites = calls();
    for (int at = 1; at <= sites; at++) {
      for (FakeWorld.Fault fault :
          new FakeWorld.Fault[] {FakeWorld.Fault.DIE_BEFORE, FakeWorld.Fault.DIE_AFTER}) {
        FakeWorld world = new FakeWorld(2);
        world.faults.put(at, fault);
        String what = fault + " at call " + at;
        assertThat(run(world, new MemoryJournal(), what).result())
            .as(what)
            .isInstanceOf(RotationResult.Completed.class);
      }
    }
  }

  @Test
  void a_death_while_somebody_is_moved_off_the_standby_slot_does_not_cost_the_rotation() {
    int sites = run(converging(2), new MemoryJournal(), "no fault").calls();
    for (int at = 1; at <= sites; at++) {
      for (FakeWorld.Fault fault :
          new FakeWorld.Fault[] {FakeWorld.Fault.DIE_BEFORE, FakeWorld.Fault.DIE_AFTER}) {
        FakeWorld world = converging(2);
        world.faults.put(at, fault);
        String what = fault + " at call " + at;
        assertThat(run(world, new MemoryJournal(), what).result())
            .as(what)
            .isInstanceOf(RotationResult.Completed.class);
      }
    }
  }

  @Test
  void a_fault_at_any_append_leaves_everybody_working_and_calls_nothing_more() throws IOException {
    FaultyJournal whole = new FaultyJournal(newFile(), -1, FaultyJournal.Fault.DIE_AFTER);
    run(new FakeWorld(3), whole, "no fault");
    assertThat(whole.appends).isGreaterThan(15);
    for (int at = 1; at <= whole.appends; at++) {
      for (FaultyJournal.Fault fault : FaultyJournal.Fault.values()) {
        if (at == whole.appends && fault == FaultyJournal.Fault.DIE_AFTER) {
          continue; // The run has ended by then.
        }
        FakeWorld world = new FakeWorld(3);
        Path file = newFile();
        String what = fault + " at append " + at;
        FaultyJournal journal = new FaultyJournal(file, at, fault);
        journal.calls = world.calls::size;
        Ending ending = run(world, journal, what);
        assertThat(ending.result()).as(what).isInstanceOf(RotationResult.Completed.class);
        checkWritten(Files.readString(file), world, what);
      }
    }
  }

  @Test
  void pairs_of_faults_leave_everybody_working_and_end_dead_or_undone_or_loud() {
    pairs(PAIRS, seed -> {
      FakeWorld world = new FakeWorld(seed);
      Random random = new Random(~seed);
      world.probesUntilOldDies = random.nextInt(8);
      world.probesUntilNewLives = random.nextInt(8);
      return world;
    });
  }

  /** A world in which one app uses the standby slot, and one both. */
  private static FakeWorld converging(long seed) {
    FakeWorld world = new FakeWorld(seed);
    world.addApp("nightly", world.value("key2"));
    world.state.apps().get("till").put("KEY", world.value("key2"));
    world.before = world.state.copy();
    return world;
  }

  @Test
  void any_single_fault_leaves_those_working_who_are_moved_off_the_standby_slot() {
    singles(() -> converging(1));
  }

  @Test
  void pairs_of_faults_leave_those_working_who_are_moved_off_the_standby_slot() {
    pairs(PAIRS / 2, RotatorFaultTest::converging);
  }

  /** A world with two into whom nobody can look: both use the exposed value. */
  private static FakeWorld opaque(long seed) {
    FakeWorld world = converging(seed);
    world.opaque.put("factory", world.exposed());
    world.opaque.put("flow", world.exposed());
    return world;
  }

  @Test
  void any_single_fault_leaves_those_working_into_whom_nobody_can_look() {
    singles(() -> opaque(1));
  }

  @Test
  void pairs_of_faults_leave_those_working_into_whom_nobody_can_look() {
    pairs(PAIRS / 2, RotatorFaultTest::opaque);
  }

  @Test
  void an_issuer_that_forgets_and_learns_late_does_not_cost_the_rotation() {
    FakeWorld world = new FakeWorld(5);
    world.probesUntilOldDies = 12;
    world.probesUntilNewLives = 6;
    Ending ending = run(world, new MemoryJournal(), "late");
    assertThat(ending.result()).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.now[0]).isAfter(FakeWorld.START.plus(Duration.ofSeconds(5)));
  }

  /** A world whose issuer needs longer than a thread may wait, both to forget and to learn. */
  private static FakeWorld slow(long seed, ProofPolicy policy) {
    FakeWorld world = new FakeWorld(seed);
    world.proof = policy;
    world.probesUntilOldDies = 12;
    world.probesUntilNewLives = 6;
    return world;
  }

  @Test
  void any_single_fault_in_a_run_that_waits_by_deadlines_leaves_everybody_working() {
    ProofPolicy policy =
        new ProofPolicy(2, Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofSeconds(2));
    assertThat(run(slow(6, policy), new MemoryJournal(), "no fault").resumes()).isGreaterThan(2);
    singles(() -> slow(6, policy));
  }

  @Test
  void pairs_of_faults_in_a_run_that_never_waits_on_a_thread_leave_everybody_working() {
    ProofPolicy policy = new ProofPolicy(2, Duration.ofHours(8), Duration.ofDays(4), Duration.ZERO);
    int sites = run(slow(7, policy), new MemoryJournal(), "no fault").calls();
    for (long seed = FIRST; seed < FIRST + PAIRS / 4; seed++) {
      Random random = new Random(seed);
      FakeWorld world = slow(seed, policy);
      FakeWorld.Fault[] faults = FakeWorld.Fault.values();
      for (int i = 0; i < 2; i++) {
        world.faults.put(1 + random.nextInt(sites), faults[random.nextInt(faults.length)]);
      }
      String what = "seed " + seed + ": " + world.faults;
      RotationJournal journal = new MemoryJournal();
      Ending ending = run(world, journal, what);
      checkWritten(journal + " " + ending.result(), world, what);
      assertThat(world.slept).as(what).isZero();
    }
  }

  @Test
  void stopping_at_any_call_of_going_back_leaves_everybody_working() {
    FakeWorld whole = converging(8);
    whole.unhealthyWithNew.add("till");
    int sites = run(whole, new MemoryJournal(), "no fault").calls();
    for (int at = 1; at <= sites; at++) {
      for (FakeWorld.Fault fault :
          new FakeWorld.Fault[] {FakeWorld.Fault.FROZEN, FakeWorld.Fault.CANCELLED}) {
        FakeWorld world = converging(8);
        world.unhealthyWithNew.add("till");
        world.faults.put(at, fault);
        String what = fault + " at call " + at;
        assertThat(run(world, new MemoryJournal(), what).result())
            .as(what)
            .isInstanceOf(RotationResult.RolledBack.class);
      }
    }
  }

  @Test
  void stopping_at_any_call_does_not_cost_the_rotation() {
    int sites = calls();
    for (int at = 1; at <= sites; at++) {
      for (FakeWorld.Fault fault :
          new FakeWorld.Fault[] {FakeWorld.Fault.FROZEN, FakeWorld.Fault.CANCELLED}) {
        FakeWorld world = new FakeWorld(2);
        world.faults.put(at, fault);
        String what = fault + " at call " + at;
        assertThat(run(world, new MemoryJournal(), what).result())
            .as(what)
            .isInstanceOf(RotationResult.Completed.class);
      }
    }
  }
}
