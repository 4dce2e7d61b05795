package dev.rekey.detect.engine;

import java.util.List;

/**
 * Bytes in a row that some matches of a pattern hold, and how far from their start: where they stand
 * in a text, such a match may be.
 *
 * <p>Immutable and thread-safe.
 *
 * @param left what the byte before the first is one of; the start of the content counts as any
 * @param bytes a class for each byte
 * @param nearest the fewest bytes of the match before the first
 * @param farthest the most
 * @param before what those bytes are made of
 */
record Anchor(ByteClass left, List<ByteClass> bytes, int nearest, int farthest, ByteClass before) {
  /** How many bytes a class can have, in either case, that tells much. */
  private static final int NARROW = 2;

  /** How many bytes must tell much. */
  static final int FEWEST = 3;

  /** For the size of a class, how much it tells, in bits. */
  private static final double[] BITS = new double[257];

  static {
    for (int size = 0; size < BITS.length; size++) {
      BITS[size] = 8 - Math.log(Math.max(1, size)) / Math.log(2);
    }
  }

  Anchor {
    bytes = List.copyOf(bytes);
  }

  /** Returns the anchor that is a keyword, without regard to case, where a match may start. */
  static Anchor keyword(String keyword) {
    ByteClass[] bytes = new ByteClass[keyword.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = ByteClass.of(keyword.charAt(i)).foldCase();
    }
    return new Anchor(ByteClass.ALL, List.of(bytes), 0, 0, ByteClass.NONE);
  }

  /** Returns whether a keyword stands in it, without regard to case. */
  boolean holds(String keyword) {
    for (int from = 0; from + keyword.length() <= bytes.size(); from++) {
      int i = 0;
      while (i < keyword.length()
          && bytes.get(from + i).isSubsetOf(ByteClass.of(keyword.charAt(i)).foldCase())) {
        i++;
      }
      if (i == keyword.length()) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a byte tells much. */
  static boolean isNarrow(ByteClass bytes) {
    return bytes.foldCase().size() <= NARROW;
  }

  /** Returns how much it tells, in bits, if all bytes were as likely as others. */
  double strength() {
    double bits = 0;
    for (ByteClass one : bytes) {
      bits += BITS[one.foldCase().size()];
    }
    return bits;
  }

  /** Returns whether this stands wherever the other does. */
  boolean covers(Anchor other) {
    boolean covers =
        bytes.size() <= other.bytes.size() && other.left.isSubsetOf(left) && sameDistance(other);
    for (int i = 0; covers && i < bytes.size(); i++) {
      covers = other.bytes.get(i).isSubsetOf(bytes.get(i));
    }
    return covers;
  }

  boolean sameDistance(Anchor other) {
    return nearest == other.nearest && farthest == other.farthest && before.equals(other.before);
  }
}
