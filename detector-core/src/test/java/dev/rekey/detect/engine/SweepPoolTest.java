package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An engine lends its sweeps: one to one thread for one content, whatever happened before. */
class SweepPoolTest {
  private static final long BUDGET = 1024 * 1024;
  private static final int THREADS = 8;
  private static final long SEED = 5;

  private static final List<Program> PROGRAMS = List.of(
      Program.patterned(List.of("tok_"), List.of("\\b(?<secret>tok_[a-z]{4,8})\\b"), 64),
      Program.patterned(List.of("key"), List.of("(?i)key *= *(?<secret>[0-9a-z]{6,})"), 256),
      Program.block(List.of("<<BEGIN"), "<<BEGIN>>", "<<END>>", 4096),
      Program.patterned(List.of(), List.of("(?<secret>[0-9]{12})"), 64),
      Program.tokenRun(24, 3.5, 128));

  /** Nobody closes its sweeps, so that each is a new one. */
  private static final Engine UNUSED = Engine.compile(PROGRAMS);

  private final Engine engine = Engine.compile(PROGRAMS);

  @Test
  void a_sweep_is_used_again_after_it_was_closed() {
    Sweep first = engine.sweep(new Recording(), BUDGET);
    first.close();

    assertThat(engine.sweep(new Recording(), BUDGET)).isSameAs(first);
  }

  @Test
  void a_sweep_is_nobody_elses_between_the_end_of_its_content_and_its_close() {
    byte[] text = bytes("x tok_abcd x");
    Recording others = new Recording();
    Sweep ended = engine.sweep(new Recording(), BUDGET);
    ended.whole(text, 0, text.length);
    Sweep other = engine.sweep(others, BUDGET);
    other.feed(text, 0, 6);
    ended.close();
    other.feed(text, 6, text.length);
    other.finish();

    assertThat(other).isNotSameAs(ended);
    assertThat(others.matches).hasSize(1);
  }

  @Test
  void a_sink_that_sweeps_with_the_same_engine_gets_a_sweep_of_its_own() {
    byte[] text = bytes("x tok_abcd x tok_efgh x ");
    Recording outer = new Recording();
    Recording inner = new Recording();
    Sink nested = new Delegating(outer) {
      @Override
      public void matched(Match match, Text around) {
        try (Sweep again = engine.sweep(inner, BUDGET)) {
          again.whole(text, 0, text.length);
        }
        super.matched(match, around);
      }
    };
    try (Sweep sweep = engine.sweep(nested, BUDGET)) {
      sweep.feed(text, 0, text.length);
      sweep.finish();
    }

    assertThat(outer.matches).isEqualTo(plain(text).matches).hasSize(2);
    assertThat(inner.matches).hasSize(4);
  }

  @Test
  void after_a_sink_threw_the_next_sweep_knows_nothing_of_its_content() {
    Random random = new Random(SEED);
    for (int round = 0; round < 60; round++) {
      byte[] broken = content(random);
      int left = random.nextInt(6);
      Sink throwing = new Delegating(new Recording()) {
        private int heard;

        @Override
        public void matched(Match match, Text around) {
          if (++heard > left) {
            throw new IllegalStateException("full");
          }
        }
      };
      assertThatThrownBy(() -> {
            try (Sweep sweep = engine.sweep(throwing, BUDGET)) {
              if (left % 2 == 0) {
                sweep.whole(broken, 0, broken.length);
              } else {
                sweep.feed(broken, 0, broken.length);
                sweep.finish();
              }
            }
          })
          .isInstanceOf(IllegalStateException.class);
      assertSwept(content(random), "seed " + SEED + ", round " + round);
    }
  }

  @Test
  void a_content_that_is_given_up_half_way_leaves_nothing_behind() {
    Random random = new Random(SEED);
    for (int round = 0; round < 60; round++) {
      byte[] half = content(random);
      try (Sweep sweep = engine.sweep(new Recording(), BUDGET)) {
        sweep.feed(half, 0, random.nextInt(half.length));
      }
      assertSwept(content(random), "seed " + SEED + ", round " + round);
    }
  }

  @Test
  void a_sweep_that_is_never_closed_is_missed_by_nobody() {
    byte[] half = content(new Random(SEED));
    Sweep lost = engine.sweep(new Recording(), BUDGET);
    lost.feed(half, 0, half.length / 2);

    byte[] text = bytes("x tok_abcd x");
    Recording recording = new Recording();
    try (Sweep sweep = engine.sweep(recording, BUDGET)) {
      assertThat(sweep).isNotSameAs(lost);
      sweep.whole(text, 0, text.length);
    }
    assertThat(recording.matches).hasSize(1);
  }

  @Test
  void a_sweep_for_nobody_is_wiped_all_the_same() {
    byte[] half = bytes("x tok_ab");
    try (Sweep sweep = engine.sweep(Sink.NONE, BUDGET)) {
      sweep.feed(half, 0, half.length);
    }
    assertSwept(bytes("cd tok_efgh "), "after a sweep for nobody");
  }

  /** More threads than there are places for idle sweeps, so that they take each other's. */
  @Test
  void no_two_threads_ever_have_the_same_sweep() throws Exception {
    Set<Sweep> lent =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    AtomicInteger clashes = new AtomicInteger();
    inThreads(random -> {
      for (int round = 0; round < 2_000; round++) {
        byte[] text = bytes("x tok_abcd x");
        Recording recording = new Recording();
        try (Sweep sweep = engine.sweep(recording, BUDGET)) {
          clashes.addAndGet(lent.add(sweep) ? 0 : 1);
          if (random.nextBoolean()) {
            sweep.whole(text, 0, text.length);
          } else {
            sweep.feed(text, 0, text.length);
            sweep.finish();
          }
          lent.remove(sweep);
        }
        assertThat(recording.matches).hasSize(1);
      }
    });
    assertThat(clashes).hasValue(0);
  }

  @Test
  void threads_that_share_an_engine_find_what_one_alone_does() throws Exception {
    inThreads(random -> {
      for (int round = 0; round < 40; round++) {
        byte[] content = content(random);
        assertThat(recorded(engine, content, random.nextInt(3))).isEqualTo(plain(content).matches);
      }
    });
  }

  private interface Task {
    void run(Random random);
  }

  private static void inThreads(Task task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(SEED + i);
        results.add(threads.submit(() -> task.run(random)));
      }
      for (Future<?> result : results) {
        result.get(120, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void assertSwept(byte[] content, String after) {
    for (int way = 0; way < 3; way++) {
      assertThat(recorded(engine, content, way)).as(after).isEqualTo(plain(content).matches);
    }
  }

  /** What a sweep finds that nobody has used. */
  private static Recording plain(byte[] content) {
    Recording recording = new Recording();
    UNUSED.sweep(recording, BUDGET).whole(content, 0, content.length);
    return recording;
  }

  private static List<String> recorded(Engine engine, byte[] content, int way) {
    Recording recording = new Recording();
    try (Sweep sweep = engine.sweep(recording, BUDGET)) {
      if (way == 0) {
        sweep.whole(content, 0, content.length);
      } else {
        int piece = way == 1 ? 997 : content.length;
        for (int from = 0; from < content.length; from += piece) {
          sweep.feed(content, from, Math.min(content.length, from + piece));
        }
        sweep.finish();
      }
    }
    return recording.matches;
  }

  private static byte[] content(Random random) {
    StringBuilder text = new StringBuilder();
    int length = 2_000 + random.nextInt(20_000);
    while (text.length() < length) {
      switch (random.nextInt(7)) {
        case 0 ->
          text.append(" tok_").append(letters(random, 3 + random.nextInt(7))).append(' ');
        case 1 -> text.append("Key = ").append(letters(random, random.nextInt(12)));
        case 2 -> text.append("<<BEGIN>>").append(letters(random, 40));
        case 3 -> text.append("<<END>>\n");
        case 4 -> text.append(random.nextLong(1_000_000_000_000L));
        case 5 -> text.append('"').append(token(random)).append('"');
        default -> text.append("some words and more of them\n".repeat(random.nextInt(9)));
      }
    }
    return bytes(
        text.append(" tok_abcd tok_bcde tok_cdef tok_defg tok_efgh tok_fghi ").toString());
  }

  private static String letters(Random random, int length) {
    return text(random, "abcdefghijklmnop", length);
  }

  private static String token(Random random) {
    return text(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32);
  }

  private static String text(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static class Delegating implements Sink {
    private final Sink to;

    Delegating(Sink to) {
      this.to = to;
    }

    @Override
    public void matched(Match match, Text text) {
      to.matched(match, text);
    }

    @Override
    public void settled(long position) {
      to.settled(position);
    }

    @Override
    public void truncated(int program, long position) {
      to.truncated(program, position);
    }

    @Override
    public void exhausted(long position) {
      to.exhausted(position);
    }
  }
}
