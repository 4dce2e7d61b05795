package dev.rekey.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Note;
import dev.rekey.detect.RuleSet;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

class DetectBenchmarkTest {
  @Test
  void the_text_is_the_same_each_time_and_holds_near_misses_only() throws Exception {
    byte[] text = SourceLikeText.of(1 << 16, 256, 42);
    assertThat(text).isEqualTo(SourceLikeText.of(1 << 16, 256, 42));
    List<Finding> found = new ArrayList<>();
    List<Note> notes = Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build()
        .detect(new ByteArrayInputStream(text), "", (finding, secret) -> found.add(finding));
    assertThat(found).isEmpty();
    assertThat(notes).extracting(Note::kind).contains(Note.Kind.REJECTED);
  }

  /** A smoke run: that it runs, not how fast. */
  @Test
  void the_benchmark_runs() throws Exception {
    List<RunResult> results = new ArrayList<>(new Runner(new OptionsBuilder()
            .include(DetectBenchmark.class.getSimpleName())
            .param("keywordEvery", "4096")
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(100))
            .forks(0)
            .build())
        .run());
    assertThat(results).hasSize(1);
    assertThat(results.get(0).getPrimaryResult().getScore()).isPositive();
  }
}
