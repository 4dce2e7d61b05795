package dev.rekey.detect.exposure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExposureTest {
  private static final Signal YES = Signal.yes("its tag says so");
  private static final Signal NO = Signal.no("its tag says so");
  private static final Signal UNKNOWN = Signal.unknown("it has no tag");

  @Test
  void production_comes_first() {
    assertFirst(
        exposure(1, Severity.HIGH, context(YES, NO, NO)),
        exposure(2, Severity.HIGH, context(NO, NO, NO)));
  }

  @Test
  void high_privilege_comes_first() {
    assertFirst(
        exposure(1, Severity.CRITICAL, context(NO, NO, NO)),
        exposure(2, Severity.MEDIUM, context(NO, NO, NO)));
  }

  @Test
  void public_comes_first() {
    assertFirst(
        exposure(1, Severity.HIGH, context(NO, YES, NO)),
        exposure(2, Severity.HIGH, context(NO, NO, NO)));
  }

  @Test
  void production_outranks_public_and_public_outranks_widely_readable() {
    assertFirst(
        exposure(1, Severity.HIGH, context(YES, NO, NO)),
        exposure(2, Severity.HIGH, context(NO, YES, NO)));
    assertFirst(
        exposure(1, Severity.HIGH, context(NO, YES, NO)),
        exposure(2, Severity.HIGH, context(NO, NO, YES)));
  }

  @Test
  void what_is_not_known_counts_as_yes_and_says_so() {
    Priority known = exposure(1, Severity.HIGH, context(YES, YES, YES)).priority();
    Priority unknown =
        exposure(1, Severity.HIGH, context(UNKNOWN, UNKNOWN, UNKNOWN)).priority();

    assertThat(unknown.score()).isEqualTo(known.score());
    for (String name : List.of("production", "public", "readable")) {
      assertThat(factor(unknown, name).reason()).isEqualTo("unknown, counts as yes: it has no tag");
      assertThat(factor(known, name).reason()).isEqualTo("YES: its tag says so");
      assertThat(factor(unknown, name).points())
          .isEqualTo(factor(known, name).points())
          .isPositive();
    }
  }

  @Test
  void the_worst_place_counts_and_a_certain_yes_before_an_unknown() {
    Finding here = finding(1, "a", 0, Severity.HIGH, 0.9);
    Finding there = finding(1, "b", 0, Severity.HIGH, 0.9);
    Finding elsewhere = finding(1, "c", 0, Severity.HIGH, 0.9);

    Priority priority = Exposure.of(List.of(
            new Sighting(here, context(NO, NO, NO)),
            new Sighting(there, context(UNKNOWN, NO, UNKNOWN)),
            new Sighting(elsewhere, context(YES, NO, NO))))
        .priority();

    assertThat(factor(priority, "production").reason()).startsWith("YES");
    assertThat(factor(priority, "readable").reason()).startsWith("unknown, counts as yes");
    assertThat(factor(priority, "public")).extracting(Priority.Factor::points).isEqualTo(0);
    assertThat(factor(priority, "public").reason()).startsWith("NO");
  }

  @Test
  void the_score_is_the_sum_of_its_factors_and_at_most_a_hundred() {
    Priority most = exposure(1, Severity.CRITICAL, context(YES, YES, YES), 1).priority();
    Priority least = exposure(1, Severity.LOW, context(NO, NO, NO), 0).priority();

    assertThat(most.score()).isEqualTo(100);
    assertThat(least.score()).isBetween(0, 15);
    for (Priority priority : List.of(most, least)) {
      assertThat(priority.factors().stream().mapToInt(Priority.Factor::points).sum())
          .isEqualTo(priority.score());
    }
  }

  @Test
  void the_order_is_the_same_however_places_were_found() {
    for (long seed = 0; seed < 20; seed++) {
      List<Sighting> sightings = new ArrayList<>(IntStream.range(0, 12)
          .mapToObj(i -> new Sighting(
              finding(1, "file" + i / 3, i % 3 * 10L, Severity.HIGH, 0.9, Map.of("n", "" + i)),
              context(UNKNOWN, Signal.unknown("reason " + i), NO)))
          .toList());
      Exposure ordered = Exposure.of(sightings);

      Collections.shuffle(sightings, new Random(seed));

      assertThat(Exposure.of(sightings)).as("seed %d", seed).isEqualTo(ordered);
    }
  }

  @Test
  void a_place_that_was_seen_twice_is_one_place() {
    Sighting sighting = new Sighting(finding(1, "a", 5, Severity.HIGH, 0.9), context(NO, NO, NO));

    Exposure exposure = Exposure.of(List.of(sighting, sighting));

    assertThat(exposure.places()).hasSize(1);
    assertThat(exposure.sightings()).containsExactly(sighting);
  }

  @Test
  void a_credential_takes_the_surest_finding_the_greatest_harm_and_all_attributes() {
    Finding sure = finding(1, "a", 0, Severity.MEDIUM, 0.99, Map.of("account", "acme"));
    Finding vague =
        finding(1, "b", 0, Severity.CRITICAL, 0.5, Map.of("account", "other", "host", "db"));

    Credential credential = Credential.of(List.of(vague, sure));

    assertThat(credential).isEqualTo(Credential.of(List.of(sure, vague)));
    assertThat(credential.confidence()).isEqualTo(0.99);
    assertThat(credential.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(credential.attributes()).isEqualTo(Map.of("account", "acme", "host", "db"));
  }

  @Test
  void findings_of_different_values_or_none_are_no_credential() {
    assertThatIllegalArgumentException().isThrownBy(() -> Exposure.of(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Credential.of(
            List.of(finding(1, "a", 0, Severity.LOW, 0.5), finding(2, "a", 0, Severity.LOW, 0.5))))
        .withMessageContaining("one fingerprint");
    Exposure real = exposure(1, Severity.LOW, context(NO, NO, NO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Exposure(real.credential(), List.of(), List.of(), real.priority()))
        .withMessageContaining("at least one sighting");
  }

  private static void assertFirst(Exposure first, Exposure second) {
    List<Exposure> ranked = new ArrayList<>(List.of(second, first));
    ranked.sort(Exposure.MOST_URGENT_FIRST);
    assertThat(ranked).containsExactly(first, second);
    assertThat(first.priority()).isGreaterThan(second.priority());
  }

  private static Priority.Factor factor(Priority priority, String name) {
    return priority.factors().stream()
        .filter(factor -> factor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Exposure exposure(int value, Severity severity, AssetContext context) {
    return exposure(value, severity, context, 0.9);
  }

  private static Exposure exposure(
      int value, Severity severity, AssetContext context, double confidence) {
    return Exposure.of(
        List.of(new Sighting(finding(value, "z" + -value, 0, severity, confidence), context)));
  }

  private static AssetContext context(Signal production, Signal open, Signal readable) {
    return new AssetContext("", "", production, open, readable);
  }

  private static Finding finding(
      int value, String address, long start, Severity severity, double confidence) {
    return finding(value, address, start, severity, confidence, Map.of());
  }

  private static Finding finding(
      int value,
      String address,
      long start,
      Severity severity,
      double confidence,
      Map<String, String> attributes) {
    return new Finding(
        "test.rule",
        "a test secret",
        severity,
        Remedy.GUIDED,
        new Place(address, "", new Location(start, start + 5, 1, start + 1)),
        "***",
        confidence,
        Checksum.NONE,
        new Fingerprint("0".repeat(16), String.format("%064x", value)),
        attributes);
  }
}
