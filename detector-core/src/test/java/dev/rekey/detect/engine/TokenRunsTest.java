package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.engine.PlainEngine.Written;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that look random are found as a plain pattern finds them, however the text is cut. */
class TokenRunsTest {
  private static final String MEMBERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-";
  private static final String HEX = "0123456789abcdef";

  /** What stands between runs: all that the first look takes for a member, and bytes beyond ASCII. */
  private static final String BETWEEN =
      " \n.,:;=@[]`{|}~^\\\"'<>\u007f\u0000\u0080\u00ab\u00e9\u00ff*";

  private static final List<Double> ENTROPIES = List.of(0.0, 2.0, 3.0, 3.5, 3.6, 4.0, 4.5, 5.0);

  @Test
  void short_texts_of_runs_about_as_long_as_they_must_be() {
    int found = 0;
    for (long seed = 0; seed < Rounds.of(500); seed++) {
      Random random = new Random(seed);
      List<Written> programs = programs(random, 64);
      byte[] text = text(random, random.nextInt(1_500), 80);
      found += new Agreement(programs, text, "seed " + seed)
          .inArray((byte) 'a')
          .inArray((byte) ' ')
          .inPieces(() -> text.length)
          .inPieces(() -> 1 + random.nextInt(1 << random.nextInt(9)))
          .inPieces(() -> 1)
          .size();
    }
    assertThat(found).as("enough to compare").isGreaterThan(8_000);
  }

  @Test
  void blobs_longer_than_the_buffer_between_runs() {
    int found = 0;
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(~seed);
      List<Written> programs = programs(random, Program.TokenRun.LONGEST);
      ByteArrayOutputStream parts = new ByteArrayOutputStream();
      for (int i = random.nextInt(6); i >= 0; i--) {
        parts.writeBytes(text(random, random.nextInt(3_000), 300));
        parts.writeBytes(run(random, random.nextInt(300_000)));
      }
      byte[] text = parts.toByteArray();
      found += new Agreement(programs, text, "seed " + ~seed)
          .inArray((byte) '7')
          .inPieces(() -> text.length)
          .inPieces(() -> 1 + random.nextInt(1 << random.nextInt(17)))
          .inPieces(() -> 1 + random.nextInt(100))
          .size();
    }
    assertThat(found).as("enough to compare").isGreaterThan(250);
  }

  /** A run at each place of the words that are looked at, from the start of the content to its end. */
  @ParameterizedTest
  @ValueSource(ints = {16, 17, 23, 24, 25, 40, 64, 255, 256})
  void a_run_is_found_wherever_it_begins_and_one_byte_less_is_none(int shortest) {
    Written program = Written.run(shortest, 0, 300);
    String digits = "0123456789".repeat(26);
    for (int before = 0; before < 600; before++) {
      for (int after : new int[] {0, 1, 7, 8, 9, 64}) {
        for (int length : new int[] {shortest - 1, shortest}) {
          String text = "\u00e9".repeat(before) + digits.substring(0, length) + "@".repeat(after);
          int found = new Agreement(
                  List.of(program),
                  text.getBytes(StandardCharsets.ISO_8859_1),
                  "before %d, after %d".formatted(before, after))
              .inArray((byte) '0')
              .size();
          assertThat(found).isEqualTo(length - shortest + 1);
        }
      }
    }
  }

  @Test
  void a_text_of_one_endless_token_is_told_once() {
    byte[] text = run(new Random(5), 1_000_000);
    Agreement agreement = new Agreement(
            List.of(Written.run(24, 3.6, 1024), Written.run(16, 0, 4096), Written.run(16, 6.1, 64)),
            text,
            "one token")
        .inArray((byte) '-')
        .inPieces(() -> 4_096)
        .inPieces(() -> 1);
    assertThat(agreement.size()).isEqualTo(2);
  }

  /** What is no power of two has an entropy that no sum of logarithms gives to the last bit. */
  @Test
  void an_entropy_that_is_just_enough_is_enough() {
    for (int kinds = 4; kinds <= 64; kinds++) {
      byte[] text =
          MEMBERS.substring(MEMBERS.length() - kinds).repeat(6).getBytes(StandardCharsets.US_ASCII);
      double entropy = Math.log(kinds) / Math.log(2);
      boolean digits = kinds > 4; // after them come +/_-
      for (double more : new double[] {-1e-6, 0, 1e-6}) {
        Agreement agreement = new Agreement(
                List.of(Written.run(16, entropy + more, 1024)), text, kinds + " kinds")
            .inArray((byte) ' ')
            .inPieces(() -> 5);
        assertThat(agreement.size())
            .as("%d kinds, %s", kinds, more)
            .isEqualTo(digits && more <= 0 ? 1 : 0);
      }
    }
  }

  /** Indices are of the buffer and ints: what is far behind must not come back from above. */
  @Test
  void a_run_is_found_after_gigabytes_without_one() {
    Recording recording = new Recording();
    Engine engine = Engine.compile(List.of(Program.tokenRun(24, 3.6, 1024)));
    byte[] blanks = new byte[1 << 22];
    Arrays.fill(blanks, (byte) ' ');
    byte[] run = MEMBERS.substring(20).getBytes(StandardCharsets.US_ASCII);
    long expected = (1L << 31) + (1 << 27);
    try (Sweep sweep = engine.sweep(recording, Long.MAX_VALUE)) {
      sweep.feed(run, 0, run.length);
      for (long fed = run.length; fed < expected; fed += blanks.length) {
        sweep.feed(blanks, 0, (int) Math.min(blanks.length, expected - fed));
      }
      sweep.feed(run, 0, run.length);
      sweep.finish();
    }
    assertThat(recording.events).isEmpty();
    assertThat(recording.matches).hasSize(2);
    assertThat(recording.matches.get(1)).contains("start=" + expected + ",");
  }

  @Test
  void the_first_looks_stay_right_when_they_are_compiled() {
    Random random = new Random(11);
    byte[] text = text(random, 4_000, 60);
    List<Written> programs = List.of(Written.run(16, 3.6, 64), Written.run(24, 3.0, 48));
    List<String> expected = new PlainEngine(programs, text).matches;
    assertThat(expected).hasSizeGreaterThan(5);
    Engine engine = Engine.compile(programs.stream().map(Written::compiled).toList());
    Recording recording = new Recording();
    Places places = new Places();
    for (int call = 0; call < 60_000; call++) {
      int cut = random.nextInt(text.length);
      Places found = new Places();
      try (Sweep sweep = engine.sweep(call == 0 ? recording : found, Long.MAX_VALUE)) {
        sweep.feed(text, 0, cut);
        sweep.feed(text, cut, text.length);
        sweep.finish();
      }
      if (call == 0) {
        assertThat(recording.matches).isEqualTo(expected);
      } else if (call == 1) {
        places = found;
        assertThat(places.count).isEqualTo(expected.size() + recording.events.size());
      } else {
        assertThat(found.sum).as("call %d, cut %d", call, cut).isEqualTo(places.sum);
      }
    }
  }

  /** Remembers all that is found, in one number. */
  private static final class Places implements Sink {
    private int count;
    private long sum;

    private void add(long... numbers) {
      count++;
      sum = 1_000_003 * sum + Arrays.hashCode(numbers);
    }

    @Override
    public void matched(Match match, Text text) {
      add(match.program(), match.start(), match.end());
    }

    @Override
    public void settled(long position) {}

    @Override
    public void truncated(int program, long position) {
      count++;
    }

    @Override
    public void exhausted(long position) {
      throw new AssertionError("there is no budget for runs");
    }
  }

  @Test
  void what_no_run_can_be_is_refused() {
    assertThatThrownBy(() -> Program.tokenRun(15, 3, 64))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Program.tokenRun(16, 3, 31))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Program.tokenRun(40, 3, 39))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Program.tokenRun(40, 3, 4097))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Written> programs(Random random, int widest) {
    List<Written> programs = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int shortest = 16 + random.nextInt(random.nextBoolean() ? 12 : 50);
      int least = Program.TokenRun.leastSpan(shortest);
      int span = least + random.nextInt(Math.max(1, widest - least));
      double entropy = ENTROPIES.get(random.nextInt(ENTROPIES.size()));
      programs.add(Written.run(shortest, entropy, random.nextInt(4) == 0 ? least : span));
    }
    return programs;
  }

  private static byte[] text(Random random, int length, int longest) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    if (random.nextBoolean()) {
      between(random, text);
    }
    while (text.size() < length) {
      text.writeBytes(run(random, random.nextInt(longest)));
      between(random, text);
    }
    if (random.nextBoolean()) {
      text.writeBytes(run(random, random.nextInt(longest)));
    }
    return text.toByteArray();
  }

  private static void between(Random random, ByteArrayOutputStream text) {
    for (int i = random.nextInt(random.nextInt(8) == 0 ? 40 : 3); i >= 0; i--) {
      text.write(BETWEEN.charAt(random.nextInt(BETWEEN.length())));
    }
  }

  /** Of all members, of hexadecimal digits, of few characters over and over, or almost without digits. */
  private static byte[] run(Random random, int length) {
    String alphabet = switch (random.nextInt(5)) {
      case 0 -> HEX;
      case 1 -> MEMBERS.substring(0, 52);
      case 2 -> MEMBERS.substring(random.nextInt(40), 60);
      default -> MEMBERS;
    };
    byte[] run = new byte[length];
    for (int i = 0; i < length; i++) {
      run[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
    }
    for (int i = random.nextInt(6); i > 0 && length > 0; i--) {
      run[random.nextInt(length)] = (byte) ('0' + random.nextInt(10));
    }
    return run;
  }
}
