package dev.rekey.detect;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes a rule set down as the page docs/RULES.md. */
final class RuleCatalogue {
  private static final String HEAD = """
      # Rules

      <!-- Generated from the rule files by RuleCatalogueTest, which says how. Don't edit it here. -->

      The %d rules that come with Rekey, by provider. Their patterns and examples are in [the rule files](../detector-core/src/main/resources/dev/rekey/detect/rules); a rule of your own is made as [CONTRIBUTING.md](../CONTRIBUTING.md) says.

      *Checks* verify offline what a value says about itself. The *remedy* is what ends the danger: **rotate**: its issuer makes a new one by API, and the old one dies; **revoke**: it can be killed by API, but nothing new can be issued by API; **guided**: a person acts, as the text beside it says. The *evidence* is **documented** where the issuer's own pages or published code state what the secret looks like, **observed** where they don't; the *reference* is what the rule was written from.
      """;

  private RuleCatalogue() {}

  static String page(RuleSet rules) {
    Map<String, List<Rule>> providers = new TreeMap<>();
    for (Rule rule : rules.rules()) {
      String provider = rule.id().substring(0, rule.id().indexOf('.'));
      providers.computeIfAbsent(provider, name -> new ArrayList<>()).add(rule);
    }
    StringBuilder page = new StringBuilder(HEAD.formatted(rules.rules().size()));
    providers.forEach((provider, its) -> {
      page.append("\n## ").append(provider).append("\n\n");
      page.append("| id | what it is | checks | severity | remedy | evidence | reference |\n");
      page.append("|---|---|---|---|---|---|---|\n");
      its.stream().sorted(Comparator.comparing(Rule::id)).forEach(rule -> page.append(row(rule)));
    });
    return page.toString();
  }

  private static String row(Rule rule) {
    String remedy = rule.remedy().name().toLowerCase(Locale.ROOT);
    return "| "
        + String.join(
            " | ",
            "`" + rule.id() + "`",
            cell(rule.label()),
            cell(String.join(", ", rule.checks())),
            rule.severity().name(),
            rule.runbook().isEmpty() ? remedy : remedy + ": " + cell(rule.runbook()),
            rule.evidence().name().toLowerCase(Locale.ROOT),
            String.join(
                "<br>", rule.references().stream().map(RuleCatalogue::link).toList()))
        + " |\n";
  }

  /** A reference starts with its address; a note may follow. */
  private static String link(String reference) {
    String[] words = reference.split(" ", 2);
    return "[" + cell(URI.create(words[0]).getHost()) + "](" + words[0] + ")"
        + (words.length > 1 ? " " + cell(words[1]) : "");
  }

  /** Text that means itself in a table of Markdown. */
  private static String cell(String text) {
    return text.replaceAll("\\s+", " ")
        .replaceAll("[\\\\`*_\\[\\]|]", "\\\\$0")
        .replace("<", "&lt;");
  }
}
