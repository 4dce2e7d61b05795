package dev.rekey.detect.engine;

import java.util.Arrays;

/**
 * The places where a match may start that are still to be looked at, in the order of these places.
 *
 * <p>One is a number: the index in the buffer above the number of the anchor, so that comparing two
 * is one instruction and a queue is an array that is reused. They come nearly in order. Equal ones
 * are kept once. Confined to one thread.
 */
final class CandidateQueue {
  private static final int FIRST = 64;

  private long[] queue = new long[FIRST];
  private int head;
  private int tail;

  boolean isEmpty() {
    return head == tail;
  }

  /** Adds one; the index may be before the start of the buffer. */
  void add(int index, int anchor) {
    long candidate = (long) index << 32 | anchor;
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
    return (int) queue[head];
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
