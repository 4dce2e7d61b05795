package dev.rekey.detect.engine;

/**
 * Where the next marker of a block is, one of its two, for searches that only ever move forward.
 *
 * <p>It remembers what it knows, so that a text full of begin markers is searched for an end once, and
 * not once for each. Positions are those of the content. Confined to one thread.
 */
final class MarkerSearch {
  private long from = Long.MAX_VALUE; // no marker starts from here on ...
  private long until; // ... before this
  private long end = -1; // of the marker that starts at until; -1 if that is not known to be one
  private long foundStart;
  private long foundEnd;

  void begin() {
    from = Long.MAX_VALUE;
    until = 0;
    end = -1;
  }

  /** A marker's pattern. */
  interface Marker {
    /** Runs it at an index, and returns where it ends, or a negative number. */
    int end(int at, int to);

    /**
     * Returns the first index from one on at which it may be that it matches, whatever comes after
     * what is seen; the end of that if there is none.
     */
    int next(int at, int to);
  }

  /**
   * Finds the first marker that starts from an index on and ends by another, and returns whether there
   * is one.
   *
   * @param base the position of index 0
   */
  boolean find(int start, int to, long base, Marker marker) {
    if (base + start < from || base + start > until) {
      from = base + start;
      until = from;
      end = -1;
    }
    if (end >= 0 && end <= base + to) {
      foundStart = until;
      foundEnd = end;
      return true;
    }
    int at = marker.next((int) (until - base), to);
    int ends = -1;
    while (at < to) {
      ends = marker.end(at, Math.min(to, at + Program.Block.MARKER));
      if (ends >= 0) {
        break;
      }
      at = marker.next(at + 1, to);
    }
    if (end < 0) {
      int open = Math.max((int) (until - base), to - Program.Block.MARKER);
      // A marker may begin at the end of what is seen, and go on beyond it.
      until = base + (ends < 0 ? marker.next(open, to) : at);
      end = ends < 0 ? -1 : base + ends;
    }
    foundStart = base + at;
    foundEnd = base + ends;
    return ends >= 0;
  }

  /** Returns where the marker starts that was found. */
  long start() {
    return foundStart;
  }

  /** Returns where it ends. */
  long end() {
    return foundEnd;
  }
}
