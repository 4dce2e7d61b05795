package dev.rekey.benchmarks.compare;

import java.io.InputStream;
import java.util.Objects;

/** A text, again and again: a stream of any length from little memory. */
final class RepeatedText extends InputStream {
  private final byte[] text;
  private long left;
  private int at;

  RepeatedText(byte[] text, long times) {
    this.text = text;
    this.left = text.length * times;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) {
    Objects.checkFromIndexSize(from, length, into.length);
    if (left == 0) {
      return -1;
    }
    int n = (int) Math.min(left, Math.min(length, text.length - at));
    System.arraycopy(text, at, into, from, n);
    at = at + n == text.length ? 0 : at + n;
    left -= n;
    return n;
  }
}
