package dev.rekey.rotation.testkit;

import dev.rekey.rotation.RotationJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The journal in a file keeps the contract. */
class JournalFileContractTest extends RotationJournalContract {
  @TempDir
  Path folder;

  @Override
  protected RotationJournal journal() {
    return RotationJournal.file(file());
  }

  @Override
  protected RotationJournal reopened() {
    return RotationJournal.file(file());
  }

  private Path file() {
    return folder.resolve("journal.jsonl");
  }

  @Override
  protected Optional<Medium> medium() {
    return Optional.of(new Medium() {
      @Override
      public byte[] read() throws IOException {
        return Files.readAllBytes(file());
      }

      @Override
      public void write(byte[] bytes) throws IOException {
        Files.write(file(), bytes);
      }
    });
  }
}
