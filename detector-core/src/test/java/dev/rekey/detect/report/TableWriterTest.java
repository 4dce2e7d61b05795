package dev.rekey.detect.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.scan.MemorySource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableWriterTest {
  private static final long SEED = 9;

  private final TableWriter writer = TableWriter.builder().build();

  @Test
  void a_block_tells_what_why_where_and_ends_with_the_summary() throws IOException {
    Reports reports = Reports.estate(SEED);
    TableWriter chosen = TableWriter.builder()
        .placesShown(2)
        .issuer(exposure -> exposure.credential().rule().startsWith("azure")
            ? Optional.of("the storage account acme")
            : Optional.empty())
        .build();

    String table = reports.written(chosen);

    assertThat(table)
        .startsWith("3 exposed credentials at 9 places, the most urgent first\n")
        .contains("  1. 100  CRITICAL  an Azure storage account key  →  rotate\n")
        .contains("+30 production  unknown, counts as yes: a test knows nothing\n")
        .contains(" +0 production  NO: its tag environment is test\n")
        .contains("+20 public      YES: its firewall allows all networks\n")
        .contains("one credential, 7 places\n")
        .contains("service-1/application.yaml:2:10\n")
        .contains("service-2/application.yaml:2:10\n")
        .contains("and 5 more\n")
        .doesNotContain("service-3")
        .contains("…+ASt…(88)  its checksum is valid: an issuer made it\n")
        .contains("***  it carries no checksum\n")
        .containsOnlyOnce("the storage account acme\n")
        .endsWith("\n" + reports.report + "\n");
    assertFits(table);
  }

  @Test
  void hostile_text_is_shown_and_never_acts() throws IOException {
    String hostile = "a\nb\r\tc\u001b[31m\u009b\u202egnp\u2066\u200b\u2028\ufeff\ud800.txt\u0007";
    Reports reports =
        Reports.of(new MemorySource().content(hostile, new GeneratedSecrets(SEED).gitHubToken()));

    String table = reports.written(writer);

    assertThat(table)
        .contains(
            "a\\nb\\r\\tc\\u001b[31m\\u009b\\u202egnp\\u2066\\u200b\\u2028\\ufeff\\ud800.txt\\u0007");
    assertThat(table.codePoints())
        .allMatch(
            point -> point == '\n' || (point >= 0x20 && point < 0x7f) || "…→".indexOf(point) >= 0);
    assertThat(table.lines().toList()).hasSameSizeAs(lines("plain.txt"));
  }

  @Test
  void long_and_wide_text_is_wrapped_to_a_hundred_columns() throws IOException {
    assertFits(written("folder/".repeat(40) + "file.txt"));
    assertFits(written("x".repeat(500)));
    assertFits(written("\u0007".repeat(200)));
    assertFits(written("y/" + "\u0007".repeat(200) + "/" + "z".repeat(90) + "\u202e"));
    String wide = written("\u5bc6".repeat(120));
    assertThat(wide.lines())
        .allSatisfy(line -> assertThat(
                line.codePoints().map(point -> point == 0x5bc6 ? 2 : 1).sum())
            .isLessThanOrEqualTo(100));
    assertThat(written("folder/".repeat(40) + "file.txt").replaceAll("\\s+", ""))
        .as("nothing is cut off")
        .contains("folder/".repeat(40) + "file.txt:1:1");
  }

  @Test
  void no_place_need_be_listed_and_a_negative_number_is_refused() throws IOException {
    String table =
        Reports.estate(SEED).written(TableWriter.builder().placesShown(0).build());

    assertThat(table).contains("and 7 more").doesNotContain("service-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TableWriter.builder().placesShown(-1))
        .withMessageContaining("-1");
  }

  @Test
  void nothing_found_is_said_in_words() throws IOException {
    Reports nothing = Reports.of(new MemorySource().content("a", "x"));

    assertThat(nothing.written(writer))
        .isEqualTo("No exposed credential was found.\n\n" + nothing.report + "\n");
  }

  @Test
  void the_table_is_the_same_each_time() throws IOException {
    assertThat(Reports.estate(SEED).written(writer))
        .isEqualTo(Reports.estate(SEED).written(writer))
        .doesNotContain("\r");
  }

  private static void assertFits(String table) {
    assertThat(table.lines())
        .allSatisfy(line ->
            assertThat(line.codePointCount(0, line.length())).as(line).isLessThanOrEqualTo(100));
  }

  private List<String> lines(String address) throws IOException {
    return written(address).lines().toList();
  }

  private String written(String address) throws IOException {
    return Reports.of(new MemorySource().content(address, new GeneratedSecrets(SEED).gitHubToken()))
        .written(writer);
  }
}
