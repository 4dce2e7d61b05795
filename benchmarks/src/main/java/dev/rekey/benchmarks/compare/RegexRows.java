package dev.rekey.benchmarks.compare;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What the same rules cost with a regular expression each, over a sample: nobody waits for more. */
final class RegexRows {
  private static final long SEED = 5;

  private RegexRows() {}

  static List<Row> of(Settings settings, BenchRules rules, Corpus corpus) {
    List<Integer> indexes = corpus.sample(settings.quick() ? 250_000 : 1_000_000, SEED);
    Corpus sample = corpus.only(indexes);
    List<String> texts = sample.files().stream()
        .map(file -> new String(file, StandardCharsets.ISO_8859_1))
        .toList();
    List<Predicate<String>> jdk = new ArrayList<>();
    List<Predicate<String>> re2j = new ArrayList<>();
    for (BenchRule rule : rules.list()) {
      Pattern pattern =
          Pattern.compile(rule.exported(), rule.caseless() ? Pattern.CASE_INSENSITIVE : 0);
      jdk.add(text -> pattern.matcher(text).find());
      com.google.re2j.Pattern other = com.google.re2j.Pattern.compile(
          rule.exported(), rule.caseless() ? com.google.re2j.Pattern.CASE_INSENSITIVE : 0);
      re2j.add(text -> other.matcher(text).find());
    }
    RekeyScan rekey = new RekeyScan(rules.ruleSet());
    rekey.pass(sample, 20);
    Rounds.Times times = new Rounds(1, 3)
        .run(List.of(
            () -> rekey.pass(sample, 20) / 20,
            pass("java.util.regex", jdk, texts),
            pass("RE2J", re2j, texts)));
    String title = String.format(
        Locale.ROOT,
        "bench-354 against each rule by itself, a sample of %.2f MB, with ",
        sample.bytes() / 1e6);
    return List.of(
        Row.of("", title + "java.util.regex", times, 0, 1, sample.bytes()),
        Row.of("", title + "RE2J", times, 0, 2, sample.bytes()));
  }

  private static LongSupplier pass(
      String name, List<Predicate<String>> patterns, List<String> texts) {
    return () -> {
      long start = Cpu.ofThread();
      long found = 0;
      for (String text : texts) {
        for (Predicate<String> pattern : patterns) {
          found += pattern.test(text) ? 1 : 0;
        }
      }
      long spent = Cpu.ofThread() - start;
      if (found == 0) {
        throw new IllegalStateException(name + " found none of the planted secrets");
      }
      return spent;
    };
  }
}
