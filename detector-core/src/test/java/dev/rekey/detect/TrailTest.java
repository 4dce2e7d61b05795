package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrailTest {
  @Test
  void it_counts_what_comes_before_each_byte_within_its_reach() {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      String text = new GeneratedSecrets(seed).text("ab\né€🎉", 1 + random.nextInt(40_000));
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int reach = 1 + random.nextInt(20_000);
      Trail trail = new Trail(reach);
      int byteAt = 0;
      int line = 1;
      int column = 1;
      for (int unit = 0; unit < text.length(); ) {
        int point = text.codePointAt(unit);
        int length = Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
        trail.add(bytes, byteAt, byteAt + length);
        expect(trail, seed, byteAt, unit, line, column);
        int width = Character.charCount(point);
        assertThat(trail.unitsThrough(byteAt + 1L)).as("seed %d", seed).isEqualTo(unit + width);
        assertThat(trail.unitsBefore(byteAt + length - 1L)).as("seed %d", seed).isEqualTo(unit);
        byteAt += length;
        unit += width;
        line += point == '\n' ? 1 : 0;
        column = point == '\n' ? 1 : column + 1;
        expect(trail, seed, byteAt, unit, line, column);
      }
      lookBack(trail, seed, bytes, reach);
    }
  }

  private static void expect(Trail trail, long seed, int at, int units, int line, int column) {
    assertThat(trail.unitsBefore(at)).as("seed %d, byte %d", seed, at).isEqualTo(units);
    assertThat(trail.unitsThrough(at)).as("seed %d, byte %d", seed, at).isEqualTo(units);
    assertThat(trail.line(at)).as("seed %d, byte %d", seed, at).isEqualTo(line);
    assertThat(trail.column(at)).as("seed %d, byte %d", seed, at).isEqualTo(column);
  }

  /** At the far end of the reach, and at the start where all is within it, by counting anew. */
  private static void lookBack(Trail trail, long seed, byte[] bytes, int reach) {
    int at = Math.max(0, bytes.length - reach);
    while (at < bytes.length && (bytes[at] & 0xc0) == 0x80) {
      at++;
    }
    String before = new String(bytes, 0, at, StandardCharsets.UTF_8);
    String line = before.substring(before.lastIndexOf('\n') + 1);
    expect(
        trail,
        seed,
        at,
        before.length(),
        1 + (int) before.chars().filter(c -> c == '\n').count(),
        1 + line.codePointCount(0, line.length()));
  }
}
