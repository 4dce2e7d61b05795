package dev.rekey.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.engine.ByteProgramBenchmark;
import dev.rekey.detect.engine.CandidateQueueBenchmark;
import dev.rekey.detect.engine.GramSieveBenchmark;
import dev.rekey.detect.engine.LinesBenchmark;
import dev.rekey.detect.engine.TokenRunsBenchmark;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Smoke runs: that the benchmarks run, not how fast. */
class KernelBenchmarksTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        GramSieveBenchmark.class,
        ByteProgramBenchmark.class,
        TokenRunsBenchmark.class,
        LinesBenchmark.class,
        CandidateQueueBenchmark.class,
        EngineBenchmark.class
      })
  void each_benchmark_runs_and_tells_its_rate_by_cpu(Class<?> benchmark) throws Exception {
    List<RunResult> results = new ArrayList<>(new Runner(new OptionsBuilder()
            .include(benchmark.getSimpleName())
            .param("rules", "50")
            .param("shortest", "24")
            .param("text", "SOURCE")
            .param("density", "SECRETS")
            .param("disorder", "64")
            .addProfiler(CpuTime.class)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(100))
            .forks(0)
            .build())
        .run());
    assertThat(results).isNotEmpty();
    for (RunResult result : results) {
      assertThat(result.getPrimaryResult().getScore()).isPositive();
      assertThat(result.getSecondaryResults().get("cpu.rate").getScore()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_text_has_the_length_that_was_asked_for_and_is_the_same_each_time(TextKind kind) {
    assertThat(kind.of(10_001, 3)).hasSize(10_001).isEqualTo(kind.of(10_001, 3));
    assertThat(kind.of(10_001, 3)).isNotEqualTo(kind.of(10_001, 4));
  }

  @Test
  void two_threads_are_compared_with_two() throws Exception {
    assertThat(SharedDetector.measure(20, 1))
        .matches("shared_cpu=\\d+\\.\\d{3} shared_wall=\\d+\\.\\d{3} cpu=.* wall=.*");
  }
}
