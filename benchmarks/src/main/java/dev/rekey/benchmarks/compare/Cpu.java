package dev.rekey.benchmarks.compare;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The CPU's clock. */
final class Cpu {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private Cpu() {}

  /** User and system time of this thread in nanoseconds. */
  static long ofThread() {
    return THREADS.getCurrentThreadCpuTime();
  }
}
