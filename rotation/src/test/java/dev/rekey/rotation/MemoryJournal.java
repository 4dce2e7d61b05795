package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A journal for as long as the test runs. */
final class MemoryJournal implements RotationJournal {
  private final List<JournalEntry> entries = new ArrayList<>();
  private boolean leased;

  @Override
  public Lease lease(String runId) {
    if (leased) {
      throw new JournalException("another worker holds it");
    }
    leased = true;
    long epoch =
        1 + entries(runId).stream().mapToLong(JournalEntry::epoch).max().orElse(0);
    return new Lease() {
      @Override
      public long epoch() {
        return epoch;
      }

      @Override
      public void append(JournalEntry entry) {
        entries.add(entry);
      }

      @Override
      public void close() {
        leased = false;
      }
    };
  }

  @Override
  public List<JournalEntry> entries(String runId) {
    return entries.stream().filter(entry -> entry.runId().equals(runId)).toList();
  }

  @Override
  public List<String> unfinished() {
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

  @Override
  public String toString() {
    return entries.toString();
  }
}
