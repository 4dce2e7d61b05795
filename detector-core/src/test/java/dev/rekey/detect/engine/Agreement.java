package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.engine.PlainEngine.Written;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/** The engine and the plain one over one text, which the engine gets whole, in pieces, in an array. */
final class Agreement {
  /** Beside the text in the array: whoever looks beyond it sees more of the same. */
  private static final int BESIDE = 40;

  private final List<Written> programs;
  private final byte[] text;
  private final String where;
  private final Engine engine;
  private final PlainEngine plain;

  Agreement(List<Written> programs, byte[] text, String where) {
    this.programs = programs;
    this.text = text;
    this.where = where;
    this.engine = Engine.compile(programs.stream().map(Written::compiled).toList());
    this.plain = new PlainEngine(programs, text);
  }

  /** How many matches and events the plain engine has. */
  int size() {
    return plain.matches.size() + plain.events.size();
  }

  /** Feeds the text in pieces of these lengths. */
  Agreement inPieces(IntSupplier lengths) {
    Recording recording = new Recording();
    try (Sweep sweep = engine.sweep(recording, Long.MAX_VALUE)) {
      for (int from = 0; from < text.length; ) {
        int to = Math.min(text.length, from + lengths.getAsInt());
        sweep.feed(text, from, to);
        from = to;
        assertThat(sweep.memory()).isLessThanOrEqualTo(engine.capacity());
      }
      sweep.finish();
    }
    return equal(recording, "in pieces");
  }

  /** Has it swept where it lies in an array, between bytes that are not of it. */
  Agreement inArray(byte beside) {
    byte[] within = new byte[text.length + 2 * BESIDE];
    Arrays.fill(within, beside);
    System.arraycopy(text, 0, within, BESIDE, text.length);
    Recording recording = new Recording();
    try (Sweep sweep = engine.sweep(recording, Long.MAX_VALUE)) {
      sweep.whole(within, BESIDE, BESIDE + text.length);
    }
    return equal(recording, "in an array");
  }

  private Agreement equal(Recording recording, String how) {
    String as = "%s, %s, programs %s"
        .formatted(where, how, programs.size() > 8 ? programs.size() : programs);
    assertThat(recording.matches).as(as).isEqualTo(plain.matches);
    assertThat(recording.events).as(as).containsExactlyInAnyOrderElementsOf(plain.events);
    return this;
  }
}
