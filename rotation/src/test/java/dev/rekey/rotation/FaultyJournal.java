package dev.rekey.rotation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;

/** A journal in a file that breaks, or whose writer dies, at one append. */
final class FaultyJournal implements RotationJournal {
  /** What happens at the append. */
  enum Fault {
    REFUSED,
    DIE_BEFORE,
    DIE_AFTER,
    TORN
  }

  private final Path file;
  private final RotationJournal real;
  private final int at;
  private final Fault fault;
  int appends;
  int callsAtFault;
  IntSupplier calls = () -> 0;

  FaultyJournal(Path file, int at, Fault fault) {
    this.file = file;
    this.real = RotationJournal.file(file);
    this.at = at;
    this.fault = fault;
  }

  @Override
  public Lease lease(String runId) {
    Lease lease = real.lease(runId);
    return new Lease() {
      @Override
      public long epoch() {
        return lease.epoch();
      }

      @Override
      public void append(JournalEntry entry) {
        appends++;
        if (appends == at) {
          callsAtFault = calls.getAsInt();
        }
        if (appends == at && fault == Fault.REFUSED) {
          throw new JournalException("no space left");
        }
        if (appends == at && fault == Fault.DIE_BEFORE) {
          throw new FakeWorld.Died();
        }
        lease.append(entry);
        if (appends == at && fault == Fault.TORN) {
          tear();
        }
        if (appends == at) {
          throw new FakeWorld.Died();
        }
      }

      @Override
      public void close() {
        lease.close();
      }
    };
  }

  private void tear() {
    try (RandomAccessFile journal = new RandomAccessFile(file.toFile(), "rw")) {
      journal.setLength(journal.length() - 30);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public List<JournalEntry> entries(String runId) {
    return real.entries(runId);
  }

  @Override
  public List<String> unfinished() {
    return real.unfinished();
  }
}
