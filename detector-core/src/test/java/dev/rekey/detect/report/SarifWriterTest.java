package dev.rekey.detect.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.scan.MemorySource;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.ScanReport;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SarifWriterTest {
  private static final long SEED = 5;

  private final ReportWriter writer = new SarifWriter();

  @Test
  void the_log_has_one_run_of_rekey() throws IOException {
    JsonTree log = JsonTree.parse(Reports.estate(SEED).written(writer));

    assertThat(log.names()).containsExactly("$schema", "version", "runs");
    assertThat(log.at("$schema").value())
        .isEqualTo("https://json.schemastore.org/sarif-2.1.0.json");
    assertThat(log.at("version").value()).isEqualTo("2.1.0");
    assertThat(log.at("runs").items()).hasSize(1);
    JsonTree run = log.at("runs", 0);
    assertThat(run.at("tool", "driver", "name").value()).isEqualTo("Rekey");
    assertThat(run.at("columnKind").value()).isEqualTo("unicodeCodePoints");
  }

  @Test
  void each_rule_that_found_something_is_described_once_and_results_point_to_it()
      throws IOException {
    JsonTree run = JsonTree.parse(Reports.estate(SEED).written(writer)).at("runs", 0);

    List<JsonTree> rules = run.at("tool", "driver", "rules").items();
    assertThat(rules)
        .extracting(rule -> rule.at("id").value())
        .containsExactly("azure.storage-account-key", "generic.password", "github.token");
    JsonTree rule = rules.get(0);
    assertThat(rule.at("shortDescription", "text").value())
        .isEqualTo("An Azure storage account key.");
    assertThat(rule.at("defaultConfiguration", "level").value()).isEqualTo("error");
    assertThat(rule.at("properties", "remedy").value()).isEqualTo("ROTATE");
    assertThat(rule.at("properties", "security-severity").value()).isEqualTo("9.5");
    for (JsonTree result : run.at("results").items()) {
      int index = Math.toIntExact((Long) result.at("ruleIndex").value());
      assertThat(rules.get(index).at("id").value())
          .isEqualTo(result.at("ruleId").value());
    }
  }

  @Test
  void a_result_says_what_where_and_how_urgent() throws IOException {
    Reports reports = Reports.estate(SEED);
    JsonTree results = JsonTree.parse(reports.written(writer)).at("runs", 0, "results");

    assertThat(results.items()).hasSize(9);
    JsonTree first = results.at(0);
    assertThat(first.at("level").value()).isEqualTo("error");
    assertThat(first.at("message", "text").value())
        .isEqualTo("An Azure storage account key stands here: …+ASt…(88); its checksum is valid."
            + " The same value stands at 6 other places."
            + " Rotate it: its issuer can make a new one and end this one.");
    assertThat(first.at("rank").value())
        .isEqualTo((long) reports.inventory.ranked().get(0).priority().score());
    JsonTree physical = first.at("locations", 0, "physicalLocation");
    assertThat(physical.at("artifactLocation", "uri").value())
        .isEqualTo("service-1/application.yaml");
    assertThat(physical.at("region").value())
        .hasToString("{startLine=2, startColumn=10, byteOffset=16, byteLength=88}");
    assertThat(first.at("partialFingerprints", "rekeyFingerprint/v1").value())
        .isEqualTo(
            reports.inventory.findings().get(0).fingerprint() + ":service-1/application.yaml");
    assertThat(first.at("properties", "attributes", "signature").value()).isEqualTo("+ASt");
    assertThat(first.at("locations", 0).names()).doesNotContain("logicalLocations");
  }

  @Test
  void a_cloud_resource_has_a_relative_uri_and_is_named_as_a_logical_location() throws IOException {
    JsonTree result = JsonTree.parse(
            Reports.of(Named.source(Reports.SITE, "Db Token", new GeneratedSecrets(SEED)))
                .written(writer))
        .at("runs", 0, "results", 0);

    assertThat(result
            .at("locations", 0, "physicalLocation", "artifactLocation", "uri")
            .value())
        .isEqualTo(Reports.SITE.substring(1) + "/Db%20Token");
    assertThat(result
            .at("locations", 0, "logicalLocations", 0, "fullyQualifiedName")
            .value())
        .isEqualTo(Reports.SITE + " › Db Token");
    assertThat((String) result.at("partialFingerprints", "rekeyFingerprint/v1").value())
        .endsWith(":" + Reports.SITE + "/Db Token");
  }

  @Test
  void hostile_addresses_are_relative_uris_still() throws IOException {
    List<String> hostile = List.of(
        "https://evil.example/x?y#z",
        "//evil.example/x",
        "C:/x",
        "a b\n%2e\u001b\u202e\"<>.txt",
        "\u5bc6\u94a5/\ud83d\udd11");
    MemorySource source = new MemorySource();
    hostile.forEach(address -> source.content(address, new GeneratedSecrets(SEED).gitHubToken()));

    List<JsonTree> results = JsonTree.parse(Reports.of(source).written(writer))
        .at("runs", 0, "results")
        .items();

    assertThat(results).hasSize(hostile.size());
    for (JsonTree result : results) {
      String text = (String) result
          .at("locations", 0, "physicalLocation", "artifactLocation", "uri")
          .value();
      URI uri = URI.create(text);
      assertThat(text).matches("[A-Za-z0-9._~/%-]+").doesNotStartWith("/");
      assertThat(uri.isAbsolute()).as(text).isFalse();
      assertThat(uri.getRawAuthority()).as(text).isNull();
    }
  }

  @Test
  void the_invocation_tells_when_and_whether_it_ran_to_its_end() throws IOException {
    JsonTree clean =
        invocation(new ScanReport(Reports.NOON, Duration.ofMillis(1500), 3, 1, 0, 0, 10, 0, false));
    assertThat(clean.at("executionSuccessful").value()).isEqualTo(true);
    assertThat(clean.at("startTimeUtc").value()).isEqualTo("2026-01-01T12:00:00.000Z");
    assertThat(clean.at("endTimeUtc").value()).isEqualTo("2026-01-01T12:00:01.500Z");
    assertThat(clean.names()).doesNotContain("toolExecutionNotifications");

    JsonTree gaps =
        invocation(new ScanReport(Reports.NOON, Duration.ZERO, 3, 1, 2, 1, 10, 0, false));
    assertThat(gaps.at("executionSuccessful").value()).isEqualTo(true);
    assertThat(gaps.at("toolExecutionNotifications", 0, "level").value()).isEqualTo("warning");
    assertThat(
            (String) gaps.at("toolExecutionNotifications", 0, "message", "text").value())
        .contains("2 refused, 1 failed");

    JsonTree cancelled =
        invocation(new ScanReport(Reports.NOON, Duration.ZERO, 3, 1, 0, 0, 10, 0, true));
    assertThat(cancelled.at("executionSuccessful").value()).isEqualTo(false);
    assertThat(cancelled.at("toolExecutionNotifications", 0, "level").value()).isEqualTo("error");
  }

  @Test
  void nothing_found_is_an_empty_list_of_results() throws IOException {
    Reports nothing =
        Reports.of(new MemorySource().gap("a", new Outcome.Refused("Reader on the vault")));

    JsonTree run = JsonTree.parse(nothing.written(writer)).at("runs", 0);

    assertThat(run.at("results").items()).isEmpty();
    assertThat(run.at("tool", "driver", "rules").items()).isEmpty();
  }

  @Test
  void the_text_is_the_same_each_time_with_line_feeds_only() throws IOException {
    String text = Reports.estate(SEED).written(writer);

    assertThat(text).isEqualTo(Reports.estate(SEED).written(writer)).doesNotContain("\r");
    assertThat(text).endsWith("}\n");
  }

  private JsonTree invocation(ScanReport report) throws IOException {
    StringWriter out = new StringWriter();
    writer.write(Reports.estate(SEED).inventory, report, out);
    return JsonTree.parse(out.toString()).at("runs", 0, "invocations", 0);
  }
}
