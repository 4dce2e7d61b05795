package dev.rekey.detect.engine;

import java.util.Arrays;

/**
 * The places where a match may start that are still to be looked at, in the order of these places.
 *
 * <p>One is a number: the index in the buffer above what follows it, so that comparing two is one
 * instruction and a queue is an array that is reused. What follows is how many more places there are,
 * where an anchor leaves that open and its first was looked for, and the number of the anchor. They
 * come nearly in order. Equal ones are kept once. Confined to one thread.
 */
final class CandidateQueue {
  /** The bits of the number of an anchor; above them are ten for the places that are left. */
  private static final int ANCHOR_BITS = 21;

  private static final int ANCHOR = (1 << ANCHOR_BITS) - 1;
  private static final int FIRST = 64;

  private long[] queue = new long[FIRST];
  private int head;
  private int tail;

  boolean isEmpty() {
    return head == tail;
  }

  /** Adds one; the index may be before the start of the buffer. */
  void add(int index, int anchor) {
    add((long) index << 32 | anchor);
  }

  /** Puts one back that was removed, for a later place, and so many more after that. */
  void putBack(int index, int anchor, int rest) {
    long candidate = (long) index << 32 | (long) (rest + 1) << ANCHOR_BITS | anchor;
    if (head > 0 && candidate < queue[head]) {
      queue[--head] = candidate;
    } else {
      add(candidate);
    }
  }

  private void add(long candidate) {
    if (tail == queue.length) {
      makeRoom();
    }
    if (head == tail || queue[tail - 1] < candidate) {
      queue[tail++] = candidate;
    } else {
      insert(candidate);
    }
  }

  private void insert(long candidate) {
    int at = Arrays.binarySearch(queue, head, tail, candidate);
    if (at < 0) {
      int to = -at - 1;
      System.arraycopy(queue, to, queue, to + 1, tail - to);
      queue[to] = candidate;
      tail++;
    }
  }

  private void makeRoom() {
    long[] larger = head > queue.length / 2 ? queue : new long[2 * queue.length];
    System.arraycopy(queue, head, larger, 0, tail - head);
    queue = larger;
    tail -= head;
    head = 0;
  }

  /** Returns the index of the first one. */
  int index() {
    return (int) (queue[head] >> 32);
  }

  /** Returns the anchor of the first one. */
  int anchor() {
    return (int) queue[head] & ANCHOR;
  }

  /** Returns how many places are left after that of the first one; negative if it was not put back. */
  int rest() {
    return ((int) queue[head] >>> ANCHOR_BITS) - 1;
  }

  /** Returns whether there is one at a place before another. */
  boolean isBefore(int index) {
    return head < tail && index() < index;
  }

  /** Returns whether the first one is of the same anchor at the same place, and was put back too. */
  boolean hasMore(int index, int anchor) {
    return head < tail && index() == index && anchor() == anchor && rest() >= 0;
  }

  void remove() {
    head++;
    if (head == tail) {
      head = 0;
      tail = 0;
    }
  }

  void clear() {
    head = 0;
    tail = 0;
  }

  /** Takes note that the bytes of the buffer have moved towards its start. */
  void shift(int by) {
    for (int i = head; i < tail; i++) {
      queue[i] -= (long) by << 32;
    }
  }
}
