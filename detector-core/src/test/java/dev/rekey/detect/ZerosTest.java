package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZerosTest {
  @Test
  void a_zero_is_seen_wherever_it_stands_and_nothing_else_is_one() {
    for (long seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[1 + random.nextInt(100)];
      Arrays.fill(bytes, new byte[] {1, (byte) 0x80, (byte) 0xff, 0}[random.nextInt(4)]);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(2);
      int from = random.nextInt(bytes.length);
      int to = from + random.nextInt(bytes.length - from + 1);

      boolean zero = false;
      for (int i = from; i < to; i++) {
        zero |= bytes[i] == 0;
      }
      assertThat(Zeros.any(bytes, from, to)).as("seed %d", seed).isEqualTo(zero);
    }
  }
}
