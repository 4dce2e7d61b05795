package dev.rekey.detect;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a task allocates on the heap, when it has been run so often that nothing is new to it. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int WARM_UPS = 20;

  private Allocation() {}

  /** Runs a task so often, after a warm-up, and returns the bytes that this thread allocated. */
  static long of(Runnable task, int times) {
    for (int i = 0; i < WARM_UPS; i++) {
      task.run();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      task.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
