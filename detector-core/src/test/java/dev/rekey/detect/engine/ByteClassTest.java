package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteClassTest {
  @Test
  void it_is_a_set_of_bytes() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      BitSet one = set(random);
      BitSet other = set(random);
      ByteClass a = of(one);
      ByteClass b = of(other);
      assertThat(set(a)).as("seed %d", seed).isEqualTo(one);
      assertThat(a.size()).as("seed %d", seed).isEqualTo(one.cardinality());
      BitSet union = set(a);
      union.or(other);
      assertThat(set(a.union(b))).as("seed %d", seed).isEqualTo(union);
      BitSet intersection = set(a);
      intersection.and(other);
      assertThat(set(a.intersection(b))).as("seed %d", seed).isEqualTo(intersection);
      assertThat(a.intersects(b)).as("seed %d", seed).isEqualTo(one.intersects(other));
      assertThat(a.intersection(b).isSubsetOf(a)).as("seed %d", seed).isTrue();
      assertThat(a.isSubsetOf(b)).as("seed %d", seed).isEqualTo(intersection.equals(one));
      assertThat(a.minus(b).intersects(b)).as("seed %d", seed).isFalse();
      assertThat(a.complement().size()).as("seed %d", seed).isEqualTo(256 - a.size());
    }
  }

  @Test
  void a_range_has_both_its_ends() {
    for (int low = 0; low < 256; low += 7) {
      for (int high = low; high < 256; high++) {
        BitSet expected = new BitSet();
        expected.set(low, high + 1);
        assertThat(set(ByteClass.range(low, high))).as("%d to %d", low, high).isEqualTo(expected);
      }
    }
  }

  @Test
  void only_ascii_letters_have_two_cases() {
    assertThat(ByteClass.among("a[").foldCase()).isEqualTo(ByteClass.among("aA["));
    assertThat(ByteClass.among("@Zz{`").foldCase()).isEqualTo(ByteClass.among("@Zz{`"));
    assertThat(ByteClass.of(0xe4).foldCase()).isEqualTo(ByteClass.of(0xe4));
    assertThat(ByteClass.LOWER.foldCase()).isEqualTo(ByteClass.LOWER.union(ByteClass.UPPER));
  }

  @Test
  void a_masked_class_is_known_by_the_bits_in_which_its_members_agree() {
    assertThat(ByteClass.of('x').isMasked()).isTrue();
    assertThat(ByteClass.among("xX").isMasked()).isTrue();
    assertThat(ByteClass.among("xX").agreement()).isEqualTo(0xdf);
    assertThat(ByteClass.range('0', '7').isMasked()).isTrue();
    assertThat(ByteClass.ALL.isMasked()).isTrue();
    assertThat(ByteClass.DIGIT.isMasked()).isFalse();
    assertThat(ByteClass.among("ab").isMasked()).isFalse();
    assertThat(ByteClass.NONE.isMasked()).isFalse();
  }

  @Test
  void agreement_and_the_least_are_what_a_walk_over_all_bytes_finds() {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      BitSet set = new BitSet();
      int common = random.nextInt(256);
      for (int i = random.nextInt(6); i >= 0; i--) {
        set.set((random.nextInt(256) & random.nextInt(256) & random.nextInt(256)) ^ common);
      }
      int all = 0xff;
      int any = 0;
      for (int b = set.nextSetBit(0); b >= 0; b = set.nextSetBit(b + 1)) {
        all &= b;
        any |= b;
      }
      assertThat(of(set).agreement()).as("seed %d", seed).isEqualTo(~(all ^ any) & 0xff);
      assertThat(of(set).least()).as("seed %d", seed).isEqualTo(set.nextSetBit(0));
    }
    assertThat(ByteClass.NONE.agreement()).isZero();
  }

  @Test
  void it_is_shown_as_it_would_be_written() {
    assertThat(ByteClass.WORD).hasToString("[0-9A-Z_a-z]");
    assertThat(ByteClass.of('\n').complement()).hasToString("[^\\x0a]");
    assertThat(ByteClass.among("-]ab")).hasToString("[\\x2d\\x5dab]");
  }

  private static BitSet set(Random random) {
    BitSet set = new BitSet();
    for (int i = random.nextInt(300); i > 0; i--) {
      set.set(random.nextInt(256));
    }
    return set;
  }

  private static ByteClass of(BitSet members) {
    return members.stream().mapToObj(ByteClass::of).reduce(ByteClass.NONE, ByteClass::union);
  }

  private static BitSet set(ByteClass bytes) {
    BitSet set = new BitSet();
    bytes.members().forEach(set::set);
    return set;
  }
}
