package dev.rekey.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickStartTest {
  @TempDir
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void findings_alone_end_with_0_and_standard_output_holds_the_report_only() throws Exception {
    new SampleApplication(folder).write("acme", "not-a-key");

    assertThat(run(folder.toString(), "--format", "jsonl")).isZero();

    List<String> lines = out().lines().toList();
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      JsonNode finding = new ObjectMapper().readTree(line);
      assertThat(finding.fieldNames())
          .toIterable()
          .contains(
              "version",
              "rule",
              "severity",
              "path",
              "line",
              "column",
              "startByte",
              "endByte",
              "confidence",
              "checksum",
              "redacted",
              "fingerprint");
    }
    assertThat(lines.get(0)).contains("\"github.token\"", "\"VALID\"", "ghp_…(40)");
    assertThat(err()).contains("3 contents: 3 scanned");
  }

  @Test
  void the_report_goes_to_a_file_where_one_is_named() throws Exception {
    new SampleApplication(folder).write("acme", "not-a-key");
    Path report = folder.resolveSibling(folder.getFileName() + ".sarif");

    assertThat(run(folder.toString(), "--format", "sarif", "--out", report.toString()))
        .isZero();

    assertThat(out()).isEmpty();
    JsonNode sarif = new ObjectMapper().readTree(report.toFile());
    assertThat(sarif.path("version").asText()).isEqualTo("2.1.0");
    assertThat(sarif.at("/runs/0/results")).hasSize(3);
  }

  @Test
  void reasons_are_told_instead_of_a_report_where_they_are_asked_for() throws Exception {
    new SampleApplication(folder).write("acme", "not-a-key");
    Files.writeString(folder.resolve("b.env"), "DB_PASSWORD=changeme\n");

    assertThat(run(folder.toString(), "--format", "why")).isZero();

    assertThat(out().lines())
        .anyMatch(line -> line.contains("github.token reported as a GitHub token ghp_…(40)"))
        .anyMatch(line -> line.matches("b.env:1:13 generic.password rejected by placeholder: .*"));
    assertThat(err()).contains("4 contents: 4 scanned");
  }

  @Test
  void an_empty_folder_is_a_finished_scan() throws Exception {
    assertThat(run(folder.toString())).isZero();
    assertThat(out()).contains("0 contents");
  }

  @Test
  void a_rule_of_ones_own_is_used() throws Exception {
    Path rules = Files.writeString(folder.resolve("acme.yaml"), ruleFile("HIGH"));
    Path scanned = Files.createDirectory(folder.resolve("scanned"));
    Files.writeString(scanned.resolve("a.txt"), "acme_" + "a1".repeat(10) + "\n");

    assertThat(run(scanned.toString(), "--rules", rules.toString(), "--format", "jsonl"))
        .isZero();
    assertThat(out()).contains("\"acme.token\"");
  }

  @Test
  void a_missing_folder_is_named_with_what_to_do() {
    assertThat(run(folder.resolve("nowhere").toString())).isEqualTo(2);
    assertThat(err()).contains("nowhere: no such folder; check the path");
    assertThat(out()).isEmpty();
  }

  @Test
  void a_file_is_no_folder() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "x");
    assertThat(run(file.toString())).isEqualTo(2);
    assertThat(err()).contains("a.txt: not a folder");
  }

  @Test
  void a_broken_rule_file_is_named_with_line_rule_and_field() throws Exception {
    Path rules = Files.writeString(folder.resolve("acme.yaml"), ruleFile("TERRIBLE"));
    assertThat(run(folder.toString(), "--rules", rules.toString())).isEqualTo(2);
    assertThat(err())
        .contains("acme.yaml:6: rule acme.token, field severity: expected one of LOW, MEDIUM, HIGH,"
            + " CRITICAL, not \"TERRIBLE\"");
  }

  @Test
  void a_missing_rule_file_is_named() {
    assertThat(run(folder.toString(), "--rules", folder.resolve("no.yaml").toString()))
        .isEqualTo(2);
    assertThat(err()).contains("no.yaml: no such rule file; check the path");
  }

  @Test
  void wrong_options_are_explained() {
    assertThat(run("--format", "jsonl")).isEqualTo(2);
    assertThat(run("a", "b")).isEqualTo(2);
    assertThat(run("a", "--format", "xml")).isEqualTo(2);
    assertThat(run("a", "--colour", "red")).isEqualTo(2);
    assertThat(run("a", "--out")).isEqualTo(2);
    assertThat(err())
        .contains(
            "options need a FOLDER to scan",
            "one folder at a time",
            "--format is one of table, jsonl, sarif, why, not xml",
            "no option --colour",
            "--out lacks its value");
  }

  @Test
  void a_report_into_a_folder_that_is_not_there_is_explained() {
    Path out = folder.resolve("no/report.txt");
    assertThat(run(folder.toString(), "--out", out.toString())).isEqualTo(2);
    assertThat(err()).contains("report.txt: its folder does not exist; make it first");
  }

  @Test
  void a_journal_that_was_changed_stops_the_tour_and_says_how_to_start_afresh() throws Exception {
    Path state = Files.createDirectory(folder.resolve("state"));
    Files.writeString(state.resolve("journal.jsonl"), "{\"schema\":\"rekey.journal/1\"}\n");
    assertThat(run()).isEqualTo(2);
    assertThat(err())
        .contains("journal.jsonl:1: not a journal", "to start afresh, delete " + state);
    assertThat(state.resolve("simulator.json")).as("nothing was begun").doesNotExist();
  }

  private static String ruleFile(String severity) throws IOException {
    return """
        schema: 1
        provider: acme
        rules:
          - id: acme.token
            label: an Acme token
            severity: %s
            remedy: guided
            keywords: ["acme_"]
            patterns: ['(?<secret>acme_[a-z0-9]{20})']
            examples: ['acme_<<[a-z0-9]{20}>>']
        """.formatted(severity);
  }

  private int run(String... arguments) {
    return QuickStart.run(
        List.of(arguments),
        folder.resolve("state"),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
