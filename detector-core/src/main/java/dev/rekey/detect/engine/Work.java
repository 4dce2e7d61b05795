package dev.rekey.detect.engine;

/**
 * The work done in the absolute block of 64 KiB that a queue of candidates is in, which only ever
 * moves forward.
 *
 * <p>The unit is about a nanosecond or two: an instruction of a {@link ByteProgram}, or a quarter of
 * a byte that RE2J looks at. It does not depend on how a content comes in pieces. Confined to one
 * thread.
 */
final class Work {
  /** What a byte costs that RE2J is run at. */
  static final int LOOKED = 4;

  /**
   * What a byte costs that RE2J searches in: it follows all starts at once, and a long repeat keeps
   * each alive.
   */
  static final int SEARCHED = 32;

  private long block;
  private long done;
  private boolean exhausted;

  void begin() {
    block = -1;
    done = 0;
    exhausted = false;
  }

  void add(long units) {
    done += units;
  }

  /** Returns whether there is budget left for a position, and tells the sink once if there is none. */
  boolean affordable(long position, long budget, Sink sink) {
    long at = position / Sweep.STRIDE;
    if (at != block) {
      block = at;
      done = 0;
      exhausted = false;
    }
    if (done < budget) {
      return true;
    }
    if (!exhausted) {
      exhausted = true;
      sink.exhausted(block * Sweep.STRIDE);
    }
    return false;
  }
}
