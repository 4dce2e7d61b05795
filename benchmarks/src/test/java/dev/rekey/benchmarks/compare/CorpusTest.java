package dev.rekey.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.benchmarks.SourceLikeText;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir
  private Path folder;

  @Test
  void text_is_taken_in_the_same_order_each_time_and_nothing_else() throws Exception {
    for (int i = 0; i < 50; i++) {
      write("maven/a" + i + ".txt", "text " + i);
    }
    write("maven/binary", "a\0b");
    write("maven/utf-16", "\u00ff\u00fea");
    write("maven/empty", "");
    write("npm/other", "of a kind that was not asked for");
    long bytes = 10 * 6 + 40 * 7;

    Corpus corpus = Corpus.of(folder, List.of("maven"), bytes);

    assertThat(corpus.bytes()).isEqualTo(bytes);
    assertThat(corpus.files()).hasSize(50).allMatch(file -> file[0] == 't');
    assertThat(texts(corpus)).isEqualTo(texts(Corpus.of(folder, List.of("maven"), bytes)));
    assertThat(texts(corpus)).isNotEqualTo(texts(corpus).stream().sorted().toList());
    assertThatThrownBy(() -> Corpus.of(folder, List.of("maven"), bytes + 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fewer than " + (bytes + 1));
  }

  @Test
  void what_is_written_is_what_another_program_reads() throws Exception {
    Corpus corpus = new Corpus(List.of(bytes("one"), bytes("three")));
    Path bin = folder.resolve("bin");
    Path idx = folder.resolve("idx");
    corpus.write(bin, idx);
    assertThat(bin).hasContent("onethree");
    try (DataInputStream index = new DataInputStream(Files.newInputStream(idx))) {
      assertThat(List.of(index.readInt(), index.readInt(), index.readInt()))
          .containsExactly(2, 3, 5);
      assertThat(index.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_sample_fits_and_is_the_same_for_the_same_seed() {
    List<byte[]> files = new ArrayList<>();
    for (int length = 1; length <= 100; length++) {
      files.add(new byte[length]);
    }
    Corpus corpus = new Corpus(files);
    List<Integer> sample = corpus.sample(1000, 7);
    assertThat(corpus.only(sample).bytes()).isBetween(900L, 1000L);
    assertThat(sample).isEqualTo(corpus.sample(1000, 7)).isNotEqualTo(corpus.sample(1000, 8));
  }

  @Test
  void planting_reaches_one_hit_in_one_or_two_kib_and_is_the_same_each_time() {
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      files.add(SourceLikeText.of(20_000, 0, i));
    }
    BenchRules rules = BenchRules.of(BenchRules.STANDARD);
    Corpus corpus = new Corpus(files);

    Planter.Planted planted = new Planter(rules.list()).plant(corpus);

    assertThat(planted.hitsPerKib()).isBetween(0.5, 1.0);
    assertThat(planted.secrets()).isEqualTo(8);
    // Markers among the literals are matches too.
    assertThat(new RekeyScan(rules.ruleSet()).findings(planted.corpus(), rules.list()))
        .hasSizeBetween(8, 30);
    assertThat(texts(new Planter(rules.list()).plant(corpus).corpus()))
        .isEqualTo(texts(planted.corpus()));
  }

  @Test
  void hits_are_counted_at_each_place_and_by_each_rules_case() {
    LiteralHits hits = new LiteralHits(List.of(
        new BenchRule(BenchRule.Kind.PREFIX, 0, "abc_", "a-z", 8, 8),
        new BenchRule(BenchRule.Kind.VENDOR, 0, "abc", "a-z", 8, 8)));
    assertThat(hits.in(bytes("abc_ABC_abc"))).isEqualTo(4);
    assertThat(hits.in(bytes("ab"))).isZero();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(folder.resolve(name.substring(0, name.indexOf('/'))));
    Files.write(file, bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> texts(Corpus corpus) {
    return corpus.files().stream()
        .map(file -> new String(file, StandardCharsets.ISO_8859_1))
        .toList();
  }
}
