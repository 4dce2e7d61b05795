package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What takes days is a deadline in the journal, and no thread waits for it. */
class DeadlineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration WINDOW = Duration.ofDays(2);
  private static final ProofPolicy DAYS =
      new ProofPolicy(3, Duration.ofSeconds(10), WINDOW, PATIENCE);
  private static final ProofPolicy SPREAD =
      new ProofPolicy(3, Duration.ofHours(8), WINDOW, PATIENCE);

  private final FakeWorld world = new FakeWorld(7);
  private final MemoryJournal journal = new MemoryJournal();

  private RotationResult execute(ProofPolicy policy) {
    world.proof = policy;
    RotationPlan plan = world.plan();
    return world.rotator(journal).execute(plan, world.approve(plan));
  }

  private RotationResult resume(RotationResult suspended) {
    return world.rotator(journal).resume(suspended.runId());
  }

  private RotationResult resumeAt(Instant deadline, RotationResult suspended) {
    assertThat(deadline)
        .as("a window has an end")
        .isBefore(FakeWorld.START.plus(Duration.ofDays(60)));
    world.now[0] = deadline;
    return resume(suspended);
  }

  private static Instant deadline(RotationResult result) {
    assertThat(result).as("%s", result).isInstanceOf(RotationResult.Suspended.class);
    RotationResult.Suspended suspended = (RotationResult.Suspended) result;
    assertThat(suspended.code()).isEqualTo(ResultCode.WAITING);
    return suspended.until().orElseThrow();
  }

  @Test
  void an_issuer_that_forgets_after_days_costs_minutes_of_a_thread() {
    world.probesUntilOldDies = 1_000_000;
    RotationResult result = execute(DAYS);
    Instant revoked = world.now[0];
    int resumes = 0;
    while (world.now[0].isBefore(revoked.plus(Duration.ofHours(36)))) {
      Duration slept = world.slept;
      result = resumeAt(deadline(result), result);
      assertThat(world.slept.minus(slept)).isLessThanOrEqualTo(PATIENCE);
      resumes++;
    }
    assertThat(resumes).isGreaterThan(500);
    world.lingering.clear();

    result = resumeAt(deadline(result), result);

    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.changes.stream().filter("regenerate key1 revoke"::equals)).hasSize(1);
  }

  @Test
  void before_the_deadline_nothing_is_called_and_nothing_is_written() {
    world.probesUntilOldDies = 1_000_000;
    RotationResult result = execute(DAYS);
    int calls = world.calls.size();
    int entries = journal.entries(result.runId()).size();
    for (Instant early :
        new Instant[] {world.now[0], deadline(result).minusNanos(1), FakeWorld.START.minusSeconds(1)
        }) {
      assertThat(resumeAt(early, result)).isEqualTo(result);
    }
    assertThat(world.calls).hasSize(calls);
    assertThat(journal.entries(result.runId())).hasSize(entries);
    assertThat(result.summary())
        .contains("REKEY-R104, run " + result.runId())
        .contains("until " + deadline(result))
        .contains("honoured still");
  }

  @Test
  void the_window_is_counted_by_the_journal_and_ends_loudly() {
    world.probesUntilOldDies = 1_000_000;
    RotationResult result = execute(DAYS);
    Instant began = world.now[0];
    while (result instanceof RotationResult.Suspended) {
      result = resumeAt(deadline(result), result);
    }
    assertThat(result)
        .isInstanceOfSatisfying(
            RotationResult.Stranded.class,
            stranded -> assertThat(stranded.code()).isEqualTo(ResultCode.ALIVE));
    assertThat(Duration.between(began, world.now[0]))
        .isBetween(WINDOW.minus(PATIENCE), WINDOW.plus(PATIENCE.multipliedBy(3)));
  }

  @Test
  void who_resumes_after_the_window_has_a_stretch_of_patience_at_least() {
    world.probesUntilOldDies = 1_000_000;
    RotationResult result = execute(DAYS);
    world.lingering.replaceAll((value, probes) -> 4);

    result = resumeAt(FakeWorld.START.plus(Duration.ofDays(30)), result);

    assertThat(result).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_stranded_run_that_is_resumed_has_a_new_window() {
    world.probesUntilOldDies = 1_000_000;
    RotationResult result = execute(DAYS);
    while (result instanceof RotationResult.Suspended) {
      result = resumeAt(deadline(result), result);
    }

    assertThat(deadline(resumeAt(world.now[0].plusSeconds(1), result))).isAfter(world.now[0]);
  }

  @Test
  void rounds_that_are_hours_apart_are_counted_over_deadlines_and_no_thread_waits() {
    RotationResult result = execute(SPREAD);
    Instant first = world.now[0];
    for (int round = 1; round <= 2; round++) {
      assertThat(((RotationResult.Suspended) result).why()).contains(round + " times in a row");
      assertThat(Duration.between(world.now[0], deadline(result))).isEqualTo(SPREAD.between());
      result = resumeAt(deadline(result), result);
    }
    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    assertThat(((RotationResult.Completed) result).proof().at())
        .isBetween(first.plus(Duration.ofHours(16)), first.plus(Duration.ofHours(17)));
    assertThat(world.slept).isZero();
    assertThat(journal.entries(result.runId()))
        .filteredOn(entry -> entry.phase() == JournalEntry.Phase.SUSPENDED)
        .hasSize(2)
        .allSatisfy(entry -> assertThat(entry.fact("old.0")).contains("AuthenticationFailed"));
  }

  @Test
  void a_life_between_two_deadlines_takes_back_the_deaths_before_it() {
    RotationResult result = execute(SPREAD);
    String exposed = world.exposed();
    world.lingering.put(exposed, 2);

    result = resumeAt(deadline(result), result);
    assertThat(((RotationResult.Suspended) result).why()).contains("honoured still");
    for (int round = 1; round <= 2; round++) {
      result = resumeAt(deadline(result), result);
      assertThat(((RotationResult.Suspended) result).why()).contains(round + " times in a row");
    }
    assertThat(resumeAt(deadline(result), result)).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void what_a_crash_kept_from_being_written_is_not_counted_as_death() {
    RotationResult result = execute(SPREAD);
    RotationResult first = result;
    world.now[0] = deadline(result);
    world.after.put("issuer.probe", () -> {
      throw new FakeWorld.Died();
    });
    assertThatThrownBy(() -> resume(first)).isInstanceOf(FakeWorld.Died.class);

    result = resumeAt(world.now[0].plusSeconds(60), first);

    assertThat(((RotationResult.Suspended) result).why()).contains("1 times in a row");
  }

  @Test
  void a_new_key_that_is_accepted_after_hours_moves_nobody_before_that() {
    world.probesUntilNewLives = 1_000_000;
    RotationResult result = execute(DAYS);
    assertThat(result.summary()).contains("is not accepted everywhere yet");
    result = resumeAt(deadline(result), result);
    deadline(result);
    assertThat(world.changes).containsExactly("regenerate key2 issue");
    world.young.clear();

    result = resumeAt(deadline(result), result);

    assertThat(result).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_listing_that_lags_for_longer_than_a_thread_waits_is_looked_at_again() {
    world.proof = DAYS;
    world.after.put("issuer.issue", () -> world.staleSnapshots = 10);
    RotationResult result = execute(DAYS);
    assertThat(result.summary()).contains("key2 of account acme does not show its new value");
    world.staleSnapshots = 0;

    result = resumeAt(deadline(result), result);

    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.changes.stream().filter("regenerate key2 issue"::equals)).hasSize(1);
  }

  @Test
  void each_issuer_has_its_own_window() {
    world.probesUntilOldDies = 1_000_000;
    RotationPlan plan = world.plan();
    Rotator rotator = world.rotator(
        journal,
        builder -> builder.proofOf(
            issuer -> issuer.id().equals(plan.issuer()) ? DAYS : ProofPolicy.DEFAULT));

    assertThat(deadline(rotator.execute(plan, world.approve(plan)))).isAfter(world.now[0]);
  }

  @Test
  void a_policy_without_patience_of_its_own_waits_on_the_thread() {
    world.probesUntilOldDies = 12;
    ProofPolicy plain = new ProofPolicy(2, Duration.ofSeconds(1), Duration.ofMinutes(10));

    assertThat(plain.patience()).isEqualTo(Duration.ofMinutes(10));
    assertThat(new ProofPolicy(2, Duration.ofMinutes(1), Duration.ZERO).patience())
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(execute(plain)).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.slept).isGreaterThan(Duration.ofSeconds(2));
    assertThatThrownBy(() -> new ProofPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
