package dev.rekey.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentifiableKeyTest {
  private static final long SEED = 0x44656661756c7430L;

  @Test
  void marvin_agrees_with_the_vectors_of_symcrypt() {
    assertThat(IdentifiableKey.marvin64(ascii("abc"), 0xd53cd9cecd0893b7L))
        .isEqualTo(0x22c74339492769bfL);
    assertThat(IdentifiableKey.marvin64(ascii("abcdefghijklmnopqrstuvwxyz"), 0x0ddddeeeeffff000L))
        .isEqualTo(0xa128eb7e7260aca2L);
  }

  @Test
  void the_checksum_agrees_with_a_published_example() {
    // The published example is 76 times the letter a, the signature and this tail; it opens
    // nothing.
    byte[] bytes = Base64.getDecoder().decode("a".repeat(76) + "+ASt" + "5mnCaw==");
    int stored = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(60);
    assertThat(IdentifiableKey.marvin32(Arrays.copyOf(bytes, 60), SEED)).isEqualTo(stored);
  }

  @Test
  void keys_have_the_signature_a_right_checksum_and_never_repeat() {
    Random random = new Random(3);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      String key = IdentifiableKey.storage(random);
      assertThat(key)
          .as("seed 3, key %d", i)
          .matches("[A-Za-z0-9+/]{76}\\+ASt[A-Za-z0-9+/]{5}[AQgw]==");
      byte[] bytes = Base64.getDecoder().decode(key);
      assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(60))
          .as("seed 3, key %d", i)
          .isEqualTo(IdentifiableKey.marvin32(Arrays.copyOf(bytes, 60), SEED));
      assertThat(seen.add(key)).as("seed 3, key %d", i).isTrue();
    }
  }

  @Test
  void keys_of_rules_have_their_signature_and_a_right_checksum() {
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      String key = IdentifiableKey.messaging(random, Resource.Messaging.EVENT_HUBS, "Listen00");
      assertThat(key)
          .as("seed 4, key %d", i)
          .matches("[A-Za-z0-9+/]{33}\\+AEh[A-P][A-Za-z0-9+/]{5}=");
      byte[] bytes = Base64.getDecoder().decode(key);
      assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(28))
          .as("seed 4, key %d", i)
          .isEqualTo(IdentifiableKey.marvin32(
              Arrays.copyOf(bytes, 28), ByteBuffer.wrap(ascii("Listen00")).getLong()));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
