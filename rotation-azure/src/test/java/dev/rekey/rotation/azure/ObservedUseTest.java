package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ApprovalException;
import dev.rekey.rotation.Attestation;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.Link;
import dev.rekey.rotation.OpaqueDependent;
import dev.rekey.rotation.Pause;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.ResultCode;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.rotation.UsageSource;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Resource.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole rotations of a storage key that a job uses of which nobody knows: it stands in no configuration
 * that can be looked into, and only the logs tell of it.
 */
class ObservedUseTest {
  private static final String JOB = "10.0.0.7";

  /** Waits of a quarter of an hour are made on the thread, which moves the clock. */
  private static final ProofPolicy ON_THE_THREAD =
      new ProofPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(10), Duration.ofMinutes(30));

  private static final ProofPolicy NOT_ON_THE_THREAD =
      new ProofPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofMinutes(5));

  @TempDir
  Path folder;

  private final UsesLab world = new UsesLab(
      StorageAccount.named("acct1").logsTo(UsesLab.LOGS),
      Workspace.named(UsesLab.LOGS),
      Shop.vault(),
      WebApp.named("shop-web").setting("KEY", "${key:acct1/key1}"));
  private final String exposed = world.key("acct1", "key1");

  /** What happens when the run waits for logs. */
  private Runnable meanwhile = () -> {};

  @AfterEach
  void stop() {
    world.close();
  }

  private int jobRuns(String key) {
    return world.use("acct1", key, JOB + ":4711");
  }

  private RotationPlan plan(UsageSource usage) {
    return Planner.builder()
        .issuers(world.accounts())
        .store(world.lab.store())
        .dependents(world.lab.dependents(Lab.OWNER))
        .usage(usage)
        .clock(world.clock)
        .build()
        .plan(Shop.exposure(world.lab));
  }

  private Approval approval(RotationPlan plan, Risk... risks) {
    return Approval.of(plan)
        .requester("Ann")
        .approver("Bob", world.now(), "CHANGE-1")
        .approver("Cleo", world.now(), "CHANGE-1")
        .expires(world.now().plus(Duration.ofHours(1)))
        .accept(risks)
        .build();
  }

  private Rotator rotator(ProofPolicy proof) {
    Pause waiting = duration -> {
      world.clock.move(duration);
      if (duration.compareTo(Duration.ofMinutes(5)) > 0) {
        meanwhile.run();
      }
    };
    return Rotator.builder(RotationJournal.file(folder.resolve("journal.jsonl")))
        .issuers(world.accounts())
        .store(world.lab.store())
        .dependents(world.lab.dependents(Lab.OWNER))
        .usage(world.logs())
        .clock(world.clock)
        .proof(proof)
        .pause(waiting)
        .build();
  }

  private RotationResult.Suspended waitingForTheJob() {
    RotationPlan plan = plan(world.logs());
    RotationResult result = rotator(ON_THE_THREAD).execute(plan, approval(plan));
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Suspended.class);
    return (RotationResult.Suspended) result;
  }

  private void theJobIsMoved(Rotator rotator, String runId) {
    world.clock.move(Duration.ofSeconds(30));
    assertThat(jobRuns(world.lab.vault().getSecret("acct1-key").getValue())).isEqualTo(200);
    rotator.attest(runId, new Attestation("Olga", JOB, "It has the new key.", world.now()));
  }

  @Test
  void a_plan_names_who_was_seen_using_the_exposed_key() {
    jobRuns(exposed);
    world.clock.move(Duration.ofMinutes(1));
    RotationPlan plan = plan(world.logs());
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.risks()).doesNotContain(Risk.USE_UNKNOWN, Risk.USE_NON_ZERO);
    assertThat(plan.opaque()).singleElement().satisfies(job -> {
      assertThat(job.id()).isEqualTo(JOB);
      assertThat(job.link()).isEqualTo(Link.OBSERVED);
      assertThat(job.moving()).contains("It was seen using key1");
    });
    assertThat(plan.toText()).contains(JOB);
  }

  @Test
  void a_run_waits_until_the_job_is_moved_and_ends_with_the_key_dead() {
    jobRuns(exposed);
    world.clock.move(Duration.ofMinutes(1));
    RotationResult.Suspended waits = waitingForTheJob();
    assertThat(waits.code()).isEqualTo(ResultCode.ATTESTING);
    assertThat(waits.summary()).contains(JOB);
    assertThat(jobRuns(exposed)).as("the job goes on").isEqualTo(200);

    Rotator rotator = rotator(ON_THE_THREAD);
    theJobIsMoved(rotator, waits.runId());
    RotationResult result = rotator.resume(waits.runId());
    assertThat(result)
        .as(result.summary())
        .isInstanceOfSatisfying(
            RotationResult.Completed.class,
            completed ->
                assertThat(completed.proof().verdict()).isEqualTo(DeathProof.Verdict.DEAD));
    assertThat(jobRuns(exposed)).isEqualTo(403);
    assertThat(jobRuns(world.key("acct1", "key2"))).isEqualTo(200);
  }

  @Test
  void a_job_that_goes_on_after_it_was_said_to_be_moved_keeps_the_key_alive() {
    jobRuns(exposed);
    world.clock.move(Duration.ofMinutes(11));
    RotationResult.Suspended waits = waitingForTheJob();
    world.lab.azure.logs().lag(Duration.ofMinutes(10));
    Rotator rotator = rotator(ON_THE_THREAD);
    rotator.attest(waits.runId(), new Attestation("Olga", JOB, "It has.", world.now()));
    world.clock.move(Duration.ofSeconds(1));
    RotationResult.Suspended later =
        (RotationResult.Suspended) rotator(NOT_ON_THE_THREAD).resume(waits.runId());
    assertThat(later.code()).isEqualTo(ResultCode.WAITING);
    assertThat(later.why()).contains("may take PT15M");
    world.clock.move(Duration.ofSeconds(1));
    assertThat(jobRuns(exposed)).isEqualTo(200);

    world.clock.move(Duration.ofMinutes(15));
    RotationResult result = rotator.resume(waits.runId());
    assertThat(result.summary()).contains("1 uses by " + JOB);
    assertThat(result).isNotInstanceOf(RotationResult.Completed.class);
    assertThat(jobRuns(exposed)).as("nothing was revoked").isEqualTo(200);
  }

  @Test
  void the_last_gate_waits_for_the_logs_on_its_thread_where_it_may() {
    jobRuns(exposed);
    world.clock.move(Duration.ofMinutes(1));
    RotationResult.Suspended waits = waitingForTheJob();
    int[] waited = {0};
    meanwhile = () -> waited[0]++;
    Rotator rotator = rotator(ON_THE_THREAD);
    theJobIsMoved(rotator, waits.runId());
    assertThat(rotator.resume(waits.runId())).isInstanceOf(RotationResult.Completed.class);
    assertThat(waited[0]).isEqualTo(1);
  }

  @Test
  void somebody_who_is_seen_only_while_the_logs_are_waited_for_keeps_the_key_alive() {
    world.use("acct1", world.key("acct1", "key1"), JOB + ":1");
    world.clock.move(Duration.ofMinutes(1));
    RotationResult.Suspended waits = waitingForTheJob();
    Rotator rotator = rotator(ON_THE_THREAD);
    theJobIsMoved(rotator, waits.runId());
    meanwhile = () -> world.use("acct1", exposed, "10.0.0.99:1");
    RotationResult result = rotator.resume(waits.runId());
    assertThat(result.summary()).contains("10.0.0.99");
    assertThat(jobRuns(exposed)).isEqualTo(200);
  }

  @Test
  void whoever_uses_the_standby_key_is_seen_before_it_is_regenerated() {
    jobRuns(exposed);
    world.use("acct1", world.key("acct1", "key2"), "10.0.0.8:1");
    world.clock.move(Duration.ofMinutes(1));
    RotationPlan plan = plan(world.logs());
    assertThat(plan.risks()).contains(Risk.USE_NON_ZERO);
    assertThat(plan.opaque()).extracting(OpaqueDependent::id).contains("10.0.0.8");
    assertThatThrownBy(() -> rotator(ON_THE_THREAD).execute(plan, approval(plan)))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("does not accept USE_NON_ZERO");
    assertThat(world.lab.count("POST", Shop.REGENERATE + ".*")).isZero();
    assertThat(rotator(ON_THE_THREAD).execute(plan, approval(plan, Risk.USE_NON_ZERO)))
        .as("whoever accepts that by name breaks whom the plan names")
        .isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_workspace_without_entries_leaves_use_unknown_and_the_approval_must_accept_it() {
    RotationPlan plan = plan(world.logs());
    assertThat(plan.risks()).contains(Risk.USE_UNKNOWN);
    assertThat(plan.unknowns())
        .anyMatch(sentence -> sentence.contains("no entries of storage account acct1 arrive"));
    assertThat(plan.blockers()).isEmpty();
  }

  @Test
  void a_workspace_that_can_not_be_asked_leaves_a_plan_with_the_reason() {
    jobRuns(exposed);
    UsageSource limited = WorkspaceLogs.of(
        UsesLab.client(world.lab, Lab.LIMITED).build(), UsesLab.WORKSPACE, world.clock);
    RotationPlan plan = plan(limited);
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.risks()).contains(Risk.USE_UNKNOWN);
    assertThat(plan.unknowns())
        .anyMatch(sentence -> sentence.contains("InsufficientAccessError"))
        .anyMatch(sentence -> sentence.contains("request id"));
    assertThat(plan(UsageSource.of(limited, world.logs())).opaque())
        .as("another source may know")
        .extracting(OpaqueDependent::id)
        .containsExactly(JOB);
  }
}
