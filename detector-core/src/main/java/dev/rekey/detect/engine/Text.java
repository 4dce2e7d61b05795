package dev.rekey.detect.engine;

/**
 * The bytes around a match, for as long as the call lasts that it was passed to.
 *
 * <p>They are seen up to the longest span of the engine's patterns, and at least {@link #REACH} bytes,
 * on each side of the match; a longer reach is cut to that.
 */
public interface Text {
  /** How many bytes on each side of a match can always be read, where the content has them. */
  int REACH = 4 * 1024;

  /** Returns a copy of the bytes from {@code from} to {@code to}, in positions of the content. */
  byte[] copy(long from, long to);

  /**
   * Returns where the part of the line starts that holds {@code position} and that lies within
   * {@code reach} bytes before it.
   */
  long lineStart(long position, int reach);

  /** Returns the first position that can be read within {@code reach} bytes before {@code position}. */
  long first(long position, int reach);

  /** Returns the last position that can be read up to, within {@code reach} bytes after {@code position}. */
  long last(long position, int reach);

  /**
   * Returns where the part of the line ends that holds {@code position} and that lies within {@code
   * reach} bytes after it.
   */
  long lineEnd(long position, int reach);
}
