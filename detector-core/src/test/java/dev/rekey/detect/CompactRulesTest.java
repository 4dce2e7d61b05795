package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rekey.detect.engine.Engine;
import dev.rekey.detect.engine.Program;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What is loaded is what the files of rules say. */
class CompactRulesTest {
  private final byte[] built = RuleSet.bytes(CompactRules.RESOURCE);

  @Test
  void the_build_made_it_of_the_files_that_are_there() {
    assertThat(CompactRules.sources(built)).isEqualTo(CompactRules.sources());
  }

  @Test
  void the_rules_that_are_loaded_equal_those_of_the_files_field_by_field() throws Exception {
    List<Rule> files = new ArrayList<>(CompactRules.proved());
    List<Rule> loaded = new ArrayList<>(RuleSet.builtIn().rules());
    assertThat(loaded).hasSameSizeAs(files);
    for (int i = 0; i < files.size(); i++) {
      Rule.Builder expected = files.get(i).toBuilder();
      Rule.Builder actual = loaded.get(i).toBuilder();
      for (Field field : Rule.Builder.class.getDeclaredFields()) {
        field.setAccessible(true);
        Object value = field.get(actual);
        assertThat(value)
            .as("%s of %s", field.getName(), files.get(i))
            .isEqualTo(field.get(expected));
        if (value instanceof Collection<?> ordered) {
          assertThat(ordered.toArray()).isEqualTo(((Collection<?>) field.get(expected)).toArray());
        }
      }
    }
  }

  @Test
  void it_is_the_same_bytes_each_time_so_that_jars_are_reproducible() throws Exception {
    assertThat(CompactRules.write(CompactRules.proved(), CompactRules.sources()))
        .isEqualTo(built);
  }

  @Test
  void every_field_of_a_rule_is_written() throws Exception {
    Rule patterned = RuleTest.acme()
        .severity(Severity.LOW)
        .remedy(Remedy.REVOKE)
        .runbook("Ask Acme…")
        .confidence(0.25)
        .minEntropy(1.5)
        .span(128)
        .signature("acme_")
        .escape("json")
        .escape("percent")
        .part("host", "host=([a-z]+)")
        .part("user", "user=([a-z]+)")
        .requires("user")
        .within(3)
        .evidence(Evidence.DOCUMENTED)
        .check("azure.cask")
        .requireChecksum()
        .suppressor("placeholder")
        .yieldsTo("github.token")
        .yieldsTo("*")
        .reference("https://example.com")
        .build();
    Rule block = block();
    Rule run = RuleTest.run().minEntropy(3.25).span(77).build();
    List<Rule> read =
        CompactRules.read(CompactRules.write(List.of(patterned, block, run), new byte[32]));
    assertThat(read.get(2).program()).isEqualTo(run.program());
    for (Field field : Rule.Builder.class.getDeclaredFields()) {
      field.setAccessible(true);
      assertThat(field.get(read.get(0).toBuilder()))
          .as(field.getName())
          .isEqualTo(field.get(patterned.toBuilder()));
      assertThat(field.get(read.get(1).toBuilder()))
          .as(field.getName())
          .isEqualTo(field.get(block.toBuilder()));
      assertThat(field.get(read.get(2).toBuilder()))
          .as(field.getName())
          .isEqualTo(field.get(run.toBuilder()));
    }
  }

  @Test
  void a_rule_says_all_that_it_was_built_of_to_whoever_asks_first() throws Exception {
    Rule rule = CompactRules.read(
            CompactRules.write(List.of(RuleTest.acme().build()), new byte[32]))
        .get(0);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<String>> ask = Collections.nCopies(8, rule::label);
      for (Future<String> label : threads.invokeAll(ask)) {
        assertThat(label.get()).isEqualTo("an Acme API token");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rule.formed()).isTrue();
  }

  @Test
  void bytes_that_are_cut_or_of_another_version_are_refused() {
    byte[] other = built.clone();
    other[3]++;
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> CompactRules.read(other))
        .withMessageContaining("another version");
    for (long seed = 0; seed < 50; seed++) {
      int length = new Random(seed).nextInt(built.length);
      assertThatExceptionOfType(IllegalStateException.class)
          .as("seed %d", seed)
          .isThrownBy(() -> CompactRules.read(Arrays.copyOf(built, length)));
    }
  }

  @Test
  void the_engine_that_is_loaded_finds_what_one_finds_that_is_compiled() {
    RuleSet builtIn = RuleSet.builtIn();
    FingerprintKey key = FingerprintKey.of(new byte[32]);
    Detector loaded = Detector.builder(builtIn).fingerprintKey(key).build();
    // The same rules in a set that was not read: its engine is compiled of anchors that were read.
    Detector mixed = Detector.builder(RuleSet.empty().plusUnproved(builtIn.rules()))
        .fingerprintKey(key)
        .build();
    List<Rule> anew = new ArrayList<>();
    for (Rule rule : builtIn.rules()) {
      anew.add(rule.toBuilder().buildUnproved());
    }
    Detector compiled =
        Detector.builder(RuleSet.empty().plusUnproved(anew)).fingerprintKey(key).build();
    int found = 0;
    for (Rule rule : builtIn.rules()) {
      for (String example : rule.examples()) {
        List<Finding> findings = compiled.detect(example);
        found += findings.size();
        assertThat(loaded.detect(example)).as(rule.id()).isEqualTo(findings);
        assertThat(mixed.detect(example)).as(rule.id()).isEqualTo(findings);
      }
    }
    assertThat(found).isGreaterThan(800);
  }

  @Test
  void damaged_tables_and_anchors_are_refused() throws Exception {
    byte[] small = CompactRules.write(List.of(RuleTest.acme().build(), block()), new byte[32]);
    assertThat(all(small)).hasSize(2);
    int rules = small.length;
    while (--rules > 0 && refused(changed(small, rules))) {
      // as far as the sections go that have a checksum
    }
    assertThat(small.length - rules).isGreaterThan(300);
  }

  @Test
  void tables_of_other_rules_are_refused() throws Exception {
    byte[] one = CompactRules.write(List.of(RuleTest.acme().build()), new byte[32]);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> CompactRules.engine(one, List.of()))
        .withMessageContaining("its tables are not those of its rules");
  }

  private static byte[] changed(byte[] compact, int index) {
    byte[] changed = compact.clone();
    changed[index] ^= 0x10;
    return changed;
  }

  private static boolean refused(byte[] compact) {
    try {
      all(compact);
      return false;
    } catch (IllegalStateException refused) {
      assertThat(refused).hasMessageContaining("damaged");
      return true;
    }
  }

  /** Reads all sections. */
  private static List<Rule> all(byte[] compact) {
    List<Rule> rules = CompactRules.read(compact);
    List<Program> programs = rules.stream().map(Rule::program).toList();
    CompactRules.engine(compact, programs);
    Engine.compile(programs);
    return rules;
  }

  private static Rule block() {
    return Rule.named("acme.block")
        .label("an Acme block")
        .keyword("<ACME")
        .block("<ACME>", "</ACME>", 99)
        .example("<ACME>abc</ACME>")
        .build();
  }
}
