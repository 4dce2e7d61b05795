package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.Approval;
import dev.rekey.rotation.JournalEntry;
import dev.rekey.rotation.ResultCode;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationListener;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/** One rotation in a world, with a fault at one place, taken up again until it ends. */
final class Trial {
  private static final int MOST_RESUMES = 12;
  private static final long PROMPTLY = 10;

  private final World world;
  private final Calls calls;
  private final Supplier<RotationJournal> journal;
  private final Function<Boolean, World.Parts> parts;
  private final String what;
  private final StringBuilder told = new StringBuilder();
  private final List<Calls.Made> made = new ArrayList<>();

  /**
   * Prepares one.
   *
   * @param journal the memory of the run, as the process of the moment opens it
   * @param parts what the rotator is given, by whether another process died before
   * @param what tells this trial from others, if it fails
   */
  Trial(
      World world,
      Calls calls,
      Supplier<RotationJournal> journal,
      Function<Boolean, World.Parts> parts,
      String what) {
    this.world = world;
    this.calls = calls;
    this.journal = journal;
    this.parts = parts;
    this.what = what + ", seed " + Values.SEED;
  }

  /**
   * What came of it.
   *
   * @param plan what was to be done
   * @param approval by which
   * @param result how it ended
   * @param held what the dependents hold
   * @param calls the calls of the component under test, in order
   */
  record Ending(
      RotationPlan plan,
      Approval approval,
      RotationResult result,
      World.Held held,
      List<Calls.Made> calls) {
    boolean isCompleted() {
      return result instanceof RotationResult.Completed;
    }
  }

  /** Runs it until it ends, and checks what must be true then. */
  Ending run(int faultAt, Optional<Fault> fault) throws RotationException, InterruptedException {
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan);
    note(plan.toJson(), plan.toText(), plan.role(), approval.toJson());
    try (Output output = new Output()) {
      RotationResult result = untilItEnds(plan, approval, faultAt, fault);
      note(output.text(), result.toString(), result.summary());
      if (fault.map(Fault::costsNothing).orElse(true)) {
        assertThat(result).as("%s: how it ends", what).isInstanceOf(RotationResult.Completed.class);
      }
      Ending ending = new Ending(plan, approval, result, onlyHeld(plan), List.copyOf(made));
      requireEnding(ending);
      return ending;
    } finally {
      Thread.interrupted(); // What follows is none of the run's.
    }
  }

  private RotationResult untilItEnds(
      RotationPlan plan, Approval approval, int faultAt, Optional<Fault> fault)
      throws InterruptedException {
    calls.arm(faultAt, fault);
    boolean hangs = fault
        .map(Fault::kind)
        .filter(k -> k == Fault.Kind.HANGS_BEFORE || k == Fault.Kind.HANGS_AFTER)
        .isPresent();
    Set<String> answers = new LinkedHashSet<>();
    for (int i = 0; i <= MOST_RESUMES; i++) {
      boolean again = i > 0;
      RotationJournal now = journal.get();
      Rotator rotator = world.rotator(now, parts.apply(again), listener());
      Supplier<RotationResult> run = () -> now.unfinished().isEmpty()
          ? rotator.execute(plan, approval)
          : rotator.resume(now.unfinished().get(0));
      Optional<RotationResult> result = hangs && !again ? whileItHangs(run) : attempt(run);
      made.addAll(calls.made());
      calls.arm(0, Optional.empty());
      assertThat(made)
          .as("%s: calls, of which one went wrong", what)
          .hasSizeGreaterThanOrEqualTo(faultAt);
      requireTold(result);
      if (result.filter(Trial::isEnd).isPresent()) {
        return result.get();
      }
      answers.add(result.map(RotationResult::summary).orElse("it died"));
      world.requireWorking(what + ": while it is not ended");
      world.pass(Duration.ofMinutes(1));
    }
    throw new AssertionError(what + ": it does not end: " + answers);
  }

  private static boolean isEnd(RotationResult result) {
    return result instanceof RotationResult.Completed
        || result instanceof RotationResult.RolledBack;
  }

  /** Empty where the process died. */
  private static Optional<RotationResult> attempt(Supplier<RotationResult> run) {
    try {
      return Optional.of(run.get());
    } catch (Died died) {
      return Optional.empty();
    }
  }

  /** Whoever was interrupted is interrupted still, and waits. */
  private void requireTold(Optional<RotationResult> result) {
    boolean interrupted = Thread.interrupted();
    assertThat(calls.swallowed())
        .as("%s: the call that was interrupted and does not tell", what)
        .isEmpty();
    boolean suspended = result
        .filter(RotationResult.Suspended.class::isInstance)
        .map(RotationResult.Suspended.class::cast)
        .filter(one -> one.code() == ResultCode.INTERRUPTED)
        .isPresent();
    assertThat(!suspended || interrupted)
        .as("%s: whoever interrupted the thread finds it interrupted", what)
        .isTrue();
  }

  /** A call hangs; its thread is interrupted, and the run must end at once. */
  private Optional<RotationResult> whileItHangs(Supplier<RotationResult> run)
      throws InterruptedException {
    FutureTask<Optional<RotationResult>> task = new FutureTask<>(() -> attempt(run));
    Thread runner = new Thread(task);
    runner.setDaemon(true);
    runner.start();
    boolean hung = calls.hanging().await(PROMPTLY, TimeUnit.SECONDS);
    assertThat(hung).as("%s: the call is made", what).isTrue();
    runner.interrupt();
    try {
      Optional<RotationResult> result = task.get(PROMPTLY, TimeUnit.SECONDS);
      assertThat(result)
          .as("%s: what an interrupted run says", what)
          .containsInstanceOf(RotationResult.Suspended.class);
      Thread.currentThread().interrupt(); // As it would be here.
      return result;
    } catch (TimeoutException late) {
      throw new AssertionError(what + ": it does not end within " + PROMPTLY + " s", late);
    } catch (ExecutionException failed) {
      throw new AssertionError(what + ": the run that hung", failed.getCause());
    }
  }

  private RotationListener listener() {
    return event -> note(event.toString());
  }

  private void note(String... texts) {
    for (String text : texts) {
      told.append(text).append('\n');
    }
  }

  private World.Held onlyHeld(RotationPlan plan) throws RotationException {
    Set<World.Held> held = new HashSet<>();
    for (RotationPlan.User user : plan.moved()) {
      held.add(world.heldBy(user.id()));
    }
    assertThat(held).as("%s: what all dependents hold", what).hasSize(1);
    return held.iterator().next();
  }

  private void requireEnding(Ending ending) throws RotationException, InterruptedException {
    world.requireWorking(what + ": in the end");
    world.requireAlive(ending.held(), what);
    if (ending.isCompleted()) {
      assertThat(ending.held()).as("%s: what dependents hold", what).isNotEqualTo(world.exposed);
      world.requireDead(world.exposed, what);
      assertThat(world.store.holding(Values.fingerprint(world.key, world.exposed.text())))
          .as("%s: versions of the dead value", what)
          .noneMatch(
              version -> version.enabled() && version.name().equals(ending.plan.secretName()));
    } else {
      assertThat(ending.held()).as("%s: what dependents hold", what).isEqualTo(world.exposed);
    }
    world.requireFollowed(ending.plan(), ending.held(), what);
    RotationJournal written = journal.get();
    assertThat(written.unfinished()).as("%s: unfinished runs", what).isEmpty();
    List<JournalEntry> entries = written.entries(ending.result().runId());
    assertThat(entries).as("%s: what is written", what).isNotEmpty();
    note(entries.toString());
    calls.failures().forEach(failed -> note(Canary.trace(failed)));
    Canary.requireAbsent(
        told.toString(), world.values(), what + ": what is told, logged or written");
  }

  /** Nothing is done more often than this for one attempt; a version may be disabled again. */
  void requireOnce(Ending ending, int most) {
    for (Calls.Made one : ending.calls()) {
      if (one.changes() && one.done() && !one.method().equals("disable")) {
        long times = ending.calls().stream().filter(one::equals).count();
        assertThat(times)
            .as("%s: how often %s was done for %s", what, one.method(), one.attempt())
            .isLessThanOrEqualTo(most);
      }
    }
  }

  /** What triggered it comes again, when it has ended: nothing is changed. */
  void requireNothingMore(Ending ending) throws RotationException, InterruptedException {
    calls.arm(0, Optional.empty());
    world.pass(Duration.ofMinutes(1));
    Rotator rotator = world.rotator(journal.get(), parts.apply(true), listener());
    RotationResult again = rotator.execute(ending.plan(), ending.approval());
    assertThat(again)
        .as("%s: the same plan, executed again", what)
        .isInstanceOf(RotationResult.RolledBack.class);
    requireNoChange();
    assertThat(onlyHeld(ending.plan()))
        .as("%s: what dependents hold", what)
        .isEqualTo(ending.held());
    world.requireWorking(what);
  }

  /** What triggered it comes again while it is unfinished: nothing is called. */
  void requireUnderWay(int dyingAt) throws RotationException, InterruptedException {
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan);
    calls.arm(dyingAt, Optional.of(Fault.of(Fault.Kind.DIES_AFTER)));
    try (Output output = new Output()) {
      Rotator first = world.rotator(journal.get(), parts.apply(false), listener());
      assertThat(attempt(() -> first.execute(plan, approval))).as(what).isEmpty();
      calls.arm(0, Optional.empty());
      world.pass(Duration.ofMinutes(1));
      Rotator second = world.rotator(journal.get(), parts.apply(true), listener());
      assertThatThrownBy(() -> second.execute(plan, approval))
          .as("%s: the same plan, while a run executes it", what)
          .isInstanceOf(IllegalStateException.class);
      assertThat(calls.made()).as("%s: calls of the second run", what).isEmpty();
      RotationResult result = second.resume(journal.get().unfinished().get(0));
      assertThat(result).as(what).isInstanceOf(RotationResult.Completed.class);
      note(output.text());
    }
  }

  private void requireNoChange() {
    assertThat(calls.made())
        .as("%s: changes of the second run", what)
        .noneMatch(Calls.Made::changes);
  }
}
