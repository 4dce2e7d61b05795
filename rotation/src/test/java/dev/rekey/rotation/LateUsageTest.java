package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logs arrive late: a gate waits for what will be known, and does not take silence for no use. */
class LateUsageTest {
  private final FakeWorld world = new FakeWorld(51);
  private final MemoryJournal journal = new MemoryJournal();

  /** Uses of key1 are known when it is later than they were asked for by so much. */
  private void logsLag(Duration lag, UsageSource.Usage then) {
    world.usage = (issuer, slot, held, since) -> {
      Instant arrived = world.now[0].minus(lag);
      return slot.equals("key2")
          ? new UsageSource.Usage.Counted(0, List.of())
          : arrived.isBefore(since)
              ? new UsageSource.Usage.Later("logs until " + arrived, since.plus(lag))
              : then;
    };
  }

  private RotationResult execute() {
    RotationPlan plan = world.plan();
    return world.rotator(journal).execute(plan, world.approve(plan));
  }

  @Test
  void the_last_gate_waits_until_it_is_known_that_nobody_uses_the_exposed_value() {
    logsLag(Duration.ofSeconds(10), new UsageSource.Usage.Counted(0, List.of()));
    assertThat(execute()).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.slept).isGreaterThan(Duration.ofSeconds(9));
  }

  @Test
  void who_is_seen_when_the_logs_have_arrived_keeps_the_exposed_value_alive() {
    logsLag(Duration.ofSeconds(10), new UsageSource.Usage.Counted(2, List.of("10.0.0.7")));
    world.grace = Duration.ZERO;
    RotationPlan plan = world.plan();
    assertThat(plan.opaque()).extracting(OpaqueDependent::id).containsExactly("10.0.0.7");
    Approval approval = world.approve(plan);
    RotationResult result = world.rotator(journal).execute(plan, approval);
    assertThat(result)
        .isInstanceOfSatisfying(
            RotationResult.Stranded.class,
            overdue -> assertThat(overdue.now()).contains("10.0.0.7"));
    assertThat(world.value("key1")).isEqualTo(world.exposed());
  }

  @Test
  void logs_that_take_longer_than_a_thread_may_wait_are_a_deadline() {
    world.proof =
        new ProofPolicy(2, Duration.ofSeconds(1), Duration.ofHours(2), Duration.ofSeconds(20));
    logsLag(Duration.ofMinutes(10), new UsageSource.Usage.Counted(0, List.of()));
    RotationResult.Suspended waits = (RotationResult.Suspended) execute();
    assertThat(waits.code()).isEqualTo(ResultCode.WAITING);
    assertThat(waits.why()).contains("uses of account acme are known later: logs until");
    assertThat(world.slept).isLessThan(Duration.ofSeconds(21));
    world.now[0] = waits.until().orElseThrow();
    assertThat(world.rotator(journal).resume(waits.runId()))
        .isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void logs_that_never_come_are_use_that_is_not_known() {
    logsLag(Duration.ofDays(2), new UsageSource.Usage.Counted(0, List.of()));
    RotationPlan plan = world.plan();
    assertThat(plan.risks()).doesNotContain(Risk.USE_UNKNOWN);
    RotationResult result = world.rotator(journal).execute(plan, world.approve(plan));
    assertThat(result)
        .isInstanceOfSatisfying(
            RotationResult.RolledBack.class,
            back -> assertThat(back.why()).contains("its use is unknown: logs until"));

    RotationPlan again = world.plan();
    assertThat(world
            .rotator(new MemoryJournal())
            .execute(again, world.approve(again, Risk.USE_UNKNOWN)))
        .as("where the approval accepts that")
        .isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_source_that_always_asks_to_be_asked_again_is_asked_for_a_day() {
    world.proof = new ProofPolicy(2, Duration.ofHours(1), Duration.ofDays(3), Duration.ofDays(2));
    world.usage = (issuer, slot, held, since) -> slot.equals("key2")
        ? new UsageSource.Usage.Counted(0, List.of())
        : new UsageSource.Usage.Later("soon", FakeWorld.START);
    RotationPlan plan = world.plan();
    RotationResult result =
        world.rotator(journal).execute(plan, world.approve(plan, Risk.values()));
    assertThat(result)
        .as("the approval accepts that it is unknown")
        .isInstanceOf(RotationResult.Completed.class);
    assertThat(world.slept).isBetween(Duration.ofDays(1), Duration.ofDays(2));
  }
}
