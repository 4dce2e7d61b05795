package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RotationTimelineTest {
  private final FakeWorld world = new FakeWorld(7);
  private final MemoryJournal journal = new MemoryJournal();

  private RotationTimeline timeline(String runId) {
    return RotationTimeline.of(journal.entries(runId));
  }

  private RotationResult execute() {
    RotationPlan plan = world.plan();
    return world.rotator(journal).execute(plan, world.approve(plan));
  }

  @Test
  void a_run_is_told_with_times_and_durations_from_its_start_to_its_end() {
    RotationResult result = execute();

    List<RotationTimeline.Line> lines = timeline(result.runId()).lines();

    assertThat(lines.get(0).what())
        .isEqualTo("started: an Azure storage account key of account acme, asked for by Asker,"
            + " approved by Ann and Bob");
    assertThat(lines.get(0).sinceStart()).isZero();
    assertThat(lines)
        .extracting(line -> line.step() + ": " + line.what().replaceAll("\\d+\\.\\d+ s", "T"))
        .containsSubsequence(
            "issue: begins key2",
            "issue: done key2 in T",
            "adopt.0: begins shop",
            "adopt.0: done shop in T",
            "prove: done key1 in T: DEAD",
            "run: ended: Completed, DEAD");
    assertThat(lines).extracting(RotationTimeline.Line::sinceStart).isSorted();
    assertThat(lines.get(lines.size() - 1).sinceStart()).isGreaterThan(Duration.ofSeconds(1));
    assertThat(timeline(result.runId()).toString())
        .startsWith("Run " + result.runId())
        .hasLineCount(lines.size() + 1);
  }

  @Test
  void what_was_recovered_after_how_long_is_told() {
    world.after.put("store.put", () -> {
      throw new FakeWorld.Died();
    });
    assertThatThrownBy(this::execute).isInstanceOf(FakeWorld.Died.class);
    world.now[0] = world.now[0].plus(Duration.ofMinutes(125));
    RotationResult result = world.rotator(journal).resume(journal.unfinished().get(0));

    assertThat(timeline(result.runId()).toString())
        .contains("taken up for the 2nd time, 2 h 5 min after the entry before")
        .contains("recovered, version acme-key/v2 was put: acme-key in 2 h 5 min");
  }

  @Test
  void why_it_waits_or_was_given_up_is_told_with_its_code() {
    world.unhealthyWithNew.add("till");
    assertThat(timeline(execute().runId()).toString())
        .contains("ended: RolledBack, REKEY-R202: app till does not run");

    world.now[0] = world.now[0].plusSeconds(60);
    world.unhealthyWithNew.clear();
    world.proof = new ProofPolicy(1, Duration.ofDays(1), Duration.ofDays(2), Duration.ZERO);
    world.probesUntilOldDies = 10;
    RotationResult.Suspended waits = (RotationResult.Suspended) execute();
    assertThat(timeline(waits.runId()).toString())
        .contains("REKEY-R104, waits until " + waits.until().orElseThrow() + ": the exposed");
  }

  @Test
  void no_value_is_in_it() {
    world.unhealthyWithNew.add("till");
    String text = timeline(execute().runId()).toString();
    assertThat(text).contains("adopt.1");
    for (String value : world.everIssued) {
      assertThat(Canary.of(value).leaksIn(text)).isEmpty();
      assertThat(Canary.of(value).leaksIn(text + value)).isNotEmpty();
    }
  }

  @Test
  void hostile_text_stays_on_its_line() {
    JournalEntry hostile = JournalEntry.of(
        "run\n1",
        1,
        "adopt\u001b[2J",
        JournalEntry.Phase.INTENT,
        Map.of("dependent", "a\r\nb\u202ec\u2028d"),
        Instant.EPOCH);

    assertThat(RotationTimeline.of(List.of(hostile)).toString().lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("adopt [2J")
        .endsWith("begins a b c d");
  }

  @Test
  void what_another_version_wrote_is_told_as_far_as_it_can_be_read() {
    JournalEntry old = JournalEntry.of(
        "run", 1, "run", JournalEntry.Phase.STARTED, Map.of("plan", "{}"), Instant.EPOCH);
    assertThat(RotationTimeline.of(List.of(old)).lines().get(0).what())
        .isEqualTo(
            "started: a plan that this version can't read, with an approval that this version"
                + " can't read");
    assertThatThrownBy(() -> RotationTimeline.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
