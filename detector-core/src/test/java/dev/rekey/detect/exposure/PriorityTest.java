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
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order in which exposures are to be worked off, case by case. */
class PriorityTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "99; account key, production, public, for readers; CRITICAL; ''; YES; YES; YES",
        "99; account key of which nothing is known; CRITICAL; ''; UNKNOWN; UNKNOWN; UNKNOWN",
        "94; account key, production, public; CRITICAL; ''; YES; YES; NO",
        "94; manage rule, production, public; CRITICAL; policy=RootManageSharedAccessKey; YES; YES; NO",
        "89; young account key, production, public; CRITICAL; created=2026-11; YES; YES; NO",
        "87; database password, production, public; HIGH; ''; YES; YES; NO",
        "87; SAS that writes to all, production, public; HIGH; kind=account permissions=rwdl expires=2030-01-01T00:00:00Z; YES; YES; NO",
        "81; SAS that writes a part, production, public; HIGH; kind=service permissions=rw expires=2030-01-01T00:00:00Z; YES; YES; NO",
        "79; listen rule, production, public; CRITICAL; policy=ListenOnly; YES; YES; NO",
        "79; account key, production, private, for readers; CRITICAL; ''; YES; NO; YES",
        "79; webhook, production, public; MEDIUM; ''; YES; YES; NO",
        "75; send rule, production, public; HIGH; policy=app-send; YES; YES; NO",
        "75; SAS that reads all, production, public; HIGH; kind=account permissions=rl; YES; YES; NO",
        "74; account key, production, private; CRITICAL; ''; YES; NO; NO",
        "72; SAS that reads a part, production, public; HIGH; kind=service permissions=r; YES; YES; NO",
        "72; telemetry key, production, public; LOW; ''; YES; YES; NO",
        "69; account key, test, public, for readers; CRITICAL; ''; NO; YES; YES",
        "67; database password, production, private; HIGH; ''; YES; NO; NO",
        "64; webhook, production, private, for readers; MEDIUM; ''; YES; NO; YES",
        "64; account key, test, public; CRITICAL; ''; NO; YES; NO",
        "62; young database password, production, private; HIGH; created=2026-10; YES; NO; NO",
        "61; SAS that writes a part, production, private; HIGH; kind=service permissions=rw; YES; NO; NO",
        "59; listen rule, production, private; CRITICAL; policy=listener; YES; NO; NO",
        "59; webhook, production, private; MEDIUM; ''; YES; NO; NO",
        "57; database password, test, public; HIGH; ''; NO; YES; NO",
        "57; SAS that writes to all, test, public; HIGH; kind=account permissions=rwdl; NO; YES; NO",
        "52; telemetry key, production, private; LOW; ''; YES; NO; NO",
        "51; SAS that writes a part, test, public; HIGH; kind=service permissions=cw; NO; YES; NO",
        "49; listen rule, test, public; CRITICAL; policy=ListenOnly; NO; YES; NO",
        "49; webhook, test, public; MEDIUM; ''; NO; YES; NO",
        "49; account key, test, private, for readers; CRITICAL; ''; NO; NO; YES",
        "45; SAS that reads all, test, public; HIGH; kind=account permissions=rl; NO; YES; NO",
        "44; account key, test, private; CRITICAL; ''; NO; NO; NO",
        "42; SAS that reads a part, test, public; HIGH; kind=user-delegation permissions=r; NO; YES; NO",
        "42; telemetry key, test, public; LOW; ''; NO; YES; NO",
        "37; database password, test, private; HIGH; ''; NO; NO; NO",
        "37; young database password, test, private; HIGH; created=2026-09; NO; NO; NO",
        "34; webhook, test, private, for readers; MEDIUM; ''; NO; NO; YES",
        "29; webhook, test, private; MEDIUM; ''; NO; NO; NO",
        "22; SAS that reads a part, test, private; HIGH; kind=service permissions=rl; NO; NO; NO",
        "22; telemetry key, test, private; LOW; ''; NO; NO; NO",
        "20; young listen rule, test, private; HIGH; policy=listen created=2026-11; NO; NO; NO",
        "9; expired SAS, production, public; HIGH; kind=account permissions=rwdl expires=2020-01-01; YES; YES; NO",
        "9; expired SAS, production, private; HIGH; kind=account permissions=rwdl expires=2020-01-01; YES; NO; NO",
        "9; expired SAS, test, public; HIGH; kind=service permissions=rw expires=2026-11-30T00:00:00Z; NO; YES; NO",
        "9; expired SAS, test, private; HIGH; kind=service permissions=rw expires=2020-01-01; NO; NO; NO"
      })
  void each_case_has_its_place(
      int score,
      String name,
      Severity severity,
      String attributes,
      Signal.Answer production,
      Signal.Answer open,
      Signal.Answer readable) {
    assertThat(priority(severity, attributes, production, open, readable, Weights.DEFAULT)
            .score())
        .as(name)
        .isEqualTo(score);
  }

  @Test
  void weights_can_be_changed_and_a_score_stays_within_a_hundred() {
    Weights onlyPublic = new Weights(0, 0, 7, 0, 0, 0);
    Weights odd = new Weights(33, 33, 33, 0, 0, 1);

    assertThat(priority(
                Severity.LOW, "", Signal.Answer.NO, Signal.Answer.YES, Signal.Answer.NO, onlyPublic)
            .score())
        .isEqualTo(100);
    assertThat(priority(
                Severity.CRITICAL, "", Signal.Answer.YES, Signal.Answer.YES, Signal.Answer.YES, odd)
            .score())
        .isEqualTo(100);
    assertThatIllegalArgumentException().isThrownBy(() -> new Weights(0, 0, 0, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Weights(-1, 0, 0, 0, 0, 5));
  }

  @Test
  void every_factor_says_why() {
    Priority priority = priority(
        Severity.HIGH,
        "kind=service permissions=rl expires=2030-01-01",
        Signal.Answer.YES,
        Signal.Answer.UNKNOWN,
        Signal.Answer.NO,
        Weights.DEFAULT);

    assertThat(priority.factors())
        .extracting(Priority.Factor::name)
        .containsExactly("production", "privilege", "public", "readable", "genuine", "age");
    assertThat(priority.factors().get(1).reason())
        .isEqualTo("HIGH: a thing, which only reads in a part of the account");
    assertThat(priority.factors().get(5).reason()).contains("nothing says when it was made");
  }

  private static Priority priority(
      Severity severity,
      String attributes,
      Signal.Answer production,
      Signal.Answer open,
      Signal.Answer readable,
      Weights weights) {
    Map<String, String> known = new HashMap<>();
    for (String pair : attributes.split(" ")) {
      if (!pair.isEmpty()) {
        known.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
    }
    Finding finding = new Finding(
        "test.rule",
        "a thing",
        severity,
        Remedy.GUIDED,
        new Place("a", "", new Location(0, 5, 1, 1)),
        "***",
        0.9,
        Checksum.NONE,
        new Fingerprint("0".repeat(16), "0".repeat(64)),
        known);
    AssetContext context = new AssetContext(
        "", "", new Signal(production, "r"), new Signal(open, "r"), new Signal(readable, "r"));
    return Exposure.of(List.of(new Sighting(finding, context)), List.of(), weights, NOW)
        .priority();
  }
}
