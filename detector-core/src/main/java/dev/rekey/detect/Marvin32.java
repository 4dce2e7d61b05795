package dev.rekey.detect;

/**
 * The Marvin hash, 32 bits, with which Microsoft signs its identifiable keys.
 *
 * <p>A checksum, not a MAC: the seeds are public. The algorithm is that of SymCrypt; the checksum in
 * a key is the two halves of the state combined by exclusive or.
 */
final class Marvin32 {
  private Marvin32() {}

  /** Returns the seed that eight ASCII characters spell, as Microsoft's seeds do. */
  static long seed(String spelled) {
    long seed = 0;
    for (int i = 0; i < 8; i++) {
      seed = (seed << 8) | spelled.charAt(i);
    }
    return seed;
  }

  /** Returns the hash of the bytes from {@code from} to {@code to}, exclusive. */
  static int hash(byte[] bytes, int from, int to, long seed) {
    long state = hash64(bytes, from, to, seed);
    return (int) state ^ (int) (state >>> 32);
  }

  /** Returns the whole state, for the published vectors. */
  static long hash64(byte[] bytes, int from, int to, long seed) {
    int low = (int) seed;
    int high = (int) (seed >>> 32);
    int i = from;
    int word;
    int rounds = 0;
    int blocks = (to - from) / 4;
    // Each whole word is one block; the padded tail is one, and an empty one follows it.
    while (rounds < blocks + 2) {
      if (rounds < blocks) {
        word = littleEndian(bytes, i, 4);
        i += 4;
      } else if (rounds == blocks) {
        int rest = to - i;
        word = littleEndian(bytes, i, rest) | (0x80 << (8 * rest));
      } else {
        word = 0;
      }
      low += word;
      high ^= low;
      low = Integer.rotateLeft(low, 20) + high;
      high = Integer.rotateLeft(high, 9) ^ low;
      low = Integer.rotateLeft(low, 27) + high;
      high = Integer.rotateLeft(high, 19);
      rounds++;
    }
    return ((long) high << 32) | (low & 0xffffffffL);
  }

  private static int littleEndian(byte[] bytes, int at, int count) {
    int word = 0;
    for (int i = 0; i < count; i++) {
      word |= (bytes[at + i] & 0xff) << (8 * i);
    }
    return word;
  }
}
