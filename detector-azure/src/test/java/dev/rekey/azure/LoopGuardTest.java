package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopGuardTest {
  @Test
  void every_circle_is_noticed_within_a_few_rounds() {
    for (int tail = 0; tail < 20; tail++) {
      for (int circle = 1; circle < 20; circle++) {
        LoopGuard guard = new LoopGuard();
        int links = 0;
        while (guard.objection(link(links, tail, circle)).isEmpty()) {
          links++;
          assertThat(links).as("tail %d, circle %d", tail, circle).isLessThan(200);
        }
        assertThat(links).isGreaterThanOrEqualTo(circle);
      }
    }
  }

  private static String link(int n, int tail, int circle) {
    return Integer.toString(n < tail ? n : tail + (n - tail) % circle);
  }

  @Test
  void a_chain_of_pages_is_long_but_not_endless() {
    LoopGuard guard = new LoopGuard();
    for (int i = 0; i < 100_000; i++) {
      assertThat(guard.objection("page " + i)).isEmpty();
    }
    assertThat(guard.objection("one more")).contains("more than 100000 pages");
  }
}
