package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.engine.Engine;
import dev.rekey.detect.engine.Match;
import dev.rekey.detect.engine.Sink;
import dev.rekey.detect.engine.Sweep;
import dev.rekey.detect.engine.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sweeping allocates nothing until there is a match; detecting, one small object for each content. */
class NothingAllocatedTest {
  private static final int TIMES = 50;
  private static final long BUDGET = Long.MAX_VALUE;

  /** An examination that is made when it is needed: a header and four references. */
  private static final long FOR_A_CONTENT = 32;

  /** The same, its piece of 16 KiB, and what is made of the head of a stream. */
  private static final long FOR_A_STREAM = 18 * 1024;

  private static final byte[] PLAIN =
      bytes("for (int i = 0; i < size; i++) { list.add(new Item(i, 17)); }\n".repeat(4_000));

  /** In each line there is what a value begins with or is assigned to, and no value. */
  private static final byte[] REJECTED = bytes("""
      password = request.getParameter(name);
      // the prefix ghp_ is followed by letters and digits, as in ghp_1234567890
      String secret = null; String token = other.token; password: '' passwd="${x}"
      AKIA_NAMES, sk_live_names, xoxb-names, glpat-names, npm_names, SG.names, AIzaNames
      someVeryLongIdentifierWithoutAnyDigitThatGoesOnAndOn/and/a/path/to/somewhere/else
      """.repeat(800));

  private final RuleSet rules = RuleSet.builtIn();
  private final Engine engine =
      Engine.compile(rules.rules().stream().map(Rule::program).toList());
  private final Detector detector =
      Detector.builder(rules).fingerprintKey(FingerprintKey.of(new byte[32])).build();

  /** Counts what it hears and keeps nothing. */
  private static class Counting implements Sink {
    private long heard;

    @Override
    public void matched(Match match, Text text) {
      heard++;
    }

    @Override
    public void settled(long position) {}

    @Override
    public void truncated(int program, long position) {
      heard++;
    }

    @Override
    public void exhausted(long position) {
      heard++;
    }
  }

  @Test
  void a_sweep_of_text_without_a_candidate_allocates_nothing() {
    assertThat(Allocation.of(() -> whole(PLAIN, Sink.NONE), TIMES)).isZero();
    assertThat(Allocation.of(() -> fed(PLAIN), TIMES)).isZero();
  }

  @Test
  void a_sweep_of_candidates_that_byte_programs_reject_allocates_nothing() {
    Counting counting = new Counting();
    whole(REJECTED, counting);
    assertThat(counting.heard).isZero();

    assertThat(Allocation.of(() -> whole(REJECTED, Sink.NONE), TIMES)).isZero();
    assertThat(Allocation.of(() -> fed(REJECTED), TIMES)).isZero();
  }

  @Test
  void a_detector_allocates_a_small_object_for_each_content_in_memory() {
    for (byte[] text : List.of(PLAIN, REJECTED)) {
      assertThat(Allocation.of(() -> detector.detect(text, "", (finding, secret) -> {}), TIMES))
          .isLessThanOrEqualTo(TIMES * FOR_A_CONTENT);
    }
  }

  @Test
  void what_a_detector_allocates_for_a_stream_does_not_depend_on_its_length() {
    for (byte[] text : List.of(PLAIN, REJECTED)) {
      long whole = Allocation.of(() -> streamed(text, text.length), TIMES);
      long tenth = Allocation.of(() -> streamed(text, text.length / 10), TIMES);
      assertThat(whole).isEqualTo(tenth).isLessThan(TIMES * FOR_A_STREAM);
    }
  }

  /** That the tests above can fail. */
  @Test
  void a_single_object_for_a_content_is_seen() {
    Counting keeping = new Counting() {
      private Object kept = "";

      @Override
      public void settled(long position) {
        kept = position == Long.MAX_VALUE ? new int[kept.hashCode() & 1] : kept;
      }
    };
    assertThat(Allocation.of(() -> whole(PLAIN, keeping), TIMES))
        .isGreaterThanOrEqualTo(TIMES * 16);
  }

  private void whole(byte[] text, Sink sink) {
    try (Sweep sweep = engine.sweep(sink, BUDGET)) {
      sweep.whole(text, 0, text.length);
    }
  }

  private void fed(byte[] text) {
    try (Sweep sweep = engine.sweep(Sink.NONE, BUDGET)) {
      for (int from = 0; from < text.length; from += 10_000) {
        sweep.feed(text, from, Math.min(text.length, from + 10_000));
      }
      sweep.finish();
    }
  }

  private void streamed(byte[] text, int length) {
    try {
      detector.detect(new ByteArrayInputStream(text, 0, length), "", (finding, secret) -> {});
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
