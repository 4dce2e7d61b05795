package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each way to end has its code, in what is said and written, and its chapter in the runbook. */
class ResultCodeTest {
  private static final Pattern CODE = Pattern.compile("REKEY-R\\d+");
  private static final Pattern CHAPTER = Pattern.compile("(?m)^### (REKEY-R\\d+): (.+)$");

  private final Map<ResultCode, RotationResult.NotCompleted> seen = new EnumMap<>(ResultCode.class);

  /** How a run goes on the way to a code. */
  private void end(ResultCode code, Consumer<FakeWorld> how) {
    end(code, how, world -> {});
  }

  private void end(ResultCode code, Consumer<FakeWorld> before, Consumer<FakeWorld> afterPlanning) {
    FakeWorld world = new FakeWorld(7);
    MemoryJournal journal = new MemoryJournal();
    before.accept(world);
    RotationPlan plan = world.plan();
    afterPlanning.accept(world);
    Rotator rotator = world.rotator(journal);
    world.freeze = rotator::freeze;
    world.cancel = () -> rotator.cancel(journal.unfinished().get(0));
    try (Logs logs = new Logs()) {
      RotationResult result;
      try {
        result = rotator.execute(plan, world.approve(plan));
      } catch (FakeWorld.Died died) {
        world.faults.put(world.calls.size() + 1, FakeWorld.Fault.THROW_BEFORE);
        result = rotator.resume(journal.unfinished().get(0));
      } finally {
        Thread.interrupted();
      }
      assertCoded(code, result, journal, logs);
    }
  }

  /** How a kill switch comes to a code, when it is used or undone. */
  private void containing(ResultCode code, Consumer<FakeWorld> how, boolean undone) {
    FakeWorld world = new FakeWorld(7);
    world.hasSwitch = true;
    MemoryJournal journal = new MemoryJournal();
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan, Risk.CONTAINMENT_BREAKS, Risk.EXPOSED_AGAIN);
    how.accept(world);
    Containment containment = world.rotator(journal).containment();
    try (Logs logs = new Logs()) {
      RotationResult result = containment.contain(plan, FakeSwitch.ID, approval);
      if (undone) {
        result = containment.undo(result.runId(), approval);
      }
      assertCoded(code, result, journal, logs);
    }
  }

  private void assertCoded(
      ResultCode code, RotationResult result, MemoryJournal journal, Logs logs) {
    assertThat(result)
        .as("%s", result)
        .isInstanceOfSatisfying(RotationResult.NotCompleted.class, open -> {
          assertThat(open.code()).as("%s", open).isEqualTo(code);
          assertThat(open.summary()).startsWith(code.id() + ", run " + open.runId() + ": ");
          List<JournalEntry> entries = journal.entries(open.runId());
          assertThat(entries.get(entries.size() - 1).fact("code")).isEqualTo(code.id());
          assertThat(logs.text()).contains(code.id());
          seen.put(code, open);
        });
  }

  private static Consumer<FakeWorld> at(String call, FakeWorld.Fault fault) {
    return world -> world.first.put(call, fault);
  }

  @Test
  void each_way_to_end_has_its_code_in_its_message_its_log_and_its_journal() {
    end(ResultCode.INTERRUPTED, at("store.put", FakeWorld.Fault.CUT_SHORT));
    end(ResultCode.FROZEN, at("store.put", FakeWorld.Fault.FROZEN));
    end(ResultCode.CANCELLED, at("store.put", FakeWorld.Fault.CANCELLED));
    end(ResultCode.WAITING, world -> {
      world.proof = new ProofPolicy(1, Duration.ofDays(1), Duration.ofDays(2), Duration.ZERO);
      world.probesUntilOldDies = 10;
    });
    end(ResultCode.ATTESTING, world -> world.opaque.put("factory", world.exposed()));
    end(ResultCode.UNTOUCHED, world -> {}, world -> world.addApp("nightly", world.exposed()));
    end(ResultCode.UNDONE, world -> world.unhealthyWithNew.add("till"));
    end(ResultCode.STOPPED, at("store.put", FakeWorld.Fault.DIE_BEFORE));
    end(ResultCode.HALF_UNDONE, world -> {
      world.guard = false;
      world.after.put(
          "store.put", () -> world.state.apps().get("till").replaceAll((n, v) -> "none"));
    });
    end(ResultCode.REVOKING, at("issuer.revoke", FakeWorld.Fault.THROW_BEFORE));
    end(
        ResultCode.UNPROVED,
        world -> world.after.put(
            "issuer.revoke", () -> world.first.put("issuer.probe", FakeWorld.Fault.THROW_BEFORE)));
    end(ResultCode.ALIVE, world -> world.probesUntilOldDies = 10_000);
    end(
        ResultCode.WEAKLY_PROVED,
        world -> world.after.put("issuer.revoke", () -> world.endpointsUnclear = true));
    end(ResultCode.UNFINISHED, at("store.disable", FakeWorld.Fault.THROW_BEFORE));
    end(ResultCode.OVERDUE, world -> {
      world.opaque.put("factory", world.exposed());
      world.grace = Duration.ZERO;
      world.usage = (issuer, slot, held, since) ->
          new UsageSource.Usage.Counted(slot.equals("key1") ? 1 : 0, List.of());
    });
    containing(ResultCode.CONTAINED, world -> {}, false);
    containing(ResultCode.REOPENED, world -> {}, true);
    containing(ResultCode.CONTAINING, at("switch.turnOn", FakeWorld.Fault.THROW_BEFORE), false);
    containing(ResultCode.REOPENING, at("switch.turnOff", FakeWorld.Fault.THROW_BEFORE), true);

    assertThat(seen.keySet()).containsExactly(ResultCode.values());
  }

  @Test
  void every_code_has_its_chapter_in_the_runbook_and_every_chapter_its_code() throws IOException {
    String runbook = runbook();
    Map<String, String> expected = new LinkedHashMap<>();
    for (ResultCode code : ResultCode.values()) {
      expected.put(code.id(), code.title());
    }
    Map<String, String> chapters = new LinkedHashMap<>();
    CHAPTER.matcher(runbook).results().forEach(c -> chapters.put(c.group(1), c.group(2)));

    assertThat(chapters).containsExactlyEntriesOf(expected);
    assertThat(CODE.matcher(runbook).results().map(MatchResult::group))
        .allSatisfy(code -> assertThat(expected).containsKey(code));
  }

  @Test
  void every_chapter_says_what_is_true_what_works_what_to_type_and_when_to_call_somebody()
      throws IOException {
    String[] chapters = runbook().split("(?m)^### REKEY-R");
    assertThat(chapters).hasSize(ResultCode.values().length + 1);
    for (String chapter : List.of(chapters).subList(1, chapters.length)) {
      assertThat(chapter)
          .contains("**True now.** ")
          .contains("**Works.** ")
          .contains("**Next.** ")
          .contains("**Escalate** ");
    }
  }

  @Test
  void codes_are_what_they_were() {
    assertThat(ResultCode.values())
        .extracting(ResultCode::id)
        .containsExactly(
            "REKEY-R101",
            "REKEY-R102",
            "REKEY-R103",
            "REKEY-R104",
            "REKEY-R105",
            "REKEY-R201",
            "REKEY-R202",
            "REKEY-R301",
            "REKEY-R302",
            "REKEY-R303",
            "REKEY-R304",
            "REKEY-R305",
            "REKEY-R306",
            "REKEY-R307",
            "REKEY-R308",
            "REKEY-R401",
            "REKEY-R402",
            "REKEY-R403",
            "REKEY-R404");
  }

  /** Surefire runs a module's tests in its folder. */
  private static String runbook() throws IOException {
    return Files.readString(Path.of("").toAbsolutePath().resolveSibling("docs/RUNBOOK.md"));
  }
}
