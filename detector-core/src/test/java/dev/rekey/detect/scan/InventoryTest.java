package dev.rekey.detect.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.Rule;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.detect.Severity;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Signal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InventoryTest {
  private static final long SEED = 11;
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.random())
      .build();

  /** A key, and an id that is also found by itself. */
  private static final Detector ACME = Detector.builder(
          RuleSet.empty().plus(acme("key", "(acmeid-[0-9])"), acme("id", "(never)")))
      .fingerprintKey(FingerprintKey.random())
      .build();

  private final GeneratedSecrets samples = new GeneratedSecrets(SEED);

  @Test
  void one_value_in_three_spellings_is_one_exposure_with_three_places() throws IOException {
    String key = samples.storageKey();
    String json = key.replace("+", "\\u002B").replace("/", "\\/").replace("=", "\\u003D");
    String percent = key.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");

    List<Exposure> ranked = scanned(new MemorySource()
            .content("raw.env", "KEY=" + key)
            .content("escaped.json", "{\"key\": \"" + json + "\"}")
            .content("url.txt", "https://acme.example/?key=" + percent))
        .ranked();

    assertThat(ranked).as("seed %d", SEED).hasSize(1);
    assertThat(ranked.get(0).places())
        .extracting(place -> place.address())
        .containsExactly("escaped.json", "raw.env", "url.txt");
  }

  @Test
  void values_that_differ_are_exposures_of_their_own() throws IOException {
    Inventory inventory = scanned(
        new MemorySource().content("a", samples.gitHubToken() + "\n" + samples.gitHubToken()));

    assertThat(inventory.ranked()).hasSize(2);
    assertThat(inventory.findings()).hasSize(2);
  }

  @Test
  void ranking_and_findings_are_the_same_in_whatever_order_contents_come() throws IOException {
    String shared = samples.storageKey();
    List<Content> contents = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String text =
          i % 3 == 0 ? shared : samples.gitHubToken() + "\n" + samples.commonAnnotatedKey(false);
      AssetContext context = new AssetContext(
          "",
          "",
          i % 2 == 0 ? Signal.yes("tag " + i) : Signal.unknown("no tag"),
          i % 4 == 0 ? Signal.no("private " + i) : Signal.yes("open " + i),
          Signal.unknown("nobody asked"));
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      contents.add(Content.of("file" + i, context, () -> new ByteArrayInputStream(bytes)));
    }
    Inventory expected = scanned(source(contents));
    assertThat(expected.ranked()).hasSize(17);

    for (long seed = 0; seed < 10; seed++) {
      Collections.shuffle(contents, new Random(seed));
      Inventory shuffled = scanned(source(contents));

      assertThat(shuffled.ranked()).as("seed %d", seed).isEqualTo(expected.ranked());
      assertThat(shuffled.findings()).as("seed %d", seed).isEqualTo(expected.findings());
    }
  }

  @Test
  void several_scans_add_up_and_the_same_place_again_counts_once() throws IOException {
    String token = samples.gitHubToken();
    Inventory inventory = new Inventory();
    SecretScanner scanner = SecretScanner.using(DETECTOR).build();

    scanner.scan(new MemorySource().content("a", token), inventory);
    scanner.scan(new MemorySource().content("a", token).content("b", token), inventory);

    assertThat(inventory.ranked()).hasSize(1);
    assertThat(inventory.ranked().get(0).places())
        .extracting(place -> place.address())
        .containsExactly("a", "b");
  }

  @Test
  void each_sighting_has_the_context_of_its_own_content() throws IOException {
    AssetContext production = new AssetContext(
        "tenant", "resource", Signal.yes("tag"), Signal.no("private"), Signal.no("few"));
    String token = samples.gitHubToken();

    Exposure exposure = scanned(
            new MemorySource().content("a", production, token).content("b", token))
        .ranked()
        .get(0);

    assertThat(exposure.sightings().get(0).context()).isEqualTo(production);
    assertThat(exposure.sightings().get(1).context().production().reason())
        .isEqualTo("a test knows nothing");
  }

  @Test
  void a_finding_without_a_started_content_has_an_unknown_context() throws IOException {
    Inventory inventory = new Inventory();
    Finding finding = DETECTOR.detect(samples.gitHubToken()).get(0);
    try (Secret secret = Secret.of("not looked at")) {
      inventory.found(finding, secret);
    }

    assertThat(inventory.ranked().get(0).sightings().get(0).context())
        .isEqualTo(AssetContext.unknown("the scan did not say what surrounds it"));
  }

  @Test
  void the_id_of_a_key_is_its_companion_and_no_exposure_of_its_own() throws IOException {
    Inventory inventory = new Inventory();
    SecretScanner.using(ACME)
        .build()
        .scan(
            new MemorySource()
                .content("both", "id: acmeid-1\nkey: acmekey-aaaa\n")
                .content("id", "the key with the id acmeid-1 is in the vault")
                .content("lost", "an unknown acmeid-2"),
            inventory);

    assertThat(inventory.ranked())
        .extracting(exposure -> exposure.credential().rule())
        .containsExactly("acme.key", "acme.id");
    Exposure key = inventory.ranked().get(0);
    assertThat(key.credential().attributes()).containsEntry("id", "acmeid-1");
    assertThat(key.places()).hasSize(1);
    assertThat(key.companions())
        .extracting(sighting -> sighting.finding().place().address())
        .containsExactly("both", "id");
    assertThat(inventory.findings()).hasSize(4);
    assertThat(inventory.ranked().get(1).companions()).isEmpty();
  }

  @Test
  void an_id_of_two_keys_is_a_companion_of_both_and_one_finding() throws IOException {
    Inventory inventory = new Inventory();
    SecretScanner.using(ACME)
        .build()
        .scan(
            new MemorySource()
                .content(
                    "a", "id: acmeid-1\nkey: acmekey-aaaa\n\nid: acmeid-1\nkey: acmekey-bbbb\n"),
            inventory);

    assertThat(inventory.ranked()).hasSize(2).allSatisfy(exposure -> {
      assertThat(exposure.credential().rule()).isEqualTo("acme.key");
      assertThat(exposure.companions()).hasSize(2);
    });
    assertThat(inventory.findings()).hasSize(4);
  }

  @Test
  void two_values_that_name_each_other_are_two_exposures() throws IOException {
    Detector mutual = Detector.builder(
            RuleSet.empty().plus(acme("key", "(acmeid-[0-9])"), acme("id", "(acmekey-[a-z]{4})")))
        .fingerprintKey(FingerprintKey.random())
        .build();
    Inventory inventory = new Inventory();
    SecretScanner.using(mutual)
        .build()
        .scan(new MemorySource().content("a", "acmeid-1 acmekey-aaaa"), inventory);

    assertThat(inventory.ranked()).hasSize(2);
  }

  private static Rule acme(String kind, String other) {
    return Rule.named("acme." + kind)
        .label("an Acme " + kind)
        .severity(kind.equals("key") ? Severity.HIGH : Severity.LOW)
        .keyword("acme" + kind)
        .regex("\\b(?<secret>acme" + kind + "-[0-9a-z]{1,4})")
        .part(kind.equals("key") ? "id" : "key", other)
        .example("acme" + kind + "-1")
        .build();
  }

  @Test
  void an_empty_inventory_ranks_nothing() {
    assertThat(new Inventory().ranked()).isEmpty();
    assertThat(new Inventory().findings()).isEmpty();
  }

  private static MemorySource source(List<Content> contents) {
    MemorySource source = new MemorySource();
    contents.forEach(source::content);
    return source;
  }

  private static Inventory scanned(MemorySource source) throws IOException {
    Inventory inventory = new Inventory();
    SecretScanner.using(DETECTOR).build().scan(source, inventory);
    return inventory;
  }
}
