package dev.rekey.detect.engine;

/**
 * What one pattern may see of the buffer, as ISO-8859-1 characters, and how far it looked: that is
 * the work which a budget counts.
 *
 * <p>Confined to one thread; valid until the buffer moves.
 */
final class Window implements CharSequence {
  private final byte[] bytes;
  private final int from;
  private final int length;
  private int read;

  Window(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  /** Returns how many characters, from the first, have been looked at since {@link #restart}. */
  int read() {
    return read;
  }

  void restart() {
    read = 0;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    if (index >= read) {
      read = index + 1;
    }
    return (char) (bytes[from + index] & 0xff);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new Latin1(bytes, from + start, from + end);
  }

  /** Returns a fixed text: what it shows may be a secret. */
  @Override
  public String toString() {
    return "***";
  }
}
