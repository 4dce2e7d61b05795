package dev.rekey.detect;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A secret value that is shown only to code which asks for it.
 *
 * <p>A secret is either <em>lent</em>, for the duration of one call, or <em>owned</em> by whoever
 * made or copied it and must close it. A closed secret is wiped, as well as the JVM can, and reveals
 * nothing any more. It is not serializable, equals only itself, and its {@code toString} is fixed.
 *
 * <p>Thread-safe.
 */
public final class Secret implements AutoCloseable {
  private final byte[] value;
  private final boolean lent;
  private boolean open = true;

  private Secret(byte[] value, boolean lent) {
    this.value = value;
    this.lent = lent;
  }

  /** Returns a secret with these characters, which the caller owns and closes. */
  public static Secret of(CharSequence characters) {
    ByteBuffer encoded = ByteBuffer.allocate(Math.multiplyExact(characters.length(), 3));
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(characters), encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    return new Secret(bytes, false);
  }

  /** Returns a secret that takes over the array and is open only until its lender closes it. */
  static Secret lend(byte[] bytes) {
    return new Secret(bytes, true);
  }

  /**
   * Calls a function with the characters of the value and returns its result.
   *
   * <p>The array is wiped when the function returns. The value is read as UTF-8 where it is valid
   * UTF-8, else as ISO-8859-1.
   *
   * @throws IllegalStateException if this secret is closed, or was lent and the loan is over
   */
  public <T> T reveal(Function<? super char[], ? extends T> use) {
    char[] characters = withBytes(Secret::decode);
    try {
      return use.apply(characters);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  /**
   * Returns a copy that the caller owns and closes.
   *
   * @throws IllegalStateException if this secret is closed, or was lent and the loan is over
   */
  public Secret copy() {
    return new Secret(withBytes(byte[]::clone), false);
  }

  /** Wipes the value. Closing again does nothing. */
  @Override
  public synchronized void close() {
    open = false;
    Arrays.fill(value, (byte) 0);
  }

  /** Lends the bytes themselves; the function neither keeps nor changes them. */
  synchronized <T> T withBytes(Function<? super byte[], ? extends T> use) {
    if (!open) {
      throw new IllegalStateException(
          lent
              ? "this secret was lent until the call it was passed to returned; copy() keeps one"
              : "this secret is closed");
    }
    return use.apply(value);
  }

  private static char[] decode(byte[] bytes) {
    CharBuffer decoded = CharBuffer.allocate(bytes.length);
    if (StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes), decoded, true)
        .isError()) {
      decoded.clear();
      for (byte b : bytes) {
        decoded.put((char) (b & 0xff));
      }
    }
    char[] characters = Arrays.copyOf(decoded.array(), decoded.position());
    Arrays.fill(decoded.array(), '\0');
    return characters;
  }

  /** Returns a fixed text. */
  @Override
  public String toString() {
    return "Secret(***)";
  }
}
