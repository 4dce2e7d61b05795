package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EngineTablesTest {
  private static final List<Program> PROGRAMS = List.of(
      Program.patterned(List.of("acme_"), List.of("\\b(?P<secret>acme_[a-z]{16})\\b"), 64),
      Program.patterned(List.of(), List.of("(?P<secret>[a-z]{3,5}JQQJ[0-9]{4})"), 99),
      Program.patterned(List.of(), List.of("(?P<secret>[0-9]{20})"), 100),
      Program.patterned(List.of("token"), List.of("[a-z]*token(?P<secret>[0-9]+)"), 200),
      Program.block(List.of("-----begin"), "-----BEGIN X-----", "-----END X-----", 3_000),
      Program.tokenRun(24, 3, 500),
      Program.patterned(List.of("BETA"), List.of("gamma=[0-9]{4}(?P<secret>[a-z]{4,9})"), 64));

  @Test
  void tables_that_were_written_are_read_array_by_array() {
    EngineTables made = EngineTables.of(PROGRAMS);
    Packed.Out out = new Packed.Out();
    made.write(out);
    EngineTables read = EngineTables.read(new Packed.In(out.bytes(), 0));
    assertThat(read.looking()).isEqualTo(made.looking()).containsExactly(1, 1, 0, 2, 1, 0, 3);
    assertThat(read.anchors()).isEqualTo(made.anchors()).hasSize(5);
    assertThat(read.sieve().slots()).isEqualTo(made.sieve().slots());
    assertThat(read.sieve().ranks()).isEqualTo(made.sieve().ranks());
    assertThat(read.sieve().agreed()).isEqualTo(made.sieve().agreed());
    assertThat(read.sieve().firstEntry()).isEqualTo(made.sieve().firstEntry());
    assertThat(read.sieve().anchors()).isEqualTo(made.sieve().anchors());
    assertThat(read.sieve().backs()).isEqualTo(made.sieve().backs());
    assertThat(read.sieve().words()).isEqualTo(made.sieve().words());
  }

  @Test
  void an_engine_that_was_read_is_the_one_that_would_be_compiled() {
    Packed.Out out = new Packed.Out();
    Engine.write(PROGRAMS, out);
    Engine read = Engine.read(PROGRAMS, new Packed.In(out.bytes(), 0));
    Engine compiled = Engine.compile(PROGRAMS);
    assertThat(read.capacity()).isEqualTo(compiled.capacity());
    assertThat(read.nearest()).isEqualTo(compiled.nearest());
    assertThat(read.farthest()).isEqualTo(compiled.farthest());
    assertThat(read.behind()).isEqualTo(compiled.behind());
    assertThat(read.searchedBefore()).isEqualTo(compiled.searchedBefore()).isEqualTo(200);
    assertThat(read.unanchored()).isEqualTo(compiled.unanchored()).containsExactly(2);
    assertThat(read.tokenRuns()).isEqualTo(compiled.tokenRuns()).containsExactly(5);
    for (int i = 0; i <= PROGRAMS.size(); i++) {
      assertThat(read.firstExpression(i)).isEqualTo(compiled.firstExpression(i));
    }
    assertThat(read.firstExpression(PROGRAMS.size())).isEqualTo(7);
    assertThat(read.keywords(1)).isEmpty();
    assertThat(read.keywords(6)).extracting(RequiredText::toString).containsExactly("beta");
  }

  @Test
  void tables_of_more_or_fewer_programs_are_refused() {
    Packed.Out out = new Packed.Out();
    Engine.write(PROGRAMS, out);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Engine.read(PROGRAMS.subList(1, 4), new Packed.In(out.bytes(), 0)))
        .withMessage("tables of 7 programs, not of 3");
  }

  @Test
  void lookouts_that_were_written_are_those_of_their_programs() {
    List<Program> programs = new ArrayList<>(PROGRAMS);
    for (long seed = 0; seed < 300; seed++) {
      String regex = "key" + new RandomPatterns(new Random(seed)).next();
      programs.add(Program.patterned(List.of(), List.of(regex), 64));
    }
    Packed.Out out = new Packed.Out();
    Lookouts.write(programs, out);
    Lookouts read = new Lookouts() {
      @Override
      protected Packed.In open() {
        return new Packed.In(out.bytes(), 0);
      }
    };
    int anchors = 0;
    for (int i = 0; i < programs.size(); i++) {
      if (programs.get(i) instanceof Program.Patterned patterned) {
        assertThat(read.late(i).get())
            .as("program %d", i)
            .usingRecursiveComparison()
            .isEqualTo(patterned.lookout());
        anchors += patterned.lookout().map(one -> one.anchors().size()).orElse(0);
      }
    }
    assertThat(anchors).isGreaterThan(100);
  }

  @Test
  void a_slot_has_no_more_bits_than_there_are_frequencies_for() {
    // Those beyond are the same in all grams that have the same bits below.
    int mask = (1 << GramFrequencies.BITS) - 1;
    long[] whole = new long[1 << GramFrequencies.BITS];
    for (long gram = 0; gram < 1 << 20; gram++) {
      long word =
          gram & 31 | (gram & 31 << 5) << 3 | (gram & 31 << 10) << 6 | (gram & 31 << 15) << 9;
      long slot = GramSieve.slots(word) & (1 << 20) - 1;
      int low = (int) slot & mask;
      assertThat(whole[low] == 0 || whole[low] == slot + 1).as("gram %x", gram).isTrue();
      whole[low] = slot + 1;
    }
  }
}
