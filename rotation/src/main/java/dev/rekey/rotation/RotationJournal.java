package dev.rekey.rotation;

import java.nio.file.Path;
import java.util.List;

/**
 * The memory of rotations: what was about to be done, and what was done, in order, for ever. It holds
 * no secret value.
 *
 * <p>An implementation is thread-safe, and has written an entry for good when {@link Lease#append}
 * returns.
 */
public interface RotationJournal {
  /**
   * Takes a run up: until the lease is closed, or its holder dies, nobody else can.
   *
   * @throws JournalException if somebody else holds it, or the journal can't be read or written
   */
  Lease lease(String runId);

  /**
   * Returns the entries of a run in order.
   *
   * @throws JournalException if the journal can't be read, or was changed
   */
  List<JournalEntry> entries(String runId);

  /**
   * Returns the runs that have begun and not ended, oldest first.
   *
   * @throws JournalException if the journal can't be read, or was changed
   */
  List<String> unfinished();

  /**
   * Returns the journal in a file, which is made, readable by its owner only, when first written.
   *
   * <p>Each line is a JSON object with its SHA-256 and that of the line before it, so that a changed,
   * missing or moved line shows; missing last lines do not. It guards against accidents: whoever may
   * write the file can write another whole one. A last line that was torn by a crash is dropped by the
   * next writer; a file that is no journal is left alone. The lease is a lock on a second file beside it, which the operating system frees when its holder
   * dies; it works between processes of one machine.
   */
  static RotationJournal file(Path file) {
    return new JournalFile(file);
  }

  /**
   * Checks the chain of a journal in a file, and changes nothing: also not the lock, so that it can be
   * done while a run is under way.
   *
   * @throws JournalException if there is no such file, or it can't be read
   */
  static JournalCheck verify(Path file) {
    return new JournalFile(file).verify();
  }

  /** The right to write about one run. */
  interface Lease extends AutoCloseable {
    /** Returns how many times the run has been taken up, this time included. */
    long epoch();

    /**
     * Writes an entry, for good.
     *
     * @throws JournalException if it can't be written, or the lease is closed
     */
    void append(JournalEntry entry);

    /** Gives the run back. */
    @Override
    void close();
  }
}
