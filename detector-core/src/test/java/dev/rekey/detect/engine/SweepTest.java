package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final int BUDGET = 4 * 1024 * 1024;
  private static final Program TOKEN =
      Program.patterned(List.of("tok_"), List.of("\\b(?<secret>tok_[a-z]{4,8})\\b"), 64);
  private static final Program BLOCK =
      Program.block(List.of("<<BEGIN"), "<<BEGIN>>", "<<END>>", 64 * 1024);

  @Test
  void a_match_is_found_wherever_it_lies_in_a_long_content() {
    byte[] filler = new byte[3 * 1024 * 1024 + 17];
    new Random(1).nextBytes(filler);
    for (int at : new int[] {0, 4095, 4096, 32_766, 65_535, 1_000_000, filler.length - 8}) {
      byte[] content = filler.clone();
      byte[] token = " tok_abc".getBytes(StandardCharsets.US_ASCII);
      byte[] there = at == 0 ? "tok_abcd".getBytes(StandardCharsets.US_ASCII) : token;
      System.arraycopy(there, 0, content, at, there.length);
      // The pattern wants four letters: only where the next byte is one, or at the very start.
      int next = Math.min(content.length - 1, at + 8);
      content[next] = (byte) (at == 0 ? ' ' : 'd');
      if (next + 1 < content.length) {
        content[next + 1] = ' ';
      }
      Recording recording = sweep(content, BUDGET, TOKEN, BLOCK);
      if (at + 8 < content.length) {
        assertThat(recording.matches).as("at %d", at).hasSize(1);
        assertThat(recording.matches.get(0)).contains("start=" + (at == 0 ? 0 : at + 1) + ",");
      } else {
        assertThat(recording.matches).as("cut off by the end").isEmpty();
      }
    }
  }

  @Test
  void a_block_may_be_as_long_as_its_span_and_not_longer() {
    for (int length : new int[] {64 * 1024, 64 * 1024 + 1}) {
      String block = "<<BEGIN>>" + "x".repeat(length - 16) + "<<END>>";
      Recording recording = sweep(bytes("yyy" + block + "zz".repeat(100_000)), BUDGET, BLOCK);
      if (length == 64 * 1024) {
        assertThat(recording.matches).hasSize(1);
        assertThat(recording.events).isEmpty();
      } else {
        assertThat(recording.matches).isEmpty();
        assertThat(recording.events).containsExactly("truncated 0 at 3");
      }
    }
  }

  @Test
  void a_begin_marker_that_is_only_mentioned_does_not_hide_the_block_that_follows() {
    Recording recording =
        sweep(bytes("if (startsWith(\"<<BEGIN>>\")) {}\n<<BEGIN>>key<<END>>"), BUDGET, BLOCK);

    assertThat(recording.matches).hasSize(1);
    assertThat(recording.matches.get(0)).contains("start=32,");
    assertThat(recording.events).containsExactly("truncated 0 at 16");
  }

  @Test
  void begin_markers_without_an_end_are_searched_for_one_once_together() {
    byte[] flood = bytes("<<BEGIN>>".repeat(40_000));
    Recording recording = sweep(flood, BUDGET, BLOCK);

    assertThat(recording.matches).isEmpty();
    assertThat(recording.events).hasSize(40_000).allMatch(event -> event.startsWith("truncated"));
  }

  @Test
  void many_whole_blocks_close_together_are_all_found() {
    Recording recording = sweep(bytes("<<BEGIN>>0123456789<<END>>\n".repeat(9_000)), BUDGET, BLOCK);

    assertThat(recording.matches).hasSize(9_000);
    assertThat(recording.events).isEmpty();
  }

  @Test
  void many_matches_close_together_are_all_found() {
    Recording recording = sweep(bytes("tok_abcdef ".repeat(30_000)), BUDGET, TOKEN);

    assertThat(recording.matches).hasSize(30_000);
    assertThat(recording.events).isEmpty();
  }

  @Test
  void a_flood_of_keywords_that_need_the_whole_window_is_cut_and_said() {
    Program costly =
        Program.patterned(List.of("tok"), List.of("[a-z ]*tok[a-z ]*=(?<secret>[0-9]+)"), 1024);
    byte[] flood = bytes("tok ".repeat(100_000));
    Recording recording = sweep(flood, 256 * 1024, costly);

    assertThat(recording.matches).isEmpty();
    assertThat(recording.events)
        .containsExactlyInAnyOrderElementsOf(List.of(
            "exhausted at 0",
            "exhausted at 65536",
            "exhausted at 131072",
            "exhausted at 196608",
            "exhausted at 262144",
            "exhausted at 327680",
            "exhausted at 393216"));
  }

  @Test
  void the_budget_is_counted_by_position_so_the_cut_changes_nothing() {
    Program costly = Program.patterned(
        List.of("tok"), List.of("(?<secret>[a-z]*tok[0-9])[a-z ]*", "tok (?<secret>[a-z]+)"), 300);
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    while (text.length() < 200_000) {
      text.append(List.of("tok ", "tok1 ", "abc ", "<<BEGIN>>", "<<END>>").get(random.nextInt(5)));
    }
    byte[] content = bytes(text.toString());
    Recording whole = sweep(content, 20_000, costly, BLOCK);
    assertThat(whole.events).contains("exhausted at 0");

    for (int piece : new int[] {1, 7, 4_096, 65_537}) {
      Recording cut = new Recording();
      Sweep sweep = Engine.compile(List.of(costly, BLOCK)).sweep(cut, 20_000);
      for (int from = 0; from < content.length; from += piece) {
        sweep.feed(content, from, Math.min(content.length, from + piece));
      }
      sweep.finish();
      assertThat(cut.matches).as("pieces of %d", piece).isEqualTo(whole.matches);
      assertThat(cut.events)
          .as("pieces of %d", piece)
          .containsExactlyInAnyOrderElementsOf(whole.events);
    }
  }

  @Test
  void without_keywords_the_earlier_match_counts_whichever_pattern_it_is_of() {
    Program two =
        Program.patterned(List.of(), List.of("(?<secret>[0-9]{4})", "(?<secret>[a-f]{4})"), 64);

    assertThat(sweep(bytes("..abcd..1234..abcd"), BUDGET, two).matches).hasSize(3);
  }

  @Test
  void rereading_without_keywords_is_bounded_too() {
    Program quadratic =
        Program.patterned(List.of(), List.of("(?<secret>x)", "(?<secret>x[^\\n]*y)"), 64);
    byte[] text = bytes(("x".repeat(1_000) + "y").repeat(20));
    Recording recording = sweep(text, 1024 * 1024, quadratic);
    // The first pattern matches at once where the second would have to look far ahead.
    assertThat(recording.matches).hasSize(20_000);
    assertThat(recording.events).isEmpty();

    // Within the span, each place has more ways to split the letters than are tried.
    Program hostile = Program.patterned(List.of(), List.of("(?<secret>(?:x+x?)+z)"), 64);
    assertThat(sweep(text, 1024 * 1024, hostile).events).containsExactly("exhausted at 0");
  }

  @Test
  void a_small_content_takes_a_small_buffer_and_no_content_none() {
    Engine engine = Engine.compile(List.of(TOKEN, BLOCK));
    Sweep sweep = engine.sweep(new Recording(), BUDGET);
    assertThat(sweep.memory()).isZero();
    byte[] small = bytes("tok_abcd\n".repeat(100));
    sweep.feed(small, 0, small.length);
    assertThat(sweep.memory()).isLessThanOrEqualTo(8 * 1024);
    sweep.finish();
  }

  @Test
  void a_sink_that_throws_stops_the_sweep_with_its_exception() {
    Engine engine = Engine.compile(List.of(TOKEN));
    Sink broken = new Sink() {
      @Override
      public void matched(Match match, Text text) {
        throw new IllegalStateException("full");
      }

      @Override
      public void settled(long position) {}

      @Override
      public void truncated(int program, long position) {}

      @Override
      public void exhausted(long position) {}
    };
    try (Sweep sweep = engine.sweep(broken, BUDGET)) {
      byte[] text = bytes("tok_abcd ");
      sweep.feed(text, 0, text.length);
      assertThatThrownBy(sweep::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  private static Recording sweep(byte[] content, long budget, Program... programs) {
    Engine engine = Engine.compile(List.of(programs));
    Recording recording = new Recording();
    try (Sweep sweep = engine.sweep(recording, budget)) {
      sweep.feed(content, 0, content.length);
      assertThat(sweep.memory()).isLessThanOrEqualTo(engine.capacity());
      sweep.finish();
    }
    return recording;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
