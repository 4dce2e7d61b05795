package dev.rekey.detect.engine;

/**
 * The bytes around a match, for as long as the call lasts that it was passed to.
 *
 * <p>Lines are seen up to the longest span of the engine's patterns, and at least 256 bytes, on each
 * side of the match; a longer reach is cut to that.
 */
public interface Text {
  /** Returns a copy of the bytes from {@code from} to {@code to}, in positions of the content. */
  byte[] copy(long from, long to);

  /**
   * Returns where the part of the line starts that holds {@code position} and that lies within
   * {@code reach} bytes before it.
   */
  long lineStart(long position, int reach);

  /**
   * Returns where the part of the line ends that holds {@code position} and that lies within {@code
   * reach} bytes after it.
   */
  long lineEnd(long position, int reach);
}
