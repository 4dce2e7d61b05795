package dev.rekey.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * A profiler for JMH that tells operations per second of CPU: what a busy machine does besides is not
 * in them.
 *
 * <p>Counted is the user and system time of all Java threads during an iteration, which are those that
 * run the benchmark, and hardly those that start and stop them; compilers and collectors are no Java
 * threads. Use it by {@code -prof dev.rekey.benchmarks.CpuTime}.
 */
public final class CpuTime implements InternalProfiler {
  private static final double NANOSECONDS = 1e9;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long before;

  /** Makes one: called by JMH. */
  public CpuTime() {}

  @Override
  public String getDescription() {
    return "operations per second of CPU";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = used();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double seconds = (used() - before) / NANOSECONDS;
    double rate = result.getMetadata().getAllOps() / seconds;
    return List.of(new ScalarResult("cpu.rate", rate, "ops/cpu-s", AggregationPolicy.AVG));
  }

  private long used() {
    long sum = 0;
    for (long thread : threads.getAllThreadIds()) {
      sum += Math.max(0, threads.getThreadCpuTime(thread)); // -1 if it has ended
    }
    return sum;
  }
}
