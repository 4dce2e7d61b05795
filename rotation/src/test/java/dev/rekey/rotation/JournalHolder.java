package dev.rekey.rotation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Another process: takes a run up, writes an entry, and holds on until it is killed. */
final class JournalHolder {
  private JournalHolder() {}

  public static void main(String[] args) throws IOException {
    RotationJournal journal = RotationJournal.file(Path.of(args[0]));
    RotationJournal.Lease lease = journal.lease("run");
    lease.append(JournalEntry.of(
        "run",
        lease.epoch(),
        "run",
        JournalEntry.Phase.STARTED,
        Map.of(),
        Instant.parse("2026-01-02T03:04:05Z")));
    System.out.println("leased");
    while (System.in.read() >= 0) {
      // Until the parent dies, too.
    }
  }
}
