package dev.rekey.detect.engine;

/**
 * A view of bytes as ISO-8859-1 characters, without a copy. Its {@code toString} is fixed, since
 * what it shows may be a secret.
 */
public final class Latin1 implements CharSequence {
  private final byte[] bytes;
  private final int from;
  private final int to;

  /** Makes a view of the bytes from {@code from} to {@code to}, exclusive. */
  public Latin1(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  @Override
  public int length() {
    return to - from;
  }

  @Override
  public char charAt(int index) {
    return (char) (bytes[from + index] & 0xff);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new Latin1(bytes, from + start, from + end);
  }

  @Override
  public String toString() {
    return "***";
  }
}
