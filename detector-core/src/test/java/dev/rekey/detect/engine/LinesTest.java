package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinesTest {
  /** The ends of lines, what differs from them in one bit or by one, and parts of code points. */
  private static final byte[] BYTES =
      "\n\n\n\n\u008a\u0009\u000b\u001a\u0008a\u0000\u007f\u0080\u00bf\u00c0\u00ff"
          .getBytes(StandardCharsets.ISO_8859_1);

  @Test
  void words_say_what_bytes_say() {
    for (long seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      byte[] text = new byte[random.nextInt(200)];
      int rare = 1 + random.nextInt(40); // so that there are long lines too
      for (int i = 0; i < text.length; i++) {
        text[i] = random.nextInt(rare) == 0 ? BYTES[random.nextInt(BYTES.length)] : (byte) 'x';
      }
      int from = random.nextInt(text.length + 1);
      int to = from + random.nextInt(text.length - from + 1);

      int ends = 0;
      int lastStart = from;
      int codePoints = 0;
      for (int i = from; i < to; i++) {
        ends += text[i] == '\n' ? 1 : 0;
        lastStart = text[i] == '\n' ? i + 1 : lastStart;
        codePoints += (text[i] & 0xc0) == 0x80 ? 0 : 1;
      }
      assertThat(Lines.count(text, from, to)).as("seed %d", seed).isEqualTo(ends);
      assertThat(Lines.lastStart(text, from, to)).as("seed %d", seed).isEqualTo(lastStart);
      assertThat(Lines.codePoints(text, from, to)).as("seed %d", seed).isEqualTo(codePoints);
    }
  }

  @Test
  void a_text_of_nothing_but_ends_is_counted() {
    byte[] text = "\n".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
    for (int from = 0; from < 20; from++) {
      for (int to = 2_000; to < 10_000; to += 7) {
        assertThat(Lines.count(text, from, to)).isEqualTo(to - from);
      }
    }
  }
}
