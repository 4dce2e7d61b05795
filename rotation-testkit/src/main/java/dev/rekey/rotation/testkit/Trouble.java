package dev.rekey.rotation.testkit;

import java.util.Objects;

/**
 * Something that goes wrong once, with the next call that changes something: a lost answer, an outage,
 * an answer that comes too late.
 *
 * @param name what it is, for the report
 * @param arrange makes it happen to the next call that changes something
 * @param mend ends it, so that whatever is called can be reached again
 */
public record Trouble(String name, Runnable arrange, Runnable mend) {
  /** Checks that nothing is null. */
  public Trouble {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(arrange, "arrange");
    Objects.requireNonNull(mend, "mend");
  }
}
