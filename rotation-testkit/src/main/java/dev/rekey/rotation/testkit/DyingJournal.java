package dev.rekey.rotation.testkit;

import dev.rekey.rotation.JournalEntry;
import dev.rekey.rotation.RotationJournal;
import java.util.List;

/** A journal whose writer dies before or after it appends one entry. */
final class DyingJournal implements RotationJournal {
  private final RotationJournal journal;
  private final int at;
  private final boolean after;
  private int appends;

  /**
   * Wraps a journal.
   *
   * @param at the append at which the writer dies, from 1; 0 where it lives
   * @param after whether that entry is still written
   */
  DyingJournal(RotationJournal journal, int at, boolean after) {
    this.journal = journal;
    this.at = at;
    this.after = after;
  }

  int appends() {
    return appends;
  }

  @Override
  public Lease lease(String runId) {
    Lease lease = journal.lease(runId);
    return new Lease() {
      @Override
      public long epoch() {
        return lease.epoch();
      }

      @Override
      public void append(JournalEntry entry) {
        appends++;
        if (appends == at && !after) {
          throw new Died();
        }
        lease.append(entry);
        if (appends == at) {
          throw new Died();
        }
      }

      @Override
      public void close() {
        lease.close();
      }
    };
  }

  @Override
  public List<JournalEntry> entries(String runId) {
    return journal.entries(runId);
  }

  @Override
  public List<String> unfinished() {
    return journal.unfinished();
  }
}
