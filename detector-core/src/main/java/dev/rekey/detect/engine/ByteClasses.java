package dev.rekey.detect.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The classes that the programs of one engine use, each once, as a table: a byte is a member of a
 * class if its entry is not 0. Programs share it, so that what they need of it is in the cache.
 *
 * <p>Thread-safe: classes are only ever added, with the programs that are compiled when they are first
 * run, and keep their numbers. Who has a program finds its classes in a table that it asks for then.
 */
final class ByteClasses {
  /** The number of {@link ByteClass#WORD} in every table. */
  static final int WORD = 0;

  private static final int FIRST = 16;

  private final Map<ByteClass, Integer> numbers = new HashMap<>();
  private volatile byte[] table = new byte[256 * FIRST];

  /** Makes a table of {@link ByteClass#WORD}. */
  ByteClasses() {
    number(ByteClass.WORD);
  }

  /** Returns the number of a class, the same for equal ones. */
  synchronized int number(ByteClass bytes) {
    Integer known = numbers.get(bytes);
    if (known != null) {
      return known;
    }
    int number = numbers.size();
    byte[] written = 256 * number < table.length ? table : Arrays.copyOf(table, 2 * table.length);
    for (int b = 0; b < 256; b++) {
      written[256 * number + b] = (byte) (bytes.contains(b) ? 1 : 0);
    }
    table = written; // Also where it is the same array: the entries are written before.
    numbers.put(bytes, number);
    return number;
  }

  /** Returns the table itself, 256 entries for each class by its number; nobody else writes to it. */
  byte[] table() {
    return table;
  }
}
