package dev.rekey.rotation;

import java.util.Objects;

/** What {@link RotationJournal#verify} found out about a journal's file. */
public sealed interface JournalCheck {
  /** Returns it in a sentence or two, for people. */
  String summary();

  /**
   * Every line is as it was written, in its place. Lines that were cut off the end do not show: who
   * needs to know wrote the head down elsewhere, and compares.
   *
   * @param entries how many lines it has
   * @param head the hash of the last line, which stands for all
   */
  record Whole(int entries, String head) implements JournalCheck {
    /** Checks that nothing is null. */
    public Whole {
      Objects.requireNonNull(head, "head");
    }

    @Override
    public String summary() {
      return "The journal is whole: " + entries + " entries, head " + head + ".";
    }
  }

  /**
   * The last line is the beginning of one, as a crash leaves it; those before it are whole. The next
   * writer drops it: its call had not been made, or is observed.
   *
   * @param entries how many whole lines it has
   * @param head the hash of the last whole line
   * @param bytes how long the torn line is
   */
  record Torn(int entries, String head, long bytes) implements JournalCheck {
    /** Checks that nothing is null. */
    public Torn {
      Objects.requireNonNull(head, "head");
    }

    @Override
    public String summary() {
      return "The journal is whole but for its last line, of which a crash left " + bytes
          + " bytes: " + entries + " entries, head " + head
          + ". Nothing needs to be done: the next run drops that line.";
    }
  }

  /**
   * It is not as it was written: nothing is rotated by it.
   *
   * @param line the first line that is not, from 1
   * @param why what is wrong with it, without any of its text
   */
  record Broken(int line, String why) implements JournalCheck {
    /** Checks that nothing is null. */
    public Broken {
      Objects.requireNonNull(why, "why");
    }

    @Override
    public String summary() {
      return "Line " + line + " is not as it was written: " + why
          + ". Restore the journal; nothing is rotated by one that can't be trusted.";
    }
  }
}
