package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A sample of what a fuzzer does for as long as it likes. */
class EngineFuzzTest {
  @Test
  void bytes_by_chance_make_rules_and_texts_on_which_the_engines_agree() {
    int agreed = 0;
    for (long seed = 0; seed < EngineFuzz.SEEDS; seed++) {
      agreed += EngineFuzz.agree(EngineFuzz.byChance(seed)); // it names its input when it fails
    }
    assertThat(agreed).as("enough to compare").isGreaterThan(5_000);
  }

  @Test
  void no_bytes_at_all_are_an_input_too() {
    assertThat(EngineFuzz.agree(new byte[0])).isZero();
  }
}
