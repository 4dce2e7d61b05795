package dev.rekey.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstFindingTest {
  @Test
  void the_text_holds_one_token_whose_checksum_is_right() {
    List<Finding> findings = Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build()
        .detect(FirstFinding.text());
    assertThat(findings).extracting(Finding::rule).containsExactly("github.token");
    assertThat(findings).extracting(Finding::checksum).containsExactly(Checksum.VALID);
  }

  @Test
  void a_run_tells_its_points_in_their_order() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StartTimes.run(1, List.of("-Xshare:auto"), new PrintStream(out, true, StandardCharsets.UTF_8));
    List<Long> medians = out.toString(StandardCharsets.UTF_8)
        .lines()
        .skip(2)
        .map(line -> Long.valueOf(line.split("\\|")[2].strip()))
        .toList();
    assertThat(medians).hasSize(8).allMatch(time -> time > 0);
    assertThat(medians.subList(0, 5)).isSorted();
  }

  @Test
  void no_run_is_refused() {
    assertThatThrownBy(() -> StartTimes.run(0, List.of(), System.out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one run");
  }
}
