package dev.rekey.rotation.testkit;

import dev.rekey.rotation.JournalEntry;
import dev.rekey.rotation.JournalException;
import dev.rekey.rotation.RotationJournal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Journals, each of which breaks its contract in one way. */
final class BrokenJournals {
  private BrokenJournals() {}

  /** The contract, for a broken journal. */
  abstract static class Broken extends RotationJournalContract {
    private final RotationJournal broken;

    Broken(RotationJournal broken) {
      this.broken = broken;
    }

    @Override
    protected RotationJournal journal() {
      return broken;
    }

    @Override
    protected RotationJournal reopened() {
      return broken;
    }
  }

  /** A lease around that of a journal that is whole. */
  static class Around implements RotationJournal.Lease {
    final RotationJournal.Lease inner;

    Around(RotationJournal.Lease inner) {
      this.inner = inner;
    }

    @Override
    public long epoch() {
      return inner.epoch();
    }

    @Override
    public void append(JournalEntry entry) {
      inner.append(entry);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  @Breaks(
      tests = {
        "an_older_lease_can_not_write_when_another_worker_has_taken_over",
        "whoever_gave_a_run_back_can_not_write_and_closing_again_does_nothing"
      })
  static final class DoesNotFence extends Broken {
    DoesNotFence() {
      super(new MemoryJournal() {
        private Optional<Lease> last = Optional.empty();

        @Override
        public synchronized Lease lease(String runId) {
          last = Optional.of(super.lease(runId));
          return new Around(last.get()) {
            @Override
            public void append(JournalEntry entry) {
              last.orElse(inner).append(entry);
            }
          };
        }
      });
    }
  }

  @Breaks(
      tests = {"one_worker_at_a_time_holds_a_run", "of_many_who_take_a_run_up_at_once_one_gets_it"})
  static final class LetsEverybodyIn extends Broken {
    LetsEverybodyIn() {
      super(new MemoryJournal() {
        private Optional<Lease> last = Optional.empty();

        @Override
        public synchronized Lease lease(String runId) {
          last.ifPresent(Lease::close);
          last = Optional.of(super.lease(runId));
          return last.get();
        }
      });
    }
  }

  @Breaks(tests = {"an_entry_is_written_for_good_when_append_returns"})
  static final class WritesWhenItIsClosed extends Broken {
    WritesWhenItIsClosed() {
      super(new MemoryJournal() {
        @Override
        public synchronized Lease lease(String runId) {
          List<JournalEntry> later = new ArrayList<>();
          return new Around(super.lease(runId)) {
            @Override
            public void append(JournalEntry entry) {
              later.add(entry);
            }

            @Override
            public void close() {
              later.forEach(inner::append);
              later.clear();
              super.close();
            }
          };
        }
      });
    }
  }

  @Breaks(tests = "the_epoch_grows_each_time_a_run_is_taken_up_and_written_to")
  static final class DoesNotCount extends Broken {
    DoesNotCount() {
      super(new MemoryJournal() {
        @Override
        public synchronized Lease lease(String runId) {
          return new Around(super.lease(runId)) {
            @Override
            public long epoch() {
              return 1;
            }
          };
        }
      });
    }
  }

  @Breaks(tests = "what_was_written_is_read_back_in_order_by_run")
  static final class MixesRuns extends Broken {
    MixesRuns() {
      super(new MemoryJournal() {
        @Override
        public synchronized List<JournalEntry> entries(String runId) {
          List<JournalEntry> all = new ArrayList<>(super.entries(runId));
          all.addAll(super.entries(runId.equals("other") ? "run" : "other"));
          return all;
        }
      });
    }
  }

  @Breaks(
      tests = {
        "a_run_is_unfinished_from_its_start_to_its_end_oldest_first",
        "a_death_before_or_after_any_entry_of_a_rotation_loses_nothing_and_no_value_is_written"
      })
  static final class ForgetsWhatIsUnfinished extends Broken {
    ForgetsWhatIsUnfinished() {
      super(new MemoryJournal() {
        @Override
        public synchronized List<String> unfinished() {
          return List.of();
        }
      });
    }
  }

  @Breaks(tests = "what_was_written_stays_as_it_was_when_more_is_written")
  static final class KeepsTheLastEntryOfAStep extends Broken {
    KeepsTheLastEntryOfAStep() {
      super(new MemoryJournal() {
        @Override
        public synchronized List<JournalEntry> entries(String runId) {
          SortedMap<String, JournalEntry> last = new TreeMap<>();
          super.entries(runId).forEach(entry -> last.put(entry.step() + entry.epoch(), entry));
          List<JournalEntry> kept = new ArrayList<>(last.values());
          kept.removeIf(entry -> last.containsKey(entry.step() + (entry.epoch() + 1)));
          return kept;
        }
      });
    }
  }

  @Breaks(tests = "a_journal_that_was_never_written_knows_no_run")
  static final class KnowsARunThatNeverWas extends Broken {
    KnowsARunThatNeverWas() {
      super(new MemoryJournal() {
        @Override
        public synchronized List<String> unfinished() {
          return List.of("ghost");
        }
      });
    }
  }

  @Breaks(tests = "every_phase_and_any_text_are_read_back_as_they_were", word = "seed")
  static final class CleansText extends Broken {
    CleansText() {
      super(new MemoryJournal() {
        @Override
        public synchronized Lease lease(String runId) {
          return new Around(super.lease(runId)) {
            @Override
            public void append(JournalEntry entry) {
              String step = entry.step().replaceAll("\\p{Cntrl}", " ");
              super.append(new JournalEntry(
                  entry.runId(), entry.epoch(), step, entry.phase(), entry.facts(), entry.at()));
            }
          };
        }
      });
    }
  }

  @Breaks(tests = "reading_writes_nothing")
  static final class WritesWhenItIsRead extends Broken {
    WritesWhenItIsRead() {
      super(new MemoryJournal() {
        private final List<JournalEntry> reads = new ArrayList<>();

        @Override
        public synchronized List<JournalEntry> entries(String runId) {
          List<JournalEntry> all = new ArrayList<>(super.entries(runId));
          all.addAll(reads);
          reads.add(new JournalEntry(
              runId, 1, "read", JournalEntry.Phase.LEASED, new TreeMap<>(), Instant.EPOCH));
          return all;
        }
      });
    }
  }

  @Breaks(tests = "what_was_read_can_not_change_what_is_written")
  static final class HandsOutWhatItHolds extends Broken {
    HandsOutWhatItHolds() {
      super(new MemoryJournal() {
        private Optional<List<JournalEntry>> held = Optional.empty();

        @Override
        public synchronized List<JournalEntry> entries(String runId) {
          List<JournalEntry> now = super.entries(runId);
          if (held.isEmpty() && !now.isEmpty()) {
            held = Optional.of(new ArrayList<>(now));
          }
          return held.orElse(now);
        }
      });
    }
  }

  @Breaks(tests = "a_plan_of_a_megabyte_fits")
  static final class CutsLongFacts extends Broken {
    CutsLongFacts() {
      super(new MemoryJournal() {
        @Override
        public synchronized Lease lease(String runId) {
          return new Around(super.lease(runId)) {
            @Override
            public void append(JournalEntry entry) {
              SortedMap<String, String> facts = new TreeMap<>(entry.facts());
              facts.replaceAll((n, text) -> text.substring(0, Math.min(4000, text.length())));
              super.append(new JournalEntry(
                  entry.runId(), entry.epoch(), entry.step(), entry.phase(), facts, entry.at()));
            }
          };
        }
      });
    }
  }

  @Breaks(tests = "an_interrupt_neither_loses_an_entry_nor_is_lost")
  static final class SwallowsAnInterruption extends Broken {
    SwallowsAnInterruption() {
      super(new MemoryJournal() {
        @Override
        public synchronized Lease lease(String runId) {
          return new Around(super.lease(runId)) {
            @Override
            public void append(JournalEntry entry) {
              if (Thread.interrupted()) {
                throw new JournalException("interrupted");
              }
              super.append(entry);
            }
          };
        }
      });
    }
  }

  /** Lines without any chain: each field in base64, so that most changes make another text. */
  private static final class Lines implements RotationJournal, RotationJournalContract.Medium {
    private byte[] bytes = new byte[0];

    @Override
    public byte[] read() {
      return bytes.clone();
    }

    @Override
    public void write(byte[] replaced) {
      bytes = replaced.clone();
    }

    @Override
    public Lease lease(String runId) {
      return new Lease() {
        @Override
        public long epoch() {
          return 1;
        }

        @Override
        public void append(JournalEntry entry) {
          byte[] line = (encode(entry.runId()) + " " + encode(entry.step()) + "\n")
              .getBytes(StandardCharsets.UTF_8);
          byte[] longer = Arrays.copyOf(bytes, bytes.length + line.length);
          System.arraycopy(line, 0, longer, bytes.length, line.length);
          bytes = longer;
        }

        @Override
        public void close() {}
      };
    }

    private static String encode(String text) {
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
      try {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException wrong) {
        throw new JournalException("a line can't be read");
      }
    }

    @Override
    public List<JournalEntry> entries(String runId) {
      List<JournalEntry> entries = new ArrayList<>();
      for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
        String[] fields = line.split(" ");
        if (fields.length == 2 && decode(fields[0]).equals(runId)) {
          entries.add(new JournalEntry(
              runId,
              1,
              decode(fields[1]),
              JournalEntry.Phase.INTENT,
              new TreeMap<>(Map.of("slot", "key1")),
              Instant.EPOCH));
        }
      }
      return entries;
    }

    @Override
    public List<String> unfinished() {
      return List.of();
    }
  }

  @Breaks(
      tests = {
        "one_flipped_byte_anywhere_is_detected_by_readers_and_writers",
        "a_last_entry_that_was_torn_by_a_crash_is_dropped_and_written_over",
        "an_entry_that_was_cut_out_of_the_middle_is_missed",
        "what_is_no_journal_is_refused_and_left_alone"
      })
  static final class ChainsNothing extends Broken {
    ChainsNothing() {
      super(new Lines());
    }

    @Override
    protected Optional<Medium> medium() {
      return Optional.of((Lines) journal());
    }
  }
}
