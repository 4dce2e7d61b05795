package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HexTest {
  @Test
  void bytes_are_written_as_the_jdk_writes_them() {
    Random random = new Random(1);
    for (int length = 0; length <= 32; length += 4) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(Hex.of(bytes)).isEqualTo(HexFormat.of().formatHex(bytes));
    }
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(Hex.of(all)).isEqualTo(HexFormat.of().formatHex(all));
  }

  @Test
  void each_character_in_each_place_is_a_digit_or_none() {
    String digits = "0123456789abcdef";
    for (int at = 0; at < digits.length(); at++) {
      for (char c = 0; c < 0x200; c++) {
        String text = digits.substring(0, at) + c + digits.substring(at + 1);
        assertThat(Hex.is(text, 16))
            .as("%04x at %d", (int) c, at)
            .isEqualTo(digits.indexOf(c) >= 0);
      }
    }
  }

  @Test
  void another_length_is_none() {
    assertThat(Hex.is("0".repeat(16), 16)).isTrue();
    for (int length : new int[] {0, 8, 15, 17, 24}) {
      assertThat(Hex.is("0".repeat(length), 16)).as("%d digits", length).isFalse();
    }
  }
}
