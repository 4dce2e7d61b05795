package dev.rekey.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.examples.readme.ReadmeTour;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.RotationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README shows code that compiles and runs, and the project's documents lead somewhere. */
class ReadmeTest {
  /** Surefire runs a module's tests in its folder. */
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final List<Path> SNIPPETS = List.of(
      ROOT.resolve("examples/src/main/java/dev/rekey/examples/readme"),
      ROOT.resolve("examples/src/test/java/dev/rekey/examples/readme"));

  private static final int LONGEST_ISSUER = 60;
  private static final Pattern FENCED_JAVA =
      Pattern.compile("(?:<!-- snippet: (\\w+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FENCED_SHELL = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile(" *// region\\n(.*?)// endregion\\n", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @TempDir
  private Path folder;

  @Test
  void each_block_of_java_in_the_readme_is_the_region_of_the_class_it_names() throws IOException {
    Map<String, String> shown = new LinkedHashMap<>();
    Matcher block = FENCED_JAVA.matcher(readme());
    while (block.find()) {
      assertThat(block.group(1))
          .as("the class named before:%n%s", block.group(2))
          .isNotNull();
      shown.put(block.group(1), block.group(2));
    }

    assertThat(shown).containsExactlyInAnyOrderEntriesOf(regions());
  }

  @Test
  void an_issuer_of_ones_own_is_short() throws IOException {
    assertThat(regions().get("TokenServiceIssuer"))
        .startsWith("public record TokenServiceIssuer")
        .endsWith("\n}\n");
    assertThat(regions().get("TokenServiceIssuer").lines())
        .hasSizeLessThanOrEqualTo(LONGEST_ISSUER);
  }

  @Test
  void the_first_two_blocks_end_with_the_main_job_and_the_tests() throws IOException {
    List<String> blocks =
        FENCED_SHELL.matcher(readme()).results().map(b -> b.group(1)).toList();

    assertThat(blocks).hasSizeGreaterThanOrEqualTo(2);
    assertThat(blocks.get(0).lines().reduce((before, last) -> last)).contains("./quickstart");
    assertThat(blocks.get(1).lines().reduce((before, last) -> last)).contains("./check");
    assertThat(readme().indexOf("```")).isEqualTo(readme().indexOf("```sh"));
    assertThat(ROOT.resolve("quickstart")).isExecutable();
    assertThat(ROOT.resolve("check")).isExecutable();
  }

  @Test
  void the_snippets_rotate_an_exposed_key_and_prove_it_dead() throws IOException {
    RotationResult result = ReadmeTour.play(folder);

    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Completed.class);
    RotationResult.Completed completed = (RotationResult.Completed) result;
    assertThat(completed.proof().verdict()).isEqualTo(DeathProof.Verdict.DEAD);
    assertThat(completed.residue())
        .extracting(Object::toString)
        .containsExactly("appsettings.json:1:22");
    String settings = Files.readString(folder.resolve("app/appsettings.json"));
    String key = settings.substring(21, 21 + 88);
    assertThat(key).endsWith("==");
    assertThat(Files.readString(folder.resolve("journal.jsonl"))).doesNotContain(key);
  }

  @Test
  void every_link_between_the_documents_leads_to_a_file() throws IOException {
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        String target = link.group(1).replaceFirst("#.*$", "");
        if (!target.isEmpty() && !target.contains(":")) {
          links++;
          if (!Files.exists(document.resolveSibling(target))) {
            dead.add(ROOT.relativize(document) + " → " + link.group(1));
          }
        }
      }
    }

    assertThat(links).isGreaterThan(20);
    assertThat(dead).isEmpty();
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  /** For each class with a region, what stands in it, moved to the margin of its end. */
  private static Map<String, String> regions() throws IOException {
    Map<String, String> regions = new TreeMap<>();
    for (Path folder : SNIPPETS) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Matcher region = REGION.matcher(Files.readString(file));
          while (region.find()) {
            regions.put(
                file.getFileName().toString().replace(".java", ""),
                region.group(1).stripIndent());
          }
        }
      }
    }
    return regions;
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .forEach(documents::add);
    }
    return documents;
  }
}
