package dev.rekey.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.detect.scan.Canary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TourTest {
  private static final Pattern SAMPLE_SECRET =
      Pattern.compile("(?:STORAGE_KEY|GITHUB_TOKEN|DB_PASSWORD)=(\\S+)");

  @TempDir
  Path folder;

  /** DESIGN, invariant 4: with every secret that there is, old and new, looked for everywhere. */
  @Test
  void nothing_outside_the_sample_holds_a_secret_in_any_encoding() throws Exception {
    Path state = folder.resolve(".rekey");
    List<String> secrets;
    try (TourProcess tour = TourProcess.start(state)) {
      ControlPlane simulator = ControlPlane.of(state, tour);
      // The last change of a rotation: by then every key that it makes has been made.
      simulator.hold("PATCH", "/secrets/shopdata-key/.+", 1, "HOLD_BEFORE");
      simulator.awaitHold();
      secrets = secrets(state);
      simulator.proceed();
      assertThat(tour.end()).as(tour.err()).isZero();

      List<String> texts = new ArrayList<>(List.of(tour.out(), tour.err()));
      texts.addAll(filesOutsideTheSample(state));
      assertThat(secrets).hasSizeGreaterThanOrEqualTo(6);
      for (String secret : secrets) {
        for (String text : texts) {
          assertThat(Canary.of(secret).leaksIn(text)).isEmpty();
        }
      }
      assertThat(Canary.of(secrets.get(0)).leaksIn(Files.readString(state.resolve("sample/.env"))))
          .as("the search itself")
          .contains("raw");
      assertThat(tour.out()).contains("accepting USE_UNKNOWN", "DEAD since", "Residue");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
  }

  /** The sample's secrets, both keys as they are now, and the password of the client. */
  private static List<String> secrets(Path state) throws Exception {
    List<String> secrets = new ArrayList<>();
    Matcher written = SAMPLE_SECRET.matcher(Files.readString(state.resolve("sample/.env")));
    while (written.find()) {
      secrets.add(written.group(1));
    }
    StateFolder open = StateFolder.open(state);
    secrets.add(open.clientSecret());
    String account = "/subscriptions/"
        + SimulatedAzure.SUBSCRIPTION
        + "/resourceGroups/shop-prod/providers/Microsoft.Storage/storageAccounts/"
        + SimulatedAzure.ACCOUNT;
    for (JsonNode key : SimulatedAzure.running(open)
        .orElseThrow()
        .arm()
        .postRead(account + "/listKeys", "2024-01-01")
        .path("keys")) {
      secrets.add(key.path("value").asText());
    }
    return secrets;
  }

  private static List<String> filesOutsideTheSample(Path state) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(state.resolve("sample"))) {
          texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    assertThat(texts).hasSizeGreaterThanOrEqualTo(6);
    return texts;
  }
}
