package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir
  Path folder;

  private Path file;
  private RotationJournal journal;

  @BeforeEach
  void choose_a_file() {
    file = folder.resolve("journal.jsonl");
    journal = RotationJournal.file(file);
  }

  private static JournalEntry entry(
      RotationJournal.Lease lease, String run, String step, Map<String, String> facts) {
    return JournalEntry.of(run, lease.epoch(), step, JournalEntry.Phase.INTENT, facts, AT);
  }

  private void writeThree() {
    try (RotationJournal.Lease lease = journal.lease("run")) {
      for (String step : List.of("issue", "store", "revoke")) {
        lease.append(entry(lease, "run", step, Map.of("slot", "key1")));
      }
    }
  }

  @Test
  void what_was_written_is_read_back_in_order_by_run() {
    writeThree();
    try (RotationJournal.Lease lease = journal.lease("other")) {
      assertThat(lease.epoch()).isEqualTo(1);
      lease.append(entry(lease, "other", "issue", Map.of()));
    }
    assertThat(journal.entries("run"))
        .extracting(JournalEntry::step)
        .containsExactly("issue", "store", "revoke");
    assertThat(journal.entries("other")).hasSize(1);
    assertThat(journal.entries("none")).isEmpty();
  }

  @Test
  void a_journal_that_was_never_written_is_empty_and_reading_makes_no_file() {
    assertThat(journal.entries("run")).isEmpty();
    assertThat(journal.unfinished()).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void a_run_is_unfinished_from_its_start_to_its_end() {
    for (JournalEntry.Phase phase : List.of(
        JournalEntry.Phase.STARTED, JournalEntry.Phase.STRANDED, JournalEntry.Phase.ENDED)) {
      try (RotationJournal.Lease lease = journal.lease("run")) {
        lease.append(JournalEntry.of("run", lease.epoch(), "run", phase, Map.of(), AT));
      }
      assertThat(journal.unfinished())
          .as("%s", phase)
          .isEqualTo(phase == JournalEntry.Phase.ENDED ? List.of() : List.of("run"));
    }
  }

  @Test
  void each_flipped_bit_pattern_of_each_byte_is_detected_with_its_line() throws IOException {
    writeThree();
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      for (int flip : new int[] {1, 2, 8, 0x20, 0x80, whole[at] ^ '\n', whole[at]}) {
        if (flip == 0) {
          continue;
        }
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) flip;
        Files.write(file, flipped);
        int line = 1;
        for (int i = 0; i < at; i++) {
          line += whole[i] == '\n' ? 1 : 0;
        }
        int expected = line;
        assertThatThrownBy(() -> journal.entries("run"))
            .as("byte %d ^ %d", at, flip)
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("journal.jsonl:" + expected + ":");
        assertThat(RotationJournal.verify(file))
            .as("byte %d ^ %d", at, flip)
            .isInstanceOfSatisfying(
                JournalCheck.Broken.class, broken -> assertThat(broken.line()).isEqualTo(expected));
      }
    }
  }

  @Test
  void a_removed_a_swapped_and_a_foreign_line_are_detected() throws IOException {
    writeThree();
    List<String> lines = Files.readAllLines(file);

    assertDamaged(without(lines, 0), 1);
    assertDamaged(without(lines, 1), 2);
    List<String> swapped = new ArrayList<>(lines);
    Collections.swap(swapped, 0, 1);
    assertDamaged(swapped, 1);
    swapped = new ArrayList<>(lines);
    Collections.swap(swapped, 1, 2);
    assertDamaged(swapped, 2);
    List<String> twice = new ArrayList<>(lines);
    twice.add(1, lines.get(0));
    assertDamaged(twice, 2);
    for (String foreign : List.of("{}", "", "[]", "hello", "{\"schema\":\"rekey.journal/1\"}")) {
      List<String> mixed = new ArrayList<>(lines);
      mixed.add(foreign);
      assertDamaged(mixed, 4);
    }
    RotationJournal elsewhere = RotationJournal.file(folder.resolve("elsewhere"));
    try (RotationJournal.Lease lease = elsewhere.lease("run")) {
      lease.append(entry(lease, "run", "other", Map.of()));
      lease.append(entry(lease, "run", "other", Map.of()));
    }
    List<String> mixed = new ArrayList<>(lines);
    mixed.add(Files.readAllLines(folder.resolve("elsewhere")).get(1));
    assertDamaged(mixed, 4);
  }

  private static List<String> without(List<String> lines, int index) {
    List<String> fewer = new ArrayList<>(lines);
    fewer.remove(index);
    return fewer;
  }

  private void assertDamaged(List<String> lines, int line) throws IOException {
    Files.writeString(file, String.join("\n", lines) + "\n");
    assertThatThrownBy(() -> journal.entries("run"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("journal.jsonl:" + line + ":")
        .hasMessageContaining("can't be trusted");
    assertThatThrownBy(() -> journal.lease("run")).isInstanceOf(JournalException.class);
  }

  @Test
  void a_last_line_torn_anywhere_is_dropped_and_written_over() throws IOException {
    writeThree();
    byte[] whole = Files.readAllBytes(file);
    int lastLine =
        new String(whole, StandardCharsets.UTF_8).lastIndexOf('\n', whole.length - 2) + 1;
    for (int length = lastLine; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(journal.entries("run")).as("torn at %d", length).hasSize(2);
      assertThat(RotationJournal.verify(file))
          .as("torn at %d", length)
          .isInstanceOf(length == lastLine ? JournalCheck.Whole.class : JournalCheck.Torn.class);
      if (length % 16 > 0 && length < whole.length - 1) {
        continue; // Writing for good takes its time.
      }
      try (RotationJournal.Lease lease = journal.lease("run")) {
        assertThat(lease.epoch()).isEqualTo(2);
        lease.append(entry(lease, "run", "again", Map.of()));
      }
      assertThat(journal.entries("run"))
          .extracting(JournalEntry::step)
          .containsExactly("issue", "store", "again");
    }
  }

  @Test
  void a_whole_journal_is_checked_without_its_lock_and_its_head_stands_for_all()
      throws IOException {
    writeThree();
    try (RotationJournal.Lease lease = journal.lease("run")) {
      JournalCheck.Whole before = (JournalCheck.Whole) RotationJournal.verify(file);
      assertThat(before.entries()).isEqualTo(3);
      assertThat(Files.readString(file)).endsWith(before.head() + "\"}\n");
      lease.append(entry(lease, "run", "prove", Map.of()));
      JournalCheck.Whole after = (JournalCheck.Whole) RotationJournal.verify(file);
      assertThat(after.entries()).isEqualTo(4);
      assertThat(after.head()).isNotEqualTo(before.head());
      assertThat(after.summary()).contains("whole").contains("4 entries");
    }
  }

  @Test
  void a_file_that_is_no_journal_is_told_and_left_alone() throws IOException {
    for (String other : List.of("hello", "hello\n", "{\"version\": 2}", "KEY=value\nB=c\n")) {
      Files.writeString(file, other);

      assertThat(RotationJournal.verify(file).summary())
          .contains("Line 1")
          .contains("does not begin as a line of a journal does")
          .doesNotContain("KEY");
      assertThatThrownBy(() -> journal.lease("run"))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("journal.jsonl:1:");
      assertThat(file).hasContent(other);
    }
  }

  @Test
  void what_a_crash_leaves_unwritten_as_zeros_is_dropped() throws IOException {
    writeThree();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length + 100));

    assertThat(RotationJournal.verify(file))
        .isInstanceOfSatisfying(
            JournalCheck.Torn.class, torn -> assertThat(torn.bytes()).isEqualTo(100));
    journal.lease("run").close();
    assertThat(file).hasBinaryContent(whole);
  }

  @Test
  void a_journal_that_is_not_there_is_not_whole() {
    assertThatThrownBy(() -> RotationJournal.verify(file))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("no journal");
  }

  @Test
  void the_file_and_its_lock_belong_to_their_owner_only() throws IOException {
    writeThree();
    for (Path made : List.of(file, folder.resolve("journal.jsonl.lock"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void the_epoch_grows_each_time_a_run_is_taken_up_and_written_to() {
    for (long epoch = 1; epoch <= 3; epoch++) {
      try (RotationJournal.Lease lease = journal.lease("run")) {
        assertThat(lease.epoch()).isEqualTo(epoch);
        lease.append(entry(lease, "run", "step", Map.of()));
      }
    }
  }

  @Test
  void one_worker_at_a_time_holds_the_lease() {
    RotationJournal.Lease lease = journal.lease("run");
    assertThatThrownBy(() -> journal.lease("run"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("another worker");
    assertThatThrownBy(() -> RotationJournal.file(file).lease("other"))
        .isInstanceOf(JournalException.class);
    lease.close();
    journal.lease("run").close();
    assertThatThrownBy(() -> lease.append(entry(lease, "run", "late", Map.of())))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void another_process_holds_the_lease_until_it_is_killed() throws Exception {
    String path = String.join(
        File.pathSeparator,
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"),
        Path.of("target", "classes").toAbsolutePath().toString(),
        Path.of("target", "test-classes").toAbsolutePath().toString());
    Process holder = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-cp",
            path,
            JournalHolder.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (BufferedReader out = new BufferedReader(
        new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("leased");
      assertThatThrownBy(() -> journal.lease("run"))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("another worker");
      assertThat(journal.unfinished()).containsExactly("run");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    try (RotationJournal.Lease lease = journal.lease("run")) {
      assertThat(lease.epoch()).isEqualTo(2);
    }
  }

  @Test
  void an_interrupt_neither_loses_an_entry_nor_closes_the_journal() {
    try (RotationJournal.Lease lease = journal.lease("run")) {
      Thread.currentThread().interrupt();
      lease.append(entry(lease, "run", "one", Map.of()));
      lease.append(entry(lease, "run", "two", Map.of()));
      assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
      lease.append(entry(lease, "run", "three", Map.of()));
    }
    assertThat(journal.entries("run"))
        .extracting(JournalEntry::step)
        .containsExactly("one", "two", "three");
    Thread.currentThread().interrupt();
    try (RotationJournal.Lease lease = journal.lease("run")) {
      assertThat(lease.epoch()).isEqualTo(2);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void hostile_text_is_read_back_as_it_was() {
    Random random = new Random(31);
    List<JournalEntry> written = new ArrayList<>();
    try (RotationJournal.Lease lease = journal.lease("run")) {
      for (int i = 0; i < 200; i++) {
        StringBuilder text = new StringBuilder("\n\r\"\\{}],\u0000\u2028é😀");
        for (int j = 0; j < 20; j++) {
          text.appendCodePoint(random.nextInt(0xD800));
        }
        text.append("\",\"hash\":\"").append("0".repeat(64)).append("\"}");
        JournalEntry entry = entry(
            lease, "run", "step\n" + i, Map.of(text.toString(), text.reverse().toString()));
        lease.append(entry);
        written.add(entry);
      }
    }
    assertThat(journal.entries("run")).isEqualTo(written);
  }

  @Test
  void a_place_that_can_not_be_written_is_named() {
    Path nowhere = folder.resolve("absent").resolve("journal");
    assertThatThrownBy(() -> RotationJournal.file(nowhere).lease("run"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("absent");
    assertThatThrownBy(() -> RotationJournal.file(folder).entries("run"))
        .isInstanceOf(JournalException.class);
  }
}
