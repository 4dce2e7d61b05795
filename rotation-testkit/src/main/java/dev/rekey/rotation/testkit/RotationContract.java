package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What a whole rotation asks of an issuer, a store or a dependent, whatever goes wrong at any of its
 * calls; extend the contract of what you have.
 *
 * <p>Tests of one class run one after another: they catch what is printed.
 */
public abstract class RotationContract {
  final Values values = new Values();
  final Hands clock = new Hands();

  RotationContract() {}

  /** Returns the key under which the component makes and compares fingerprints; always the same. */
  protected abstract FingerprintKey fingerprints();

  /**
   * Lets time pass for whatever stands behind the component, when a rotation waits; by default nothing
   * happens, and no test sleeps. Override it where a change takes its time to show, or where times are
   * told so coarsely that two changes could have the same: to move a clock, or to sleep for a moment.
   */
  protected void pass(Duration time) throws Exception {}

  /**
   * Returns what can go wrong on the way to the component, such as a lost answer or an outage; by
   * default nothing can. Each is tried at each call that changes something.
   */
  protected List<Trouble> troubles() {
    return List.of();
  }

  /**
   * Returns at which of the component's calls, and lines of the journal, a fault is tried: 1 by default,
   * at each. For a component whose calls take so long that its tests would, 5 tries every fifth, and
   * another seed others.
   *
   * @return a positive number
   */
  protected int every() {
    return 1;
  }

  /** The first of those. */
  private int first() {
    return 1 + (int) Math.floorMod(Values.SEED, (long) every());
  }

  /** Makes a world around the component, with a value in it that is exposed. */
  abstract World newWorld() throws Exception;

  /**
   * Returns what a rotator is given.
   *
   * @param again whether an earlier process died
   */
  abstract World.Parts parts(World world, Calls calls, boolean again) throws Exception;

  /** Checks what must be true of this kind of component when a rotation has ended. */
  void requireEnding(World world, Trial.Ending ending, String what) throws Exception {}

  /** Returns how often something may be changed for one attempt. */
  int mostForOneAttempt() throws Exception {
    return 1;
  }

  /** Passes time, for code that may not throw. */
  final void passing(Duration time) {
    try {
      pass(time);
    } catch (Exception failed) {
      throw new AssertionError("time can't pass", failed);
    }
  }

  // Whole rotations.

  @Test
  void a_rotation_with_it_completes_and_shows_no_value() throws Exception {
    Trial.Ending ending = rotate("no fault", 0, Optional.empty());
    assertThat(ending.result()).isInstanceOf(RotationResult.Completed.class);
    assertThat(ending.calls()).as("calls of the component").isNotEmpty();
  }

  @Test
  void a_death_of_the_process_at_any_of_its_calls_loses_nothing() throws Exception {
    faults(List.of(Fault.of(Fault.Kind.DIES_BEFORE), Fault.of(Fault.Kind.DIES_AFTER)));
  }

  @Test
  void a_call_that_fails_before_or_after_it_took_effect_loses_nothing_and_is_not_made_twice()
      throws Exception {
    faults(List.of(Fault.of(Fault.Kind.FAILS_BEFORE), Fault.of(Fault.Kind.FAILS_AFTER)));
  }

  @Test
  void a_call_on_an_interrupted_thread_tells_and_the_run_goes_on_later() throws Exception {
    faults(List.of(Fault.of(Fault.Kind.INTERRUPTED)));
  }

  @Test
  void a_call_that_hangs_is_interrupted_and_the_run_goes_on_later() throws Exception {
    changes(List.of(Fault.of(Fault.Kind.HANGS_BEFORE), Fault.of(Fault.Kind.HANGS_AFTER)));
  }

  @Test
  void a_death_of_the_process_before_or_after_any_line_of_the_journal_loses_nothing()
      throws Exception {
    DyingJournal whole = new DyingJournal(new MemoryJournal(), 0, false);
    rotate("no fault", whole, 0, Optional.empty());
    for (int at = first(); at <= whole.appends(); at += every()) {
      for (boolean after : new boolean[] {false, true}) {
        if (after && at == whole.appends()) {
          continue; // It has ended by then.
        }
        DyingJournal dying = new DyingJournal(new MemoryJournal(), at, after);
        String what = "death " + (after ? "after" : "before") + " line " + at + " of the journal";
        Trial.Ending ending = rotate(what, dying, 0, Optional.empty());
        assertThat(ending.result()).as(what).isInstanceOf(RotationResult.Completed.class);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> trouble_at_any_of_its_changes_loses_nothing() {
    return troubles().stream()
        .map(trouble -> dynamicTest(trouble.name(), () -> changes(List.of(Fault.of(trouble)))));
  }

  @Test
  void the_same_trigger_twice_is_one_run() throws Exception {
    World world = newWorld();
    Calls calls = calls(world);
    RotationJournal journal = new MemoryJournal();
    Trial trial = trial(world, calls, journal, "the same plan when its run has ended");
    trial.requireNothingMore(trial.run(0, Optional.empty()));
    int last = sites().size();
    for (int at : new int[] {1, (last + 1) / 2}) {
      World unfinished = newWorld();
      trial(unfinished, calls(unfinished), new MemoryJournal(), "the same plan after call " + at)
          .requireUnderWay(at);
    }
  }

  /** Each of these faults at each call. */
  private void faults(List<Fault> faults) throws Exception {
    List<Calls.Made> sites = sites();
    for (int at = first(); at <= sites.size(); at += every()) {
      for (Fault fault : faults) {
        rotate(named(fault, sites, at), at, Optional.of(fault));
      }
    }
  }

  /** Each of these faults at each call that changes something. */
  private void changes(List<Fault> faults) throws Exception {
    List<Calls.Made> sites = sites();
    for (int at = 1; at <= sites.size(); at++) {
      if (sites.get(at - 1).changes()) {
        for (Fault fault : faults) {
          rotate(named(fault, sites, at), at, Optional.of(fault));
        }
      }
    }
  }

  private static String named(Fault fault, List<Calls.Made> sites, int at) {
    return fault + " at call " + at + ", " + sites.get(at - 1).method();
  }

  private List<Calls.Made> sites() throws Exception {
    List<Calls.Made> sites = rotate("no fault", 0, Optional.empty()).calls();
    assertThat(sites).as("calls of the component").anyMatch(Calls.Made::changes);
    return sites;
  }

  private Trial.Ending rotate(String what, int at, Optional<Fault> fault) throws Exception {
    return rotate(what, new MemoryJournal(), at, fault);
  }

  private Trial.Ending rotate(String what, RotationJournal journal, int at, Optional<Fault> fault)
      throws Exception {
    World world = newWorld();
    Trial trial = trial(world, calls(world), journal, what);
    Trial.Ending ending = trial.run(at, fault);
    trial.requireOnce(ending, mostForOneAttempt());
    requireEnding(world, ending, what);
    return ending;
  }

  private Trial trial(World world, Calls calls, RotationJournal journal, String what) {
    return new Trial(
        world,
        calls,
        () -> journal,
        again -> {
          try {
            return parts(world, calls, again);
          } catch (Exception failed) {
            throw new AssertionError(what + ": the component can't be had", failed);
          }
        },
        what);
  }

  private static Calls calls(World world) {
    return new Calls(
        issued -> world.learn(new World.Held(issued.slot(), Values.text(issued.value()))),
        world::changed);
  }

  /** Fails, with a RotationException whose words hold none of these values. */
  static String failure(Call call, List<String> values) {
    try {
      call.make();
    } catch (RotationException failed) {
      String trace = Canary.trace(failed);
      Canary.requireAbsent(trace, values, "an exception");
      return trace;
    } catch (Exception other) {
      throw new AssertionError("only a RotationException says that a call failed", other);
    }
    throw new AssertionError("a call that can't succeed did not fail");
  }

  /** A call that may fail. */
  interface Call {
    void make() throws Exception;
  }
}
