package dev.rekey.detect.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * Numbers and texts one after another in bytes.
 *
 * <p>A number that is not negative has seven bits in each byte, the lowest first, and the highest bit
 * set but in the last. A text is its length in bytes and its UTF-8; a list is its size and its texts.
 */
public final class Packed {
  private Packed() {}

  /** Writes. Not thread-safe. */
  public static final class Out {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public void number(int number) {
      int rest = number;
      for (; rest >>> 7 != 0; rest >>>= 7) {
        bytes.write(0x80 | rest);
      }
      bytes.write(rest);
    }

    public void fraction(double number) {
      long bits = Double.doubleToLongBits(number);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        bytes.write((int) (bits >>> shift));
      }
    }

    public void raw(byte[] more) {
      bytes.writeBytes(more);
    }

    /** Four bytes for each, the lowest first; how many there are is not written. */
    public void ints(int[] numbers) {
      ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * numbers.length);
      buffer.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(numbers);
      raw(buffer.array());
    }

    /** Eight bytes for each, the lowest first; how many there are is not written. */
    public void longs(long[] numbers) {
      ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES * numbers.length);
      buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(numbers);
      raw(buffer.array());
    }

    public void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      number(utf8.length);
      raw(utf8);
    }

    public void texts(Collection<String> texts) {
      number(texts.size());
      for (String text : texts) {
        text(text);
      }
    }

    public byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /**
   * Reads what {@link Out} wrote; throws {@link IndexOutOfBoundsException} where it ends too early.
   *
   * <p>Not thread-safe. Single numbers are read by hand: a buffer takes a fresh JVM three
   * times as long.
   */
  public static final class In {
    private final byte[] bytes;
    private int at;

    /** Starts to read at an index. */
    public In(byte[] bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    public int at() {
      return at;
    }

    public void skipTo(int index) {
      at = index;
    }

    public int number() {
      int number = 0;
      int shift = 0;
      byte b = bytes[at++];
      for (; b < 0; b = bytes[at++]) {
        number |= (b & 0x7f) << shift;
        shift += 7;
      }
      return number | b << shift;
    }

    public double fraction() {
      long bits = 0;
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        bits |= (bytes[at++] & 0xffL) << shift;
      }
      return Double.longBitsToDouble(bits);
    }

    public byte[] raw(int length) {
      byte[] raw = new byte[length];
      System.arraycopy(bytes, at, raw, 0, length);
      at += length;
      return raw;
    }

    /** Reads so many at once, for which a buffer is the fastest. */
    public int[] ints(int count) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, at, Math.multiplyExact(Integer.BYTES, count));
      int[] numbers = new int[count];
      buffer.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(numbers);
      at += Integer.BYTES * count;
      return numbers;
    }

    /** Reads so many at once, for which a buffer is the fastest. */
    public long[] longs(int count) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, at, Math.multiplyExact(Long.BYTES, count));
      long[] numbers = new long[count];
      buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(numbers);
      at += Long.BYTES * count;
      return numbers;
    }

    public String text() {
      int length = number();
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** A text in ASCII, which need not be decoded: so is most of what is read at the start. */
    public String ascii() {
      int length = number();
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.ISO_8859_1);
    }

    public void texts(Collection<String> to) {
      for (int i = number(); i > 0; i--) {
        to.add(text());
      }
    }

    public List<String> asciis() {
      int size = number();
      String[] texts = new String[size];
      for (int i = 0; i < size; i++) {
        texts[i] = ascii();
      }
      return List.of(texts);
    }
  }
}
