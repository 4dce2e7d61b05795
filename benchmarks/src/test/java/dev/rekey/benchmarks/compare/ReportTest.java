package dev.rekey.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportTest {
  private static final Rounds.Times TIMES =
      new Rounds.Times(List.of(new long[] {100, 200, 100}, new long[] {150, 250, 400}));

  private final Report report = new Report(List.of(
      Row.of("stream", "a & b", TIMES, 0, 1, 1_000),
      Row.figure("adversarial_mbps", "the worst", "1,234 MB/s", "which"),
      Row.figure("", "in the table alone", "7 ms", "")));

  @Test
  void a_ratio_is_the_median_of_the_rounds_ratios() {
    assertThat(TIMES.ratio(0, 1)).isEqualTo(1.5);
    assertThat(TIMES.leastRatio(0, 1)).isEqualTo(1.25);
    assertThat(TIMES.greatestRatio(0, 1)).isEqualTo(4);
    assertThat(TIMES.median(1)).isEqualTo(250);
    assertThat(Rounds.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
  }

  @Test
  void contestants_take_turns_and_warm_up_rounds_do_not_count() {
    StringBuilder turns = new StringBuilder();
    Rounds.Times times = new Rounds(1, 2)
        .run(List.of(() -> turns.append('a').length(), () -> turns.append('b').length()));
    assertThat(turns).hasToString("ababab");
    assertThat(times.nanoseconds().get(0)).containsExactly(3, 5);
    assertThat(times.nanoseconds().get(1)).containsExactly(4, 6);
  }

  @Test
  void the_line_for_machines_has_each_key_once_in_order() {
    assertThat(report.line())
        .isEqualTo("stream=1.50 hot=- rules2000=- entropy=- ripgrep=- files=-"
            + " adversarial_mbps=1234 build_ms=- heap10gb_mb=-");
  }

  @Test
  void the_table_has_a_line_for_each_row() {
    String page = report.markdown("Title", List.of("About."), "x.svg");
    assertThat(page)
        .startsWith("# Title\n\nAbout.\n\n![")
        .contains("(x.svg)")
        .contains("| a & b | 10,000 MB/s | 4,000 MB/s | **1.50** | rounds from 1.25 to 4.00 |")
        .contains("| the worst | 1,234 MB/s |  |  | which |")
        .contains("| in the table alone | 7 ms |  |  |  |")
        .endsWith("`" + report.line() + "`\n");
  }

  @Test
  void the_chart_is_svg_with_a_bar_for_each_ratio_and_a_line_at_one() throws Exception {
    String svg = new Chart("A < B", "c")
        .svg(List.of(new Chart.Bar("half", 0.5), new Chart.Bar("double", 2)));
    Element root = DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
        .getDocumentElement();
    NodeList bars = root.getElementsByTagName("rect");
    assertThat(bars.getLength()).isEqualTo(3); // and the background
    double half = width(bars, 1);
    assertThat(width(bars, 2)).isCloseTo(4 * half, offset(0.3));
    Element line = (Element) root.getElementsByTagName("line").item(0);
    double start = Double.parseDouble(((Element) bars.item(1)).getAttribute("x"));
    assertThat(Double.parseDouble(line.getAttribute("x1")))
        .isCloseTo(start + 2 * half, offset(0.3));
    assertThat(root.getTextContent()).contains("A < B", "half", "2.00");
    assertThat(report.svg("t", "c")).contains("1.50").doesNotContain("1234");
  }

  private static double width(NodeList bars, int index) {
    return Double.parseDouble(((Element) bars.item(index)).getAttribute("width"));
  }
}
