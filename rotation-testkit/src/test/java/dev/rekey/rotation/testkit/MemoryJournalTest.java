package dev.rekey.rotation.testkit;

import dev.rekey.rotation.RotationJournal;

/** The double of a journal keeps the contract, as far as it has a medium. */
class MemoryJournalTest extends RotationJournalContract {
  private final MemoryJournal journal = new MemoryJournal();

  @Override
  protected RotationJournal journal() {
    return journal;
  }

  @Override
  protected RotationJournal reopened() {
    return journal;
  }
}
