package dev.rekey.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.rotation.JournalEntry;
import dev.rekey.rotation.RotationJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A tour that is killed while a request of its rotation is under way, and run again, ends proved.
 *
 * <p>The simulator, which survives, holds the request, so that the moment of death is exact: with the
 * intent in the journal, and the change not yet made, or made and not yet known.
 */
class KilledTourTest {
  private static final String REGENERATE = ".+/regenerateKey";
  private static final String VAULT_WRITE = "/secrets/shopdata-key";
  private static final String FIRST_APP = ".+/sites/shop-web/config/appsettings";
  private static final String SECOND_APP = ".+/sites/shop-worker/config/appsettings";

  @TempDir
  Path folder;

  private static final List<String> ALL = List.of(
      "after the regenerate intent, POST, " + REGENERATE + ", 1, HOLD_BEFORE, issue",
      "after the key was regenerated, POST, " + REGENERATE + ", 1, HOLD_AFTER, issue",
      "after the vault write, PUT, " + VAULT_WRITE + ", 1, HOLD_AFTER, store",
      "after the first app, PUT, " + SECOND_APP + ", 1, HOLD_BEFORE, adopt.1",
      "while the first app is written, PUT, " + FIRST_APP + ", 1, HOLD_AFTER, adopt.0",
      "after the exposed key was regenerated, POST, " + REGENERATE + ", 2, HOLD_AFTER, revoke");

  /** Two of them, other ones from day to day; all with {@code -Drekey.tours=all}. */
  static Stream<Arguments> kills() {
    boolean all = "all".equals(System.getProperty("rekey.tours"));
    int today = LocalDate.now(ZoneOffset.UTC).getDayOfYear() % 3;
    return IntStream.range(0, ALL.size())
        .filter(kill -> all || kill % 3 == today)
        .mapToObj(kill -> Arguments.of((Object[]) ALL.get(kill).split(", ")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kills")
  void a_tour_killed_at_any_step_ends_proved_when_it_is_run_again(
      String when, String method, String path, int nth, String effect, String step)
      throws Exception {
    Path state = folder.resolve(".rekey");
    try (TourProcess killed = TourProcess.start(state)) {
      ControlPlane simulator = ControlPlane.of(state, killed);
      simulator.hold(method, path, nth, effect);
      simulator.awaitHold();
      assertThat(killed.kill()).as("exit code of a killed process").isEqualTo(137);
      simulator.drop();
    }
    RotationJournal journal = RotationJournal.file(state.resolve("journal.jsonl"));
    String runId = journal.unfinished().get(0);
    assertThat(last(journal, runId).step()).isEqualTo(step);
    assertThat(last(journal, runId).phase()).isEqualTo(JournalEntry.Phase.INTENT);

    try (TourProcess again = TourProcess.start(state)) {
      assertThat(again.end()).as(again.err()).isZero();
      assertThat(again.out()).contains("going on with run " + runId, "DEAD since");
    }
    assertThat(journal.unfinished()).isEmpty();
    assertThat(last(journal, runId).phase()).isEqualTo(JournalEntry.Phase.ENDED);
    assertThat(last(journal, runId).fact("verdict")).isEqualTo("DEAD");
    // What took effect was not done again; what did not was.
    long intents = journal.entries(runId).stream()
        .filter(entry -> entry.step().equals(step))
        .filter(entry -> entry.phase() == JournalEntry.Phase.INTENT)
        .count();
    assertThat(intents).isEqualTo(effect.equals("HOLD_BEFORE") ? 2 : 1);
    assertThat(state.resolve("simulator.json")).as("the simulator was stopped").doesNotExist();
    assertThat(Files.readString(state.resolve("report/findings.sarif"))).contains("\"2.1.0\"");
  }

  private static JournalEntry last(RotationJournal journal, String runId) {
    List<JournalEntry> entries = journal.entries(runId);
    return entries.get(entries.size() - 1);
  }
}
