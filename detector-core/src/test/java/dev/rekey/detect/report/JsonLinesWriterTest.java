package dev.rekey.detect.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Finding;
import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.scan.MemorySource;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesWriterTest {
  private static final long SEED = 3;

  private final ReportWriter writer = new JsonLinesWriter();

  @Test
  void each_finding_is_one_line_in_rank_order() throws IOException {
    Reports reports = Reports.estate(SEED);

    List<JsonTree> lines = lines(reports.written(writer));

    assertThat(lines).hasSize(9);
    List<Finding> findings = reports.inventory.findings();
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i).at("fingerprint").value())
          .isEqualTo(findings.get(i).fingerprint().toString());
      assertThat(lines.get(i).at("path").value())
          .isEqualTo(findings.get(i).place().address());
    }
    assertThat(lines)
        .extracting(line -> -(Long) line.at("priority").value())
        .as("the most urgent first")
        .isSorted();
  }

  @Test
  void fields_come_in_the_documented_order_with_the_findings_data() throws IOException {
    GeneratedSecrets samples = new GeneratedSecrets(SEED);
    String key = samples.storageKey();
    Reports reports =
        Reports.of(new MemorySource().content("a/b.env", "x\nAccountName=acme;AccountKey=" + key));

    JsonTree line = lines(reports.written(writer)).get(0);

    assertThat(line.names())
        .containsExactly(
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
            "fingerprint",
            "label",
            "remedy",
            "priority",
            "attributes");
    assertThat(line.at("version").value()).isEqualTo(1L);
    assertThat(line.at("rule").value()).isEqualTo("azure.storage-connection-string");
    assertThat(line.at("severity").value()).isEqualTo("CRITICAL");
    assertThat(line.at("path").value()).isEqualTo("a/b.env");
    assertThat(line.at("line").value()).isEqualTo(2L);
    assertThat(line.at("column").value()).isEqualTo(29L);
    assertThat(line.at("startByte").value()).isEqualTo(30L);
    assertThat(line.at("endByte").value()).isEqualTo(118L);
    assertThat(line.at("confidence").value()).isEqualTo(0.99);
    assertThat(line.at("checksum").value()).isEqualTo("VALID");
    assertThat(line.at("redacted").value()).isEqualTo("…+ASt…(88)");
    assertThat(line.at("remedy").value()).isEqualTo("ROTATE");
    assertThat(line.at("attributes", "account").value()).isEqualTo("acme");
  }

  @Test
  void a_place_with_a_name_has_the_field_after_its_path() throws IOException {
    Reports reports =
        Reports.of(Named.source(Reports.SITE, "Db\"Token", new GeneratedSecrets(SEED)));

    JsonTree line = lines(reports.written(writer)).get(0);

    assertThat(line.names()).startsWith("version", "rule", "severity", "path", "name", "line");
    assertThat(line.at("name").value()).isEqualTo("Db\"Token");
  }

  @Test
  void hostile_addresses_stay_on_their_line() throws IOException {
    String hostile = "a\nb\u2028\"\\\u001b[2J/\u202e.txt";
    Reports reports =
        Reports.of(new MemorySource().content(hostile, new GeneratedSecrets(SEED).gitHubToken()));

    String text = reports.written(writer);

    assertThat(text).containsOnlyOnce("\n").endsWith("}\n").doesNotContain("\u001b");
    assertThat(lines(text).get(0).at("path").value()).isEqualTo(hostile);
  }

  @Test
  void nothing_found_is_nothing_written() throws IOException {
    assertThat(Reports.of(new MemorySource().content("a", "x")).written(writer)).isEmpty();
  }

  @Test
  void the_text_is_the_same_each_time_and_the_writer_stays_open() throws IOException {
    Reports reports = Reports.estate(SEED);
    List<String> calls = new ArrayList<>();

    assertThat(reports.written(writer)).isEqualTo(Reports.estate(SEED).written(writer));
    for (ReportWriter each :
        List.of(writer, new SarifWriter(), TableWriter.builder().build())) {
      each.write(reports.inventory, reports.report, new Writer() {
        @Override
        public void write(char[] characters, int offset, int length) {}

        @Override
        public void flush() {
          calls.add("flush");
        }

        @Override
        public void close() {
          calls.add("close");
        }
      });
    }
    assertThat(calls).contains("flush").doesNotContain("close");
  }

  private static List<JsonTree> lines(String text) throws IOException {
    List<JsonTree> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      lines.add(JsonTree.parse(line));
    }
    return lines;
  }
}
