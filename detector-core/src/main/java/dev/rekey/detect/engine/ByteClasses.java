package dev.rekey.detect.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The classes that the programs of one engine use, each once, as a table: a byte is a member of a
 * class if its entry is not 0.
 *
 * <p>Immutable and thread-safe.
 */
final class ByteClasses {
  /** The number of {@link ByteClass#WORD} in every table. */
  static final int WORD = 0;

  private final byte[] table;

  private ByteClasses(byte[] table) {
    this.table = table;
  }

  /** Returns how many there are; they are numbered from 0. */
  int count() {
    return table.length / 256;
  }

  /** Returns the table itself, 256 entries for each class; nobody writes to it. */
  byte[] table() {
    return table;
  }

  /** Collects classes. Not thread-safe. */
  static final class Builder {
    private final Map<ByteClass, Integer> numbers = new HashMap<>();
    private final List<ByteClass> classes = new ArrayList<>();

    Builder() {
      number(ByteClass.WORD);
    }

    /** Returns the number of a class, the same for equal ones. */
    int number(ByteClass bytes) {
      Integer number = numbers.putIfAbsent(bytes, classes.size());
      if (number == null) {
        classes.add(bytes);
        return classes.size() - 1;
      }
      return number;
    }

    /** Returns the classes so far; numbers stay the same when more are added. */
    ByteClasses build() {
      byte[] table = new byte[256 * classes.size()];
      for (int i = 0; i < classes.size(); i++) {
        int base = 256 * i;
        ByteClass bytes = classes.get(i);
        for (int b = 0; b < 256; b++) {
          table[base + b] = (byte) (bytes.contains(b) ? 1 : 0);
        }
      }
      return new ByteClasses(table);
    }
  }
}
