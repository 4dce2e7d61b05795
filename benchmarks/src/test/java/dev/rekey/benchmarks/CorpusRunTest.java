package dev.rekey.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusRunTest {
  private static final long SEED = 20261124;

  @TempDir
  private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void what_is_planted_is_counted_by_rule_and_part_and_no_value_is_written() throws Exception {
    String token = FirstFinding.text();
    String password = random(16);
    Path corpus = folder.resolve("corpus");
    write(corpus.resolve("one/a/settings.env"), token.getBytes(StandardCharsets.UTF_8));
    write(corpus.resolve("one/b.env"), token.getBytes(StandardCharsets.UTF_8));
    write(
        corpus.resolve("two/app.yml"),
        ("password: changeme\ndbPassword: '" + password + "'\n").getBytes(StandardCharsets.UTF_8));
    write(corpus.resolve("two/image.png"), ("\0" + token).getBytes(StandardCharsets.UTF_8));
    Path listing = folder.resolve("listing");
    Path causes = folder.resolve("causes");
    Files.writeString(causes, "# of this test\ngithub.token: planted here\n");

    assertThat(run(
            corpus.toString(),
            "--listing",
            listing.toString(),
            "--causes",
            causes.toString(),
            "--about",
            "A made corpus."))
        .as("seed %d: %s", SEED, err)
        .isZero();

    String table = out.toString(StandardCharsets.UTF_8);
    assertThat(table)
        .as("seed %d", SEED)
        .contains("A made corpus.")
        .containsPattern("\\| one \\| 2 \\| 0\\.000 \\| 0 \\| 2 \\|")
        .containsPattern("\\| two \\| 1 \\| 0\\.000 \\| 1 \\| 1 \\|")
        .containsPattern("\\| \\*\\*github\\.token\\*\\* \\| 2 \\| 1 \\|")
        .containsPattern("\\| \\*\\*generic\\.password\\*\\* \\| 1 \\| 1 \\|")
        .contains("- `github.token`: planted here")
        .contains("- `generic.password`: **not examined**")
        .contains("| generic.password | rejected, a placeholder word | 1 |");
    List<String> lines = Files.readAllLines(listing);
    assertThat(lines).as("seed %d", SEED).hasSize(3);
    assertThat(lines.get(0))
        .startsWith("github.token\tone/a/settings.env:2:13\tghp_…(40)\tVALID\t");
    assertThat(table + lines)
        .as("seed %d", SEED)
        .doesNotContain(
            password, token.lines().skip(1).findFirst().orElseThrow().substring(16));
  }

  @Test
  void a_corpus_that_is_not_there_is_an_error_with_a_message() {
    assertThat(run(folder.resolve("nowhere").toString())).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("can't be counted", "nowhere");
    assertThat(out.size()).isZero();
  }

  @Test
  void a_corpus_without_parts_says_how_to_get_one() {
    assertThat(run(folder.toString())).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("corpus/fetch");
  }

  @Test
  void wrong_options_are_told_with_the_usage() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("corpus", "--colour", "red")).isEqualTo(2);
    assertThat(run("corpus", "--out")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("usage: CorpusRun", "--colour", "--out");
  }

  private int run(String... arguments) {
    return CorpusRun.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static void write(Path file, byte[] bytes) throws Exception {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static String random(int length) {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(
          "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789".charAt(random.nextInt(57)));
    }
    return text.toString();
  }
}
