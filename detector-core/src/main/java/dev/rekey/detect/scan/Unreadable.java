package dev.rekey.detect.scan;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a content could not be read, as an outcome in words: a bare path explains nothing. */
final class Unreadable {
  private Unreadable() {}

  static Outcome outcome(IOException failure) {
    if (failure instanceof AccessDeniedException denied) {
      return new Outcome.Refused(
          denied.getReason() == null ? "permission to read it" : denied.getReason());
    }
    if (failure instanceof NoSuchFileException) {
      return new Outcome.Failed("it vanished before it was read");
    }
    String why =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return new Outcome.Failed(why == null ? failure.getClass().getSimpleName() : why);
  }
}
