package dev.rekey.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.benchmarks.SourceLikeText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTest {
  @TempDir
  private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void rows_that_need_no_rival_program_are_measured_and_written() throws Exception {
    Path text = Files.createDirectories(folder.resolve("text/maven"));
    Files.createDirectories(folder.resolve("text/debian"));
    for (int i = 0; i < 400; i++) {
      Files.write(text.resolve("a" + i), SourceLikeText.of(3000, 0, i));
    }
    Path page = folder.resolve("page.md");

    assertThat(run(
            "--corpus",
            folder.resolve("text").toString(),
            "--work",
            folder.resolve("work").toString(),
            "--rivals",
            folder.resolve("none").toString(),
            "--out",
            page.toString(),
            "--about",
            "Of a test.",
            "--quick",
            "--megabytes",
            "1",
            "--rows",
            "files"))
        .as(err::toString)
        .isZero();

    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines.get(lines.size() - 1))
        .matches("stream=- hot=- rules2000=- entropy=- ripgrep=- files=0\\.\\d\\d"
            + " adversarial_mbps=- build_ms=- heap10gb_mb=-");
    assertThat(page).content().contains("Of a test.", "178 caseless", "page.svg", "10,000 small");
    assertThat(folder.resolve("page.svg")).content().startsWith("<svg").contains("only reading");
  }

  @Test
  void wrong_options_are_told_with_the_usage() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--colour", "red")).isEqualTo(2);
    assertThat(run("--out")).isEqualTo(2);
    assertThat(run("--megabytes", "many")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("usage: Compare", "--colour", "--corpus is missing", "not a number: many");
  }

  @Test
  void a_corpus_that_is_not_there_is_an_error_with_a_message() {
    assertThat(run(
            "--corpus", folder.resolve("nowhere").toString(),
            "--work", folder.resolve("work").toString(),
            "--rivals", folder.toString(),
            "--out", folder.resolve("page.md").toString()))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("can't be run", "nowhere");
  }

  @Test
  void findings_that_differ_are_told_by_rule_and_file_and_nothing_more() {
    List<BenchRule> rules = BenchRules.of(354).list();
    HyperscanRows.requireSame(Set.of(new Match(1, 2)), Set.of(new Match(1, 2)), rules);
    assertThatThrownBy(() -> HyperscanRows.requireSame(
            Set.of(new Match(1, 2), new Match(7, 3)),
            Set.of(new Match(1, 2), new Match(8, 180)),
            rules))
        .isInstanceOf(HyperscanRows.DifferentFindings.class)
        .hasMessage("the findings differ. Rekey lacks 1 (bench.vendor-8 in file 8); it alone has 1"
            + " (bench.prefix-3 in file 7)");
  }

  @Test
  void the_texts_of_an_adversary_are_a_megabyte_each_and_the_same_each_time() {
    BenchRules rules = BenchRules.of(BenchRules.STANDARD);
    assertThat(new Adversary(rules).texts())
        .hasSizeGreaterThan(15)
        .allSatisfy((name, text) -> assertThat(text).as(name).hasSize(1_000_000));
    assertThat(new Adversary(rules).secrets()).isEqualTo(new Adversary(rules).secrets());
    assertThat(Adversary.block().id()).isEqualTo("bench.block");
  }

  @Test
  void a_repeated_text_is_a_stream_of_all_its_bytes() throws Exception {
    try (RepeatedText text = new RepeatedText("abc".getBytes(StandardCharsets.US_ASCII), 3)) {
      assertThat(text.read()).isEqualTo('a');
      assertThat(new String(text.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("bcabcabc");
      assertThat(text.read()).isEqualTo(-1);
    }
    assertThat(LongStream.text()).hasSize(1 << 20);
  }

  @Test
  void a_fresh_jvm_tells_how_long_its_detector_took() throws Exception {
    long[] told = Child.numbers(Child.java(List.of(), ReadyDetector.class));
    assertThat(told).hasSize(3);
    assertThat(told[0]).isPositive();
  }

  @Test
  void a_fresh_jvm_finds_all_tokens_of_a_stream_in_a_small_heap() throws Exception {
    List<String> command = Child.java(List.of("-Xmx64m"), LongStream.class, "8");
    assertThat(Child.tried(command, 120)).hasValue(0);
  }

  private int run(String... arguments) {
    return Compare.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
