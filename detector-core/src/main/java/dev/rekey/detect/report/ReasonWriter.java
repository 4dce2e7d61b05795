package dev.rekey.detect.report;

import dev.rekey.detect.Explanation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Writes why each match is a finding, or is none, for people: a line for each, as it is told.
 *
 * <p>Give it to {@link dev.rekey.detect.scan.SecretScanner#explain}. Lines end with {@code \n}; what
 * would act on a terminal is shown as an escape. Not thread-safe.
 */
public final class ReasonWriter implements Consumer<Explanation> {
  private final Writer out;

  /** Makes a writer that writes to another, which it does not flush or close. */
  public ReasonWriter(Writer out) {
    this.out = Objects.requireNonNull(out, "out");
  }

  /**
   * Writes a line.
   *
   * @throws UncheckedIOException if the other writer throws
   */
  @Override
  public void accept(Explanation why) {
    try {
      out.write(Printable.line(why.toString()));
      out.write('\n');
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
