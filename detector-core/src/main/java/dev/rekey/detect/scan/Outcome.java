package dev.rekey.detect.scan;

import dev.rekey.detect.Note;
import java.util.List;
import java.util.Objects;

/** How a content ended: each content of a source has exactly one. */
public sealed interface Outcome {
  /**
   * It was read to its end.
   *
   * @param bytes how many bytes were read
   * @param findings how many findings were reported
   * @param notes what was seen and not reported
   */
  record Scanned(long bytes, long findings, List<Note> notes) implements Outcome {
    /** Copies the notes. */
    public Scanned {
      notes = List.copyOf(notes);
    }
  }

  /**
   * It was left out on purpose.
   *
   * @param why in words
   */
  record Skipped(String why) implements Outcome {
    /** Checks that nothing is null. */
    public Skipped {
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * A permission is missing.
   *
   * @param permission which
   */
  record Refused(String permission) implements Outcome {
    /** Checks that nothing is null. */
    public Refused {
      Objects.requireNonNull(permission, "permission");
    }
  }

  /**
   * It could not be read, or not to its end. Findings reported before are valid.
   *
   * @param why in words
   */
  record Failed(String why) implements Outcome {
    /** Checks that nothing is null. */
    public Failed {
      Objects.requireNonNull(why, "why");
    }
  }
}
