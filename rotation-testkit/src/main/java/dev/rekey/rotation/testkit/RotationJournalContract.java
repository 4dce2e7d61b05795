package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.JournalEntry;
import dev.rekey.rotation.JournalException;
import dev.rekey.rotation.MemoryStore;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RotationJournal} must do: extend it, and JUnit runs it against yours.
 *
 * <p>Each test starts with a journal of its own that holds nothing.
 */
public abstract class RotationJournalContract {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901234Z");
  private static final int WORKERS = 4;

  private final Values values = new Values();
  private final Hands clock = new Hands();

  /** Begins a test. */
  protected RotationJournalContract() {}

  /** Returns the journal: within a test the same one each time, or one over the same medium. */
  protected abstract RotationJournal journal() throws Exception;

  /**
   * Returns the journal as another process opens it: made anew over the same medium, with nothing
   * remembered. The first process may be alive and hold a lease.
   */
  protected abstract RotationJournal reopened() throws Exception;

  /**
   * Does to a lease what the death of its holder does: by default it is closed, as an operating system
   * frees a lock. Where a lease ends by time, let that time pass instead, so that its holder comes back
   * from a long pause and does not know that somebody else has taken over.
   */
  protected void holderDies(RotationJournal.Lease lease) throws Exception {
    lease.close();
  }

  /**
   * Returns the medium as bytes, so that it can be damaged: a file. By default there is none, and the
   * tests that need it are reported as skipped.
   */
  protected Optional<Medium> medium() {
    return Optional.empty();
  }

  /** Where a journal is written, as bytes. */
  public interface Medium {
    /** Returns all bytes, in the order in which they were written. */
    byte[] read() throws Exception;

    /** Replaces all bytes. */
    void write(byte[] bytes) throws Exception;
  }

  private static JournalEntry entry(
      String run, long epoch, String step, JournalEntry.Phase phase, Map<String, String> facts) {
    return new JournalEntry(run, epoch, step, phase, new TreeMap<>(facts), AT);
  }

  private static JournalEntry entry(RotationJournal.Lease lease, String step) {
    return entry("run", lease.epoch(), step, JournalEntry.Phase.INTENT, Map.of("slot", "key1"));
  }

  private void write(String... steps) throws Exception {
    try (RotationJournal.Lease lease = journal().lease("run")) {
      for (String step : steps) {
        lease.append(entry(lease, step));
      }
    }
  }

  private static List<String> steps(RotationJournal journal, String run) {
    return journal.entries(run).stream().map(JournalEntry::step).toList();
  }

  // Writing and reading.

  @Test
  void a_journal_that_was_never_written_knows_no_run() throws Exception {
    assertThat(journal().entries("run")).isEmpty();
    assertThat(journal().unfinished()).isEmpty();
  }

  @Test
  void what_was_written_is_read_back_in_order_by_run() throws Exception {
    write("issue", "store", "revoke");
    JournalEntry foreign;
    try (RotationJournal.Lease lease = journal().lease("other")) {
      foreign = entry("other", lease.epoch(), "issue", JournalEntry.Phase.OUTCOME, Map.of());
      lease.append(foreign);
    }
    write("prove");
    assertThat(steps(reopened(), "run")).containsExactly("issue", "store", "revoke", "prove");
    assertThat(reopened().entries("other")).containsExactly(foreign);
    assertThat(reopened().entries("none")).isEmpty();
    assertThat(reopened().entries("ru")).isEmpty();
  }

  @Test
  void an_entry_is_written_for_good_when_append_returns() throws Exception {
    RotationJournal.Lease lease = journal().lease("run");
    try {
      for (String step : List.of("issue", "store")) {
        lease.append(entry(lease, step));
        assertThat(steps(reopened(), "run")).as("what another process sees").endsWith(step);
      }
    } finally {
      lease.close();
    }
  }

  @Test
  void every_phase_and_any_text_are_read_back_as_they_were() throws Exception {
    Random random = new Random(Values.SEED);
    List<JournalEntry> written = new ArrayList<>();
    try (RotationJournal.Lease lease = journal().lease("run")) {
      for (JournalEntry.Phase phase : JournalEntry.Phase.values()) {
        StringBuilder text = new StringBuilder("\n\r\t\"'\\{}],;--\u0000\u2028\u00e9\ud83d\ude00 ");
        for (int i = 0; i < 20; i++) {
          text.appendCodePoint(1 + random.nextInt(0xD7FF));
        }
        JournalEntry entry = entry(
            "run",
            lease.epoch(),
            "step " + text,
            phase,
            Map.of(text.toString(), text.reverse().toString(), "empty", ""));
        lease.append(entry);
        written.add(entry);
      }
    }
    assertThat(reopened().entries("run")).as("seed %d", Values.SEED).isEqualTo(written);
  }

  @Test
  void a_plan_of_a_megabyte_fits() throws Exception {
    try (RotationJournal.Lease lease = journal().lease("run")) {
      JournalEntry entry = entry(
          "run",
          lease.epoch(),
          "run",
          JournalEntry.Phase.STARTED,
          Map.of("plan", "x".repeat(1 << 20)));
      lease.append(entry);
      assertThat(reopened().entries("run").equals(List.of(entry))).isTrue();
    }
  }

  @Test
  void a_run_is_unfinished_from_its_start_to_its_end_oldest_first() throws Exception {
    for (String run : List.of("b", "a", "c")) {
      append(run, JournalEntry.Phase.STARTED);
    }
    assertThat(reopened().unfinished()).containsExactly("b", "a", "c");
    append("a", JournalEntry.Phase.STRANDED);
    append("b", JournalEntry.Phase.SUSPENDED);
    append("c", JournalEntry.Phase.LEASED);
    assertThat(reopened().unfinished()).containsExactly("b", "a", "c");
    append("a", JournalEntry.Phase.ENDED);
    assertThat(reopened().unfinished()).containsExactly("b", "c");
  }

  private void append(String run, JournalEntry.Phase phase) throws Exception {
    try (RotationJournal.Lease lease = journal().lease(run)) {
      lease.append(entry(run, lease.epoch(), "run", phase, Map.of()));
    }
  }

  @Test
  void reading_writes_nothing() throws Exception {
    write("issue");
    List<JournalEntry> before = reopened().entries("run");
    byte[] bytes = medium().isPresent() ? medium().get().read() : new byte[0];
    journal().entries("run");
    journal().unfinished();
    assertThat(reopened().entries("run")).isEqualTo(before);
    assertThat(medium().isPresent() ? medium().get().read() : new byte[0]).isEqualTo(bytes);
  }

  @Test
  void what_was_written_stays_as_it_was_when_more_is_written() throws Exception {
    write("issue", "store");
    List<JournalEntry> before = reopened().entries("run");
    byte[] bytes = medium().isPresent() ? medium().get().read() : new byte[0];
    write("issue", "store", "revoke");
    append("run", JournalEntry.Phase.ENDED);
    append("other", JournalEntry.Phase.STARTED);
    assertThat(reopened().entries("run").subList(0, before.size())).isEqualTo(before);
    assertThat(reopened().entries("run")).hasSize(before.size() + 4);
    byte[] after = medium().isPresent() ? medium().get().read() : new byte[0];
    assertThat(Arrays.copyOf(after, bytes.length)).as("the same bytes first").isEqualTo(bytes);
  }

  @Test
  void what_was_read_can_not_change_what_is_written() throws Exception {
    write("issue");
    try {
      journal().entries("run").clear();
    } catch (UnsupportedOperationException immutable) {
      assertThat(immutable).isNotNull();
    }
    assertThat(steps(journal(), "run")).containsExactly("issue");
  }

  // The lease.

  @Test
  void the_epoch_grows_each_time_a_run_is_taken_up_and_written_to() throws Exception {
    for (long epoch = 1; epoch <= 3; epoch++) {
      try (RotationJournal.Lease lease = reopened().lease("run")) {
        assertThat(lease.epoch()).isEqualTo(epoch);
        lease.append(entry(lease, "step"));
      }
    }
  }

  @Test
  void one_worker_at_a_time_holds_a_run() throws Exception {
    RotationJournal.Lease lease = journal().lease("run");
    try {
      assertThatThrownBy(() -> journal().lease("run")).isInstanceOf(JournalException.class);
      assertThatThrownBy(() -> reopened().lease("run")).isInstanceOf(JournalException.class);
      lease.append(entry(lease, "issue"));
    } finally {
      lease.close();
    }
    reopened().lease("run").close();
  }

  @Test
  void of_many_who_take_a_run_up_at_once_one_gets_it() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    List<RotationJournal.Lease> leases = new ArrayList<>();
    try {
      List<Callable<Optional<RotationJournal.Lease>>> tasks = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        RotationJournal journal = reopened();
        tasks.add(() -> {
          try {
            return Optional.of(journal.lease("run"));
          } catch (JournalException held) {
            return Optional.empty();
          }
        });
      }
      for (Future<Optional<RotationJournal.Lease>> task : workers.invokeAll(tasks)) {
        task.get().ifPresent(leases::add);
      }
      assertThat(leases).hasSize(1);
    } finally {
      leases.forEach(RotationJournal.Lease::close);
      workers.shutdownNow();
    }
  }

  @Test
  void whoever_gave_a_run_back_can_not_write_and_closing_again_does_nothing() throws Exception {
    RotationJournal.Lease lease = journal().lease("run");
    lease.append(entry(lease, "issue"));
    lease.close();
    try (RotationJournal.Lease next = reopened().lease("run")) {
      lease.close();
      assertThatThrownBy(() -> lease.append(entry(lease, "late")))
          .isInstanceOf(JournalException.class);
      next.append(entry(next, "store"));
      assertThatThrownBy(() -> reopened().lease("run")).isInstanceOf(JournalException.class);
    }
    assertThat(steps(reopened(), "run")).containsExactly("issue", "store");
  }

  @Test
  void an_older_lease_can_not_write_when_another_worker_has_taken_over() throws Exception {
    RotationJournal.Lease older = journal().lease("run");
    older.append(entry(older, "issue"));
    holderDies(older);
    RotationJournal.Lease newer = reopened().lease("run");
    try {
      assertThat(newer.epoch()).isGreaterThan(older.epoch());
      newer.append(entry(newer, "store"));
      assertThatThrownBy(() -> older.append(entry(older, "late")))
          .as("the holder that was taken for dead writes")
          .isInstanceOf(JournalException.class);
      newer.append(entry(newer, "revoke"));
    } finally {
      newer.close();
    }
    assertThat(steps(reopened(), "run")).containsExactly("issue", "store", "revoke");
  }

  @Test
  void an_interrupt_neither_loses_an_entry_nor_is_lost() throws Exception {
    try (RotationJournal.Lease lease = journal().lease("run")) {
      Thread.currentThread().interrupt();
      boolean kept;
      try {
        lease.append(entry(lease, "one"));
        lease.append(entry(lease, "two"));
      } catch (JournalException lost) {
        throw new AssertionError("an entry was lost by an interrupt", lost);
      } finally {
        kept = Thread.interrupted();
      }
      assertThat(kept).as("the thread is interrupted still").isTrue();
      lease.append(entry(lease, "three"));
    }
    assertThat(steps(reopened(), "run")).containsExactly("one", "two", "three");
  }

  // Damage.

  private Medium damageable() {
    Optional<Medium> medium = medium();
    assumeTrue(medium.isPresent(), "the medium of this journal can't be damaged: see medium()");
    return medium.orElseThrow();
  }

  @Test
  void one_flipped_byte_anywhere_is_detected_by_readers_and_writers() throws Exception {
    Medium medium = damageable();
    write("issue", "store", "revoke");
    byte[] whole = medium.read();
    assertThat(whole).isNotEmpty();
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      medium.write(flipped);
      assertThatThrownBy(() -> reopened().entries("run"))
          .as("byte %d, read", at)
          .isInstanceOf(JournalException.class);
      if (at % 16 == 0) {
        assertThatThrownBy(() -> reopened().lease("run"))
            .as("byte %d, written to", at)
            .isInstanceOf(JournalException.class);
        assertThat(medium.read()).as("byte %d, left alone", at).isEqualTo(flipped);
      }
    }
    medium.write(whole);
    assertThat(steps(reopened(), "run")).containsExactly("issue", "store", "revoke");
  }

  @Test
  void an_entry_that_was_cut_out_of_the_middle_is_missed() throws Exception {
    Medium medium = damageable();
    write("issue");
    int first = medium.read().length;
    write("store");
    int second = medium.read().length;
    write("revoke");
    byte[] whole = medium.read();
    byte[] cut = Arrays.copyOf(whole, whole.length - (second - first));
    System.arraycopy(whole, second, cut, first, whole.length - second);
    medium.write(cut);
    assertThatThrownBy(() -> reopened().entries("run")).isInstanceOf(JournalException.class);
  }

  @Test
  void a_last_entry_that_was_torn_by_a_crash_is_dropped_and_written_over() throws Exception {
    Medium medium = damageable();
    write("issue", "store");
    int before = medium.read().length;
    write("revoke");
    byte[] whole = medium.read();
    int stride = Math.max(1, (whole.length - before) / 16);
    for (int length = before; length < whole.length; length += stride) {
      medium.write(Arrays.copyOf(whole, length));
      assertThat(steps(reopened(), "run"))
          .as("torn at %d of %d", length, whole.length)
          .containsExactly("issue", "store");
      try (RotationJournal.Lease lease = reopened().lease("run")) {
        lease.append(entry(lease, "again"));
      }
      assertThat(steps(reopened(), "run"))
          .as("torn at %d of %d, and written to", length, whole.length)
          .containsExactly("issue", "store", "again");
    }
  }

  @Test
  void what_is_no_journal_is_refused_and_left_alone() throws Exception {
    Medium medium = damageable();
    for (String text : List.of("KEY=value\nB=c\n", "{\"version\": 2}\n")) {
      byte[] other = text.getBytes(StandardCharsets.UTF_8);
      medium.write(other);
      assertThatThrownBy(() -> reopened().lease("run").close())
          .isInstanceOf(JournalException.class)
          .hasMessageNotContaining("value");
      assertThat(medium.read()).isEqualTo(other);
    }
  }

  // Whole rotations.

  @Test
  void a_death_before_or_after_any_entry_of_a_rotation_loses_nothing_and_no_value_is_written()
      throws Exception {
    List<String> told = new ArrayList<>();
    int appends = rotate(0, false, "no fault", told);
    rotate(1, false, "death before entry 1", told);
    for (int at = 1; at < appends; at++) { // After the last one it has ended.
      rotate(at, true, "death after entry " + at, told);
    }
    Canary.requireAbsent(journal().toString(), told, "the journal's text");
    if (medium().isPresent()) {
      String written = new String(medium().get().read(), StandardCharsets.ISO_8859_1);
      Canary.requireAbsent(written, told, "the medium");
    }
  }

  /** Returns how many entries were written before the first death. */
  private int rotate(int at, boolean after, String what, List<String> told) throws Exception {
    FingerprintKey key = FingerprintKey.random();
    MemorySlots issuer = new MemorySlots(key, values);
    MemoryStore store = MemoryStore.named("contract", key);
    String exposed;
    try (Secret value = issuer.read("key1").orElseThrow()) {
      exposed = Values.text(value);
      store.add("contract", value);
    }
    clock.pass(Duration.ofMinutes(1));
    World world = new World(
        key,
        clock,
        time -> {},
        new World.Parts(issuer, store, new MemoryDependents(key, exposed)),
        new World.Held("key1", exposed));
    Calls none = new Calls(issued -> {}, () -> {});
    DyingJournal dying = new DyingJournal(journal(), at, after);
    List<RotationJournal> opened = new ArrayList<>();
    Trial trial = new Trial(
        world,
        none,
        () -> {
          try {
            opened.add(opened.isEmpty() ? dying : reopened());
            return opened.get(opened.size() - 1);
          } catch (Exception failed) {
            throw new AssertionError(what + ": the journal can't be opened", failed);
          }
        },
        again -> world.parts(),
        what);
    Trial.Ending ending = trial.run(0, Optional.empty());
    assertThat(ending.result()).as(what).isInstanceOf(RotationResult.Completed.class);
    requireInOrder(reopened().entries(ending.result().runId()), what);
    told.addAll(world.values());
    return dying.appends();
  }

  private static void requireInOrder(List<JournalEntry> entries, String what) {
    assertThat(entries.get(0).phase()).as(what).isEqualTo(JournalEntry.Phase.STARTED);
    assertThat(entries.get(entries.size() - 1).phase())
        .as(what)
        .isEqualTo(JournalEntry.Phase.ENDED);
    assertThat(entries)
        .as("%s: epochs", what)
        .isSortedAccordingTo((a, b) -> Long.compare(a.epoch(), b.epoch()));
  }
}
