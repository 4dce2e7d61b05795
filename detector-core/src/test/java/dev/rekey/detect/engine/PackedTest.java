package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedTest {
  @Test
  void what_was_written_is_read() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int number = random.nextInt() >>> 1 + random.nextInt(31);
      double fraction = random.nextGaussian();
      byte[] raw = new byte[random.nextInt(300)];
      random.nextBytes(raw);
      List<String> ascii = texts(random, 0x20, 0x7f);
      List<String> texts = texts(random, 0x20, 0xd800);
      Packed.Out out = new Packed.Out();
      out.number(number);
      out.fraction(fraction);
      out.texts(ascii);
      out.raw(raw);
      out.texts(texts);
      out.number(Integer.MAX_VALUE);

      Packed.In in = new Packed.In(out.bytes(), 0);

      assertThat(in.number()).as("seed %d", seed).isEqualTo(number);
      assertThat(in.fraction()).as("seed %d", seed).isEqualTo(fraction);
      assertThat(in.asciis()).as("seed %d", seed).isEqualTo(ascii);
      assertThat(in.raw(raw.length)).as("seed %d", seed).isEqualTo(raw);
      List<String> read = new ArrayList<>();
      in.texts(read);
      assertThat(read).as("seed %d", seed).isEqualTo(texts);
      assertThat(in.number()).as("seed %d", seed).isEqualTo(Integer.MAX_VALUE);
      assertThat(in.at()).as("seed %d", seed).isEqualTo(out.bytes().length);
    }
  }

  @Test
  void what_ends_too_early_is_refused() {
    Packed.Out out = new Packed.Out();
    out.texts(List.of("one", "two"));
    byte[] whole = out.bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .as("length %d", length)
          .isThrownBy(() -> new Packed.In(cut, 0).asciis());
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> new Packed.In(whole, 4).raw(whole.length));
  }

  private static List<String> texts(Random random, int least, int beyond) {
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(300); n > 0; n--) {
        text.append((char) (least + random.nextInt(beyond - least)));
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
