package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of the rules is what the rules are. */
class RuleCatalogueTest {
  private static final Path PAGE = Path.of("..", "docs", "RULES.md");
  private static final String HOW =
      "mvn -pl detector-core test -Dtest=RuleCatalogueTest -Drekey.catalogue=write";

  @Test
  void the_page_is_up_to_date() throws IOException {
    String page = RuleCatalogue.page(RuleSet.builtIn());
    if (System.getProperty("rekey.catalogue", "").equals("write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
        .as("docs/RULES.md, which is written anew by: %s", HOW)
        .isEqualTo(page);
  }

  @Test
  void each_rule_has_a_row_of_seven_cells() {
    assertThat(RuleCatalogue.page(RuleSet.builtIn()).lines().filter(line -> line.startsWith("| `")))
        .hasSameSizeAs(RuleSet.builtIn().rules())
        .allSatisfy(row -> assertThat(row.split("(?<!\\\\)\\|")).hasSize(8));
  }

  @Test
  void no_text_breaks_the_table() {
    Rule rule = RuleTest.acme()
        .label("a <b>|`token`\n")
        .runbook("Ask | *Acme*.\n\n# Now")
        .reference("https://acme.example/a_b#c (read | once)")
        .reference("https://acme.example")
        .build();
    assertThat(RuleCatalogue.page(RuleSet.empty().plus(rule)))
        .endsWith("| `acme.api-token` | a &lt;b>\\|\\`token\\`  |  | HIGH |"
            + " guided: Ask \\| \\*Acme\\*. # Now | observed |"
            + " [acme.example](https://acme.example/a_b#c) (read \\| once)"
            + "<br>[acme.example](https://acme.example) |\n");
  }
}
