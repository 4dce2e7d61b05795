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

  /** A piece of 16 KiB to read into, and the few objects that know the stream's encoding. */
  private static final long FOR_A_STREAM = 18 * 1024;

  private static final byte[] PLAIN =
      bytes("for (int i = 0; i < size; i++) { list.add(new Item(i, 17)); }\n".repeat(4_000));

  /** In each line there is what tokens begin with, and none. */
  private static final byte[] PREFIXES = bytes("""
      // the prefix ghp_ is followed by letters and digits, as in ghp_1234567890
      glpat-names, npm_names and npm_1234567890, xoxb-names, dop_v1_names
      someVeryLongIdentifierWithoutAnyDigitThatGoesOnAndOn/and/a/path/to/somewhere/else
      """.repeat(1_500));

  /** In each line there is what a password is assigned to, and none. */
  private static final byte[] NAMES = bytes("""
      // the password: see below; password == name, password != null
      String password = null; password: '' passwd="${x}" passphrase
      """.repeat(2_000));

  /** All but the rule that has no text in common with each of its matches. */
  private static final RuleSet RULES = RuleSet.builtIn().without("azure.devops-token");

  private static final Engine ALL = engine(RULES);
  private static final Engine FEW = engine(FewRules.ALL);
  private static final Detector DETECTOR = detector(RULES);

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
    assertThat(Allocation.of(() -> whole(ALL, PLAIN, Sink.NONE), TIMES)).isZero();
    assertThat(Allocation.of(() -> fed(ALL, PLAIN), TIMES)).isZero();
  }

  @Test
  void a_sweep_of_candidates_that_byte_programs_reject_allocates_nothing() {
    Counting counting = new Counting();
    whole(ALL, PREFIXES, counting);
    whole(FEW, NAMES, counting);
    assertThat(counting.heard).isZero();

    assertThat(Allocation.of(() -> whole(ALL, PREFIXES, Sink.NONE), TIMES)).isZero();
    assertThat(Allocation.of(() -> fed(ALL, PREFIXES), TIMES)).isZero();
    assertThat(Allocation.of(() -> whole(FEW, NAMES, Sink.NONE), TIMES)).isZero();
    assertThat(Allocation.of(() -> fed(FEW, NAMES), TIMES)).isZero();
  }

  @Test
  void a_detector_allocates_a_small_object_for_each_content_in_memory() {
    for (byte[] text : List.of(PLAIN, PREFIXES)) {
      assertThat(Allocation.of(() -> DETECTOR.detect(text, "", (finding, secret) -> {}), TIMES))
          .isLessThanOrEqualTo(TIMES * FOR_A_CONTENT);
    }
  }

  @Test
  void what_a_detector_allocates_for_a_stream_does_not_grow_with_its_length() {
    for (byte[] text : List.of(PLAIN, PREFIXES)) {
      for (int length : new int[] {text.length, text.length / 10, 100}) {
        assertThat(Allocation.of(() -> streamed(text, length), TIMES))
            .as("%d bytes", length)
            .isLessThanOrEqualTo(TIMES * FOR_A_STREAM);
      }
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
    assertThat(Allocation.of(() -> whole(FEW, PLAIN, keeping), TIMES))
        .isGreaterThanOrEqualTo(TIMES * 16);
  }

  private static void whole(Engine engine, byte[] text, Sink sink) {
    try (Sweep sweep = engine.sweep(sink, BUDGET)) {
      sweep.whole(text, 0, text.length);
    }
  }

  private static void fed(Engine engine, byte[] text) {
    try (Sweep sweep = engine.sweep(Sink.NONE, BUDGET)) {
      for (int from = 0; from < text.length; from += 10_000) {
        sweep.feed(text, from, Math.min(text.length, from + 10_000));
      }
      sweep.finish();
    }
  }

  private static void streamed(byte[] text, int length) {
    try {
      DETECTOR.detect(new ByteArrayInputStream(text, 0, length), "", (finding, secret) -> {});
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Engine engine(RuleSet rules) {
    return Engine.compile(rules.rules().stream().map(Rule::program).toList());
  }

  private static Detector detector(RuleSet rules) {
    return Detector.builder(rules)
        .fingerprintKey(FingerprintKey.of(new byte[32]))
        .build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
