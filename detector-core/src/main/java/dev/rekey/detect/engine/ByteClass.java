package dev.rekey.detect.engine;

import java.util.stream.IntStream;

/**
 * A set of bytes, seen as numbers from 0 to 255: one bit for each, in four words.
 *
 * <p>Immutable and thread-safe.
 */
record ByteClass(long bits0, long bits1, long bits2, long bits3) {
  static final ByteClass NONE = new ByteClass(0, 0, 0, 0);
  static final ByteClass ALL = NONE.complement();
  static final ByteClass DIGIT = range('0', '9');
  static final ByteClass LOWER = range('a', 'z');
  static final ByteClass UPPER = range('A', 'Z');

  /** What {@code \w} and {@code \b} take for a word. */
  static final ByteClass WORD = DIGIT.union(LOWER).union(UPPER).union(of('_'));

  /** For each of the low six bits of a byte, those of a word that have it in their number. */
  private static final long[] SIX = {
    0xaaaaaaaaaaaaaaaaL,
    0xccccccccccccccccL,
    0xf0f0f0f0f0f0f0f0L,
    0xff00ff00ff00ff00L,
    0xffff0000ffff0000L,
    0xffffffff00000000L
  };

  /** Returns the class of one byte. */
  static ByteClass of(int b) {
    return range(b, b);
  }

  /** Returns the class of the bytes from one to another, inclusive. */
  static ByteClass range(int low, int high) {
    return new ByteClass(
        word(0, low, high), word(64, low, high), word(128, low, high), word(192, low, high));
  }

  /** Returns the class of the characters of a text, none of which is beyond 0xFF. */
  static ByteClass among(String characters) {
    ByteClass among = NONE;
    for (int i = 0; i < characters.length(); i++) {
      among = among.union(of(characters.charAt(i)));
    }
    return among;
  }

  private static long word(int base, int low, int high) {
    int from = Math.max(0, low - base);
    int to = Math.min(63, high - base);
    return from > to ? 0 : (-1L << from) & (-1L >>> (63 - to));
  }

  boolean contains(int b) {
    long word = b < 128 ? (b < 64 ? bits0 : bits1) : (b < 192 ? bits2 : bits3);
    return (word >>> b & 1) != 0; // a shift takes the lowest six bits
  }

  int size() {
    return Long.bitCount(bits0)
        + Long.bitCount(bits1)
        + Long.bitCount(bits2)
        + Long.bitCount(bits3);
  }

  boolean isEmpty() {
    return (bits0 | bits1 | bits2 | bits3) == 0;
  }

  /** Returns the members, in order. */
  IntStream members() {
    return IntStream.range(0, 256).filter(this::contains);
  }

  ByteClass union(ByteClass other) {
    return new ByteClass(
        bits0 | other.bits0, bits1 | other.bits1, bits2 | other.bits2, bits3 | other.bits3);
  }

  ByteClass intersection(ByteClass other) {
    return new ByteClass(
        bits0 & other.bits0, bits1 & other.bits1, bits2 & other.bits2, bits3 & other.bits3);
  }

  ByteClass complement() {
    return new ByteClass(~bits0, ~bits1, ~bits2, ~bits3);
  }

  ByteClass minus(ByteClass other) {
    return intersection(other.complement());
  }

  boolean intersects(ByteClass other) {
    return !intersection(other).isEmpty();
  }

  boolean isSubsetOf(ByteClass other) {
    return minus(other).isEmpty();
  }

  /** Returns the class with each ASCII letter in both cases. */
  ByteClass foldCase() {
    // Both cases of a letter are in the same word, 32 bits apart.
    long upper = bits1 & UPPER.bits1;
    long lower = bits1 & LOWER.bits1;
    return new ByteClass(bits0, bits1 | upper << 32 | lower >>> 32, bits2, bits3);
  }

  /** Returns the bits in which all members agree; 0xFF for the class of one byte. */
  int agreement() {
    if (isEmpty()) {
      return 0;
    }
    int differing = bit(bits1 | bits3, bits0 | bits2, 6) | bit(bits2 | bits3, bits0 | bits1, 7);
    long any = bits0 | bits1 | bits2 | bits3;
    for (int i = 0; i < SIX.length; i++) {
      differing |= bit(any & SIX[i], any & ~SIX[i], i);
    }
    return differing ^ 0xff;
  }

  private static int bit(long with, long without, int bit) {
    return with != 0 && without != 0 ? 1 << bit : 0;
  }

  /**
   * Returns whether a byte is a member exactly if it agrees with the members in the bits of {@link
   * #agreement}: one byte, a letter in both cases, {@code [0-7]}.
   */
  boolean isMasked() {
    int size = size();
    return Integer.bitCount(size) == 1 && size == 1 << (8 - Integer.bitCount(agreement()));
  }

  /** Returns the least member, which there is. */
  int least() {
    long word = bits0;
    int base = 0;
    if (word == 0) {
      word = bits1 != 0 ? bits1 : bits2 != 0 ? bits2 : bits3;
      base = bits1 != 0 ? 64 : bits2 != 0 ? 128 : 192;
    }
    return base + Long.numberOfTrailingZeros(word);
  }

  // Written out: what the compiler writes for a record is linked by a fresh JVM for 10 ms.

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteClass bytes
        && bits0 == bytes.bits0
        && bits1 == bytes.bits1
        && bits2 == bytes.bits2
        && bits3 == bytes.bits3;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(bits0 + 31 * (bits1 + 31 * (bits2 + 31 * bits3)));
  }

  /** Returns the class as a pattern would write it. */
  @Override
  public String toString() {
    if (size() > 128) {
      return "[^" + ranges(complement()) + "]";
    }
    return "[" + ranges(this) + "]";
  }

  private static String ranges(ByteClass bytes) {
    StringBuilder text = new StringBuilder();
    for (int low = 0; low < 256; low++) {
      if (bytes.contains(low)) {
        int high = low;
        while (high < 255 && bytes.contains(high + 1)) {
          high++;
        }
        text.append(shown(low));
        if (high > low) {
          text.append(high > low + 1 ? "-" : "").append(shown(high));
        }
        low = high;
      }
    }
    return text.toString();
  }

  private static String shown(int b) {
    boolean plain = b > ' ' && b < 0x7f && "\\]-^[".indexOf(b) < 0;
    return plain ? Character.toString(b) : String.format("\\x%02x", b);
  }
}
