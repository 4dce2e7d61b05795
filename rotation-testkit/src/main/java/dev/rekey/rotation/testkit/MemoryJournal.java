package dev.rekey.rotation.testkit;

import dev.rekey.rotation.JournalEntry;
import dev.rekey.rotation.JournalException;
import dev.rekey.rotation.RotationJournal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A journal in memory. Thread-safe. */
class MemoryJournal implements RotationJournal {
  private final List<JournalEntry> entries = new ArrayList<>();
  private final Map<String, Lease> leases = new HashMap<>();

  @Override
  public synchronized Lease lease(String runId) {
    if (leases.containsKey(runId)) {
      throw new JournalException("another worker holds run " + runId);
    }
    long epoch =
        1 + entries(runId).stream().mapToLong(JournalEntry::epoch).max().orElse(0);
    Lease lease = new MemoryLease(runId, epoch);
    leases.put(runId, lease);
    return lease;
  }

  @Override
  public synchronized List<JournalEntry> entries(String runId) {
    return entries.stream().filter(entry -> entry.runId().equals(runId)).toList();
  }

  @Override
  public synchronized List<String> unfinished() {
    Set<String> runs = new LinkedHashSet<>();
    entries.forEach(entry -> {
      if (entry.phase() == JournalEntry.Phase.ENDED) {
        runs.remove(entry.runId());
      } else if (entry.phase() == JournalEntry.Phase.STARTED) {
        runs.add(entry.runId());
      }
    });
    return List.copyOf(runs);
  }

  /** The right of one worker, as long as nobody has given it back. */
  private final class MemoryLease implements Lease {
    private final String runId;
    private final long epoch;

    MemoryLease(String runId, long epoch) {
      this.runId = runId;
      this.epoch = epoch;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public void append(JournalEntry entry) {
      synchronized (MemoryJournal.this) {
        if (leases.get(runId) != this) {
          throw new JournalException("the lease of run " + runId + " is closed");
        }
        entries.add(entry);
      }
    }

    @Override
    public void close() {
      synchronized (MemoryJournal.this) {
        leases.remove(runId, this);
      }
    }
  }
}
