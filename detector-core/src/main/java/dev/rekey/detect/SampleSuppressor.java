package dev.rekey.detect;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises values that stand in documents in place of a key: they say so, as AWS's samples do, or
 * are too regular for the random part of a key.
 */
final class SampleSuppressor implements Suppressor {
  private static final String WORD = "example";

  /** So many equal or ascending characters are in one of some millions of random keys. */
  private static final int RUN = 8;

  /** SHA-256 of values that are printed in documents and say nothing of it. */
  private static final Set<String> PUBLISHED = Set.of(
      // The client, the access token and the refresh token of RFC 6749, the bearer token of RFC
      // 6750.
      "ca7459e2b26776de081b9a07e40227fd6cff232a1e3233ff6b6aa6d036ca9981",
      "6c96130f130ab0d6d158397e24d2bcc1c9a5e73ae081f6e983f1c7b545d24a4c",
      "00cf4c781dc37003f7c7dd7d4c9a6ef1e0f4c62d9a291aa8bc398774e3fefd32",
      "b8e148545b13c78bc74da2f1a7275dd71e56ddece129d7d2f7b3ecc06f7994da",
      // The token that the debugger of jwt.io opens with.
      "7f75367e7881255134e1375e723d1dea8ad5f6a4fdb79d938df1f1754a830606",
      // The first keys of Hardhat's and Anvil's development accounts, with 0x and without.
      "60a09e4357868c1e9b801052726d061c370429f723db84523ed58ac354f6eb8a",
      "bc1a50966c9e6486bc4ebf880b51611a2a97fcb8e7a6976e9b81a9e3e8ca0e3c",
      "095101cf732c298a0ce0320b9de704209cdd8640b70d8fdf4e5be51aa2eb272e",
      "8335c55334821eefd4334369ff9c04a8594f161013cf9d87f58802d87297837e",
      "bb4978fbe7638de8e6ee13d9a59a5fb047beb0f0ee059fe166541b1f96b6af63",
      "b26ab6529d20ebebb4192256f202984754f785481c64b1a1aed58cac93b3617e",
      // The first key of Ganache's deterministic accounts.
      "424742fc6538f5e7e01d32ce12784d7a425d342cec188cd00602613843d52946",
      "578592185588730b9d10b87e2274706a8301a179cdb60fb4263c788e7e679503");

  /** A value that is known to be printed in a document. */
  static Optional<String> published(Candidate candidate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(candidate.bytes());
      return PUBLISHED.contains(HexFormat.of().formatHex(digest))
          ? Optional.of("a published sample")
          : Optional.empty();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  @Override
  public Optional<String> reason(Candidate candidate) {
    int equal = 1;
    int ascending = 1;
    int word = 0;
    for (int i = 0; i < candidate.length(); i++) {
      char c = candidate.charAt(i);
      char lower = c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
      word = lower == WORD.charAt(word) ? word + 1 : lower == WORD.charAt(0) ? 1 : 0;
      if (word == WORD.length()) {
        return Optional.of("a published sample");
      }
      if (i > 0) {
        int step = c - candidate.charAt(i - 1);
        equal = step == 0 ? equal + 1 : 1;
        ascending = step == 1 ? ascending + 1 : 1;
      }
      if (equal == RUN || ascending == RUN) {
        return Optional.of("too regular for a key");
      }
    }
    return published(candidate);
  }
}
