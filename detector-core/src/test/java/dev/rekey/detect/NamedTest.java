package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class NamedTest {
  private static final Suppressor OWN = candidate -> Optional.empty();

  private final Named<Suppressor> suppressors = Named.by(new BuiltInSuppressors());

  @Test
  void every_name_that_comes_with_rekey_is_made_once() {
    Named<Check> checks = Named.by(new BuiltInChecks());
    assertThat(checks.names()).hasSizeGreaterThan(40).contains("azure.storage-key", "jwt");
    assertThat(new HashSet<>(new BuiltInChecks().names())).hasSameSizeAs(checks.names());
    for (String name : checks.names()) {
      assertThat(checks.get(name)).as(name).isNotNull().isSameAs(checks.get(name));
    }
    assertThat(suppressors.names()).hasSizeGreaterThan(20).contains("placeholder", "words");
    for (String name : suppressors.names()) {
      assertThat(suppressors.get(name)).as(name).isNotNull().isSameAs(suppressors.get(name));
    }
  }

  @Test
  void what_is_added_is_there_beside_the_others_and_may_replace_one() {
    Named<Suppressor> more = suppressors.plus("acme.own", OWN).plus("words", OWN);

    assertThat(more.get("acme.own")).isSameAs(OWN);
    assertThat(more.get("words")).isSameAs(OWN);
    assertThat(more.get("hashed")).isSameAs(suppressors.get("hashed"));
    assertThat(more.has("acme.own")).isTrue();
    assertThat(more.names()).startsWith("acme.own").hasSize(suppressors.names().size() + 1);
    assertThat(suppressors.has("acme.own")).isFalse();
    assertThat(suppressors.get("words")).isNotSameAs(OWN);
  }

  @Test
  void it_holds_all_of_others_unless_one_is_changed_or_missing() {
    Named<Suppressor> more = suppressors.plus("acme.own", OWN);
    assertThat(more.holdsAllOf(suppressors)).isTrue();
    assertThat(more.holdsAllOf(more)).isTrue();
    assertThat(suppressors.holdsAllOf(more)).isFalse();
    assertThat(suppressors.plus("words", OWN).holdsAllOf(suppressors)).isFalse();
    assertThat(more.plus("acme.own", candidate -> Optional.of("no")).holdsAllOf(more))
        .isFalse();
    assertThat(more.plus("acme.other", OWN).holdsAllOf(more)).isTrue();
  }

  @Test
  void what_nobody_made_is_said_to_be_missing() {
    assertThat(suppressors.has("acme.none")).isFalse();
    assertThatThrownBy(() -> suppressors.get("acme.none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("acme.none");
    assertThatThrownBy(() -> new BuiltInChecks().make("acme.none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("acme.none");
    assertThatThrownBy(() -> new BuiltInSuppressors().make("acme.none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("acme.none");
  }

  @Test
  void threads_that_race_get_the_same() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Suppressor>> raced = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Callable<Suppressor> ask = () -> {
          start.await();
          return suppressors.get("code");
        };
        raced.add(threads.submit(ask));
      }
      start.countDown();
      Set<Suppressor> got = new HashSet<>();
      for (Future<Suppressor> one : raced) {
        got.add(one.get());
      }
      assertThat(got).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }
}
