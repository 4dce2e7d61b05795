package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.azure.VirtualTime;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.ScanListener;
import dev.rekey.simulator.Chance;
import dev.rekey.simulator.SeededTenant;
import dev.rekey.simulator.Simulator;
import dev.rekey.simulator.Throttling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A whole tenant. Here it is a sample; {@code -Drekey.tenant.subscriptions=20
 * -Drekey.tenant.each=5000 -Drekey.tenant.credentials=500} is the full one.
 */
class LargeTenantTest {
  private static final long SEED = Long.getLong("rekey.tenant.seed", 1);
  private static final int SUBSCRIPTIONS = Integer.getInteger("rekey.tenant.subscriptions", 3);
  private static final int EACH = Integer.getInteger("rekey.tenant.each", 400);
  private static final int CREDENTIALS = Integer.getInteger("rekey.tenant.credentials", 90);

  private static final boolean FULL = EACH >= 5000;

  private static SeededTenant tenant;
  private static ExecutorService threads;

  @BeforeAll
  static void make() {
    Random random = new Random(SEED);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < CREDENTIALS; i++) {
      values.add(SimulatedTenant.connectionString(random));
    }
    tenant = new SeededTenant(
        SEED, SimulatedTenant.ID, SimulatedTenant.OWNER, SUBSCRIPTIONS, EACH, values);
    threads = Executors.newFixedThreadPool(8);
  }

  @AfterAll
  static void end() {
    threads.shutdownNow();
  }

  /** Findings as somebody stores them who may die at any moment: with the cursor, resource by resource. */
  private static final class Stored implements ScanListener {
    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, AssetContext> contexts = new TreeMap<>();
    private final List<Map.Entry<String, String>> since = new ArrayList<>();
    private final Set<String> twice = new TreeSet<>();
    private final long dyingAt;
    private AssetContext context = AssetContext.unknown("nothing has started");
    private Cursor cursor =
        Cursor.parse(Cursor.start(SimulatedTenant.ID, SurfaceFilter.ALL).toString());
    private long total;

    Stored(long dyingAt) {
      this.dyingAt = dyingAt;
    }

    @Override
    public void started(String address, AssetContext surroundings) {
      context = surroundings;
    }

    @Override
    public void found(Finding finding, Secret secret) {
      String name = finding.place().name();
      String place = finding.place().address() + (name.isEmpty() ? "" : " › " + name);
      since.add(Map.entry(place, secret.reveal(String::new)));
      contexts.put(place, context);
    }

    void progress(Progress progress) {
      for (Map.Entry<String, String> one : since) {
        // What a store holds now is the newest of its revisions too.
        if (values.put(one.getKey(), one.getValue()) != null) {
          twice.add(one.getKey());
        }
      }
      since.clear();
      cursor = progress.cursor();
      total = progress.total();
      if (progress.done() == dyingAt) {
        throw new Killed();
      }
    }

    void settle() {
      values
          .keySet()
          .removeIf(at ->
              at.contains("/revisions") && values.containsKey(at.replace("/revisions", "/kv")));
    }
  }

  /** The process dies. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void everything_that_was_planted_is_found_with_few_requests() throws IOException {
    Stored stored = new Stored(-1);
    Coverage coverage = new Coverage();
    long least;
    long asked;
    try (Simulator azure = Simulator.start(tenant.scenario())) {
      SimulatedTenant.scanner()
          .scan(
              AzureSurface.of(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build())
                  .watchedBy(coverage)
                  .onProgress(stored::progress)
                  .parallel(8, threads),
              coverage.and(stored));
      least = azure.leastRequests();
      asked = azure.requests().stream()
          .filter(request -> request.service().equals("cloud"))
          .filter(request -> request.path().contains("api-version"))
          .count();
    }
    stored.settle();
    if (FULL) {
      Files.writeString(
          Path.of("target", "large-tenant.txt"), asked + " requests of at least " + least + "\n");
    }

    assertThat(coverage.gaps()).as("seed %d", SEED).isEmpty();
    assertThat(besides(tenant.planted().keySet(), stored.values.keySet()))
        .as("planted and not found, seed %d", SEED)
        .isEmpty();
    assertThat(besides(stored.values.keySet(), tenant.planted().keySet()))
        .as("found and not planted, seed %d", SEED)
        .isEmpty();
    tenant.planted().forEach((place, planted) -> {
      assertThat(stored.values.get(place).equals(SimulatedTenant.accountKey(planted.value())))
          .as(place)
          .isTrue();
      AssetContext context = stored.contexts.get(place);
      assertThat(context.tenant()).isEqualTo(SimulatedTenant.ID);
      assertThat(context.production().answer())
          .as("%s: %s", place, context.production().reason())
          .isEqualTo(
              place.contains("/slots/") || !planted.production()
                  ? Signal.Answer.NO
                  : Signal.Answer.YES);
      assertThat(planted.resource()).isEqualTo(context.resource().replace("/slots/blue", ""));
    });
    assertThat(coverage.seen()).isEqualTo(stored.total);
    assertThat(asked).as("requests, the least is %d", least).isBetween(least, least * 11 / 10);
  }

  @Test
  void throttled_refused_broken_and_killed_it_finds_the_same_and_nothing_twice()
      throws IOException {
    VirtualTime time = new VirtualTime();
    Coverage coverage = new Coverage();
    Stored stored = new Stored((long) SUBSCRIPTIONS * EACH / 2);
    Set<String> refused;
    try (Simulator azure = Simulator.of(tenant.scenario())
        .clock(time)
        .throttled(Throttling.published())
        .chance(Chance.seeded(SEED).serverErrors(0.01).refusals(0.05))
        .start()) {
      AzureSurface surface = AzureSurface.of(
              time.of(SimulatedTenant.of(azure, SimulatedTenant.OWNER)).build())
          .watchedBy(coverage)
          .onProgress(stored::progress)
          .parallel(8, threads);
      boolean died = false;
      try {
        SimulatedTenant.scanner().scan(surface, coverage.and(stored));
      } catch (Killed killed) {
        died = true;
      }
      assertThat(died).isTrue();
      stored.since.clear();
      Stored rest = stored;
      SimulatedTenant.scanner()
          .scan(
              surface
                  .resumedAt(Cursor.parse(rest.cursor.toString()))
                  .onProgress(progress -> rest.progress(new Progress(
                      Long.MAX_VALUE, progress.total(), progress.last(), progress.cursor()))),
              coverage.and(rest));
      refused = azure.refused().stream()
          .map(one -> one.path().toLowerCase(Locale.ROOT))
          .collect(Collectors.toCollection(TreeSet::new));
    }
    stored.settle();

    List<Coverage.Gap> gaps = coverage.gaps();
    assertThat(stored.twice).as("seed %d", SEED).isEmpty();
    assertThat(besides(stored.values.keySet(), tenant.planted().keySet())).isEmpty();
    assertThat(gaps).extracting(Coverage.Gap::outcome).hasOnlyElementsOfType(Outcome.Refused.class);
    assertThat(refused).isNotEmpty();
    assertThat(gaps.stream().map(gap -> gap.address()).distinct().count())
        .as("every refusal is a gap")
        .isEqualTo(refused.size());
    for (String missing : besides(tenant.planted().keySet(), stored.values.keySet())) {
      assertThat(gaps)
          .as("%s is missing, which a gap must tell", missing)
          .anyMatch(gap -> missing.startsWith(gap.address()));
    }
    assertThat(time.passed().toSeconds()).as("it had to wait").isPositive();
  }

  private static Set<String> besides(Set<String> these, Set<String> those) {
    Set<String> rest = new TreeSet<>(these);
    rest.removeAll(those);
    return rest;
  }
}
