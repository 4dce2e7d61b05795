package dev.rekey.detect;

import dev.rekey.detect.engine.Sweep;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of one content on their way to its sweep: as they are, without a mark of UTF-8, or as
 * UTF-8 where a mark says that they are UTF-16; and the way back to their offsets.
 *
 * <p>What a content is encoded in is told from its head alone, so that the pieces it comes in don't
 * matter. A surrogate without its partner, and half a unit at the end, become U+FFFD, each on its
 * own, so that nothing beside it is lost. Memory is constant. Confined to one thread.
 *
 * @see <a href="https://www.unicode.org/faq/utf_bom.html">UTF-8, UTF-16, UTF-32 and BOM</a>
 */
final class Transcoder implements Origin, AutoCloseable {
  /** How many bytes, or all of a shorter content, tell what it is encoded in. */
  static final int HEAD = 512;

  private static final int ROOM = 4 * 1024;
  private static final int LONGEST_CHARACTER = 4;
  private static final int REPLACEMENT = 0xfffd;
  private static final int FEWEST_UNITS = 8;

  private enum Form {
    AS_IT_IS(0),
    UTF_8(3),
    UTF_16LE(2),
    UTF_16BE(2);

    private final int mark;

    Form(int mark) {
      this.mark = mark;
    }
  }

  private final Form form;
  private final String undecoded;
  private final Optional<Trail> trail;
  private final byte[] out;
  private int size;
  private long taken;
  private boolean half;
  private byte firstHalf;
  private char high;

  private Transcoder(Form form, String undecoded, Optional<Trail> trail) {
    this.form = form;
    this.undecoded = undecoded;
    this.trail = trail;
    this.out = new byte[isUtf16() ? ROOM : 0];
  }

  /**
   * Starts on a content.
   *
   * @param head its first {@value #HEAD} bytes, or all of it
   * @param reach how far behind the bytes fed last an offset may be asked for
   * @param lines whether lines and columns will be asked for
   */
  static Transcoder of(byte[] head, int length, int reach, boolean lines) {
    String undecoded = undecoded(head, length);
    Form form = undecoded.isEmpty() ? marked(head, length) : Form.AS_IT_IS;
    boolean utf16 = form == Form.UTF_16LE || form == Form.UTF_16BE;
    return new Transcoder(
        form, undecoded, utf16 || lines ? Optional.of(new Trail(reach)) : Optional.empty());
  }

  /**
   * Returns whether a content is told at a glance to be swept as it is: it does not begin with a byte
   * of a mark, and its head has no zero byte, without which nothing looks like UTF-16 or UTF-32.
   */
  static boolean isPlain(byte[] bytes, int from, int to) {
    int first = from < to ? bytes[from] & 0xff : 0;
    return first != 0xef && first < 0xfe && !Zeros.any(bytes, from, Math.min(to, from + HEAD));
  }

  private static Form marked(byte[] head, int length) {
    if (starts(head, length, 0xef, 0xbb, 0xbf)) {
      return Form.UTF_8;
    }
    if (starts(head, length, 0xff, 0xfe)) {
      return Form.UTF_16LE;
    }
    return starts(head, length, 0xfe, 0xff) ? Form.UTF_16BE : Form.AS_IT_IS;
  }

  /**
   * Whether all units are in Unicode's range: little-endian, the mark alone may as well be that of
   * UTF-16 before a zero.
   */
  private static boolean isUtf32(byte[] head, int length) {
    boolean little = starts(head, length, 0xff, 0xfe, 0, 0);
    boolean all = little || starts(head, length, 0, 0, 0xfe, 0xff);
    for (int i = 0; all && i + 4 <= length; i += 4) {
      all = head[little ? i + 3 : i] == 0 && (head[little ? i + 2 : i + 1] & 0xff) <= 0x10;
    }
    return all;
  }

  private static boolean starts(byte[] head, int length, int... mark) {
    boolean starts = length >= mark.length;
    for (int i = 0; starts && i < mark.length; i++) {
      starts = (head[i] & 0xff) == mark[i];
    }
    return starts;
  }

  /** Returns why what the head seems to say is not followed, or empty. */
  private static String undecoded(byte[] head, int length) {
    Form marked = marked(head, length);
    String seen = "";
    if (isUtf32(head, length)) {
      seen = "its mark says UTF-32";
    } else if (marked == Form.AS_IT_IS
        && (looksWide(head, length, 0) || looksWide(head, length, 1))) {
      seen = "it looks like UTF-16 without a byte-order mark";
    } else if (marked != Form.AS_IT_IS && marked != Form.UTF_8 && looksLikeAscii(head, length)) {
      seen = "its mark says UTF-16, but what follows is ASCII";
    }
    return seen.isEmpty() ? seen : seen + "; it was scanned as the bytes that it is";
  }

  /** Whether three units in four, of eight at least, are printable ASCII with a zero byte. */
  private static boolean looksWide(byte[] head, int length, int ascii) {
    int units = length / 2;
    int wide = 0;
    for (int i = 0; i < 2 * units; i += 2) {
      wide += isPrintable(head[i + ascii]) && head[i + 1 - ascii] == 0 ? 1 : 0;
    }
    return units >= FEWEST_UNITS && wide >= units - units / 4;
  }

  /** Whether so many are two printable characters: as one in five CJK characters is. */
  private static boolean looksLikeAscii(byte[] head, int length) {
    int units = length / 2;
    int pairs = 1; // the mark, which is not to count against it
    for (int i = 2; i < 2 * units; i += 2) {
      pairs += isPrintable(head[i]) && isPrintable(head[i + 1]) ? 1 : 0;
    }
    return units >= FEWEST_UNITS && pairs >= units - units / 4;
  }

  private static boolean isPrintable(byte b) {
    return (b >= ' ' && b < 0x7f) || b == '\t' || b == '\r' || b == '\n';
  }

  /** Returns why the content's encoding is not undone, where it seems to have one, else empty. */
  String undecoded() {
    return undecoded;
  }

  /** Returns the lines and columns of what was fed. */
  Optional<Trail> trail() {
    return trail;
  }

  /** Takes the next bytes of the content. */
  void feed(byte[] bytes, int length, Sweep sweep) {
    int from = (int) Math.min(length, Math.max(0, form.mark - taken));
    taken += length;
    if (!isUtf16()) {
      pass(bytes, from, length, sweep);
      return;
    }
    for (int i = from; i < length; i++) {
      if (half) {
        half = false;
        int first = firstHalf & 0xff;
        int second = bytes[i] & 0xff;
        unit((char) (form == Form.UTF_16LE ? second << 8 | first : first << 8 | second));
        flush(LONGEST_CHARACTER + LONGEST_CHARACTER, sweep);
      } else {
        half = true;
        firstHalf = bytes[i];
      }
    }
    flush(ROOM, sweep);
  }

  /** Passes on what waits for the rest of its character, which does not come. */
  void finish(Sweep sweep) {
    if (high != 0) {
      put(REPLACEMENT);
    }
    if (half) {
      put(REPLACEMENT);
    }
    flush(ROOM, sweep);
  }

  @Override
  public long start(long position) {
    return isUtf16()
        ? Math.min(taken, form.mark + 2 * trail.orElseThrow().unitsBefore(position))
        : form.mark + position;
  }

  @Override
  public long end(long position) {
    return isUtf16()
        ? Math.min(taken, form.mark + 2 * trail.orElseThrow().unitsThrough(position))
        : form.mark + position;
  }

  @Override
  public void close() {
    Arrays.fill(out, (byte) 0);
    firstHalf = 0;
    high = 0;
  }

  private boolean isUtf16() {
    return form == Form.UTF_16LE || form == Form.UTF_16BE;
  }

  private void unit(char unit) {
    if (high != 0 && Character.isLowSurrogate(unit)) {
      put(Character.toCodePoint(high, unit));
      high = 0;
      return;
    }
    if (high != 0) {
      put(REPLACEMENT);
      high = 0;
    }
    if (Character.isHighSurrogate(unit)) {
      high = unit;
    } else {
      put(Character.isLowSurrogate(unit) ? REPLACEMENT : unit);
    }
  }

  private void put(int point) {
    if (point < 0x80) {
      out[size++] = (byte) point;
    } else if (point < 0x800) {
      out[size++] = (byte) (0xc0 | (point >> 6));
      out[size++] = (byte) (0x80 | (point & 0x3f));
    } else {
      if (point < 0x10000) {
        out[size++] = (byte) (0xe0 | (point >> 12));
      } else {
        out[size++] = (byte) (0xf0 | (point >> 18));
        out[size++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      }
      out[size++] = (byte) (0x80 | ((point >> 6) & 0x3f));
      out[size++] = (byte) (0x80 | (point & 0x3f));
    }
  }

  /** Passes on what is there, if less than {@code needed} bytes are free. */
  private void flush(int needed, Sweep sweep) {
    if (size > 0 && out.length - size < needed) {
      pass(out, 0, size, sweep);
      size = 0;
    }
  }

  private void pass(byte[] bytes, int from, int to, Sweep sweep) {
    if (trail.isPresent()) {
      trail.get().add(bytes, from, to); // First: the sweep's sink asks for it.
    }
    sweep.feed(bytes, from, to);
  }
}
