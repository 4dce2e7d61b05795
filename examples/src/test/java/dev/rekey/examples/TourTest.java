package dev.rekey.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.canary.Canary;
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

  private static final String GROUP =
      "/subscriptions/" + SimulatedAzure.SUBSCRIPTION + "/resourceGroups/shop-prod/providers/";
  private static final String ACCOUNT =
      GROUP + "Microsoft.Storage/storageAccounts/" + SimulatedAzure.ACCOUNT;

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

  /** The standby key is regenerated first, and whoever uses it would break. */
  @Test
  void whoever_uses_the_standby_key_is_moved_off_it_first() throws Exception {
    Path state = folder.resolve(".rekey");
    try (TourProcess tour = TourProcess.start(state)) {
      ControlPlane simulator = ControlPlane.of(state, tour);
      simulator.hold("POST", ".+/listKeys", 1, "HOLD_BEFORE");
      simulator.awaitHold();
      ArmClient arm =
          SimulatedAzure.running(StateFolder.open(state)).orElseThrow().tenant().arm();
      ObjectNode settings = new ObjectMapper().createObjectNode();
      settings.putObject("properties").put("OTHER_KEY", key(arm, "key2"));
      arm.put(GROUP + "Microsoft.Web/sites/shop-worker/config/appsettings", "2024-04-01", settings);
      simulator.proceed();

      assertThat(tour.end()).as(tour.err()).isZero();
      assertThat(tour.out())
          .contains("key2  standby, used by web app shop-worker")
          .contains("converge web app shop-worker: from key2 to key1")
          .contains("web app shop-worker uses the new key and runs")
          .contains("DEAD since");
    }
  }

  @Test
  void what_azure_refuses_is_said_with_what_to_do_and_nothing_is_begun() throws Exception {
    Path state = folder.resolve(".rekey");
    try (TourProcess tour = TourProcess.start(state)) {
      ControlPlane simulator = ControlPlane.of(state, tour);
      simulator.refuse(
          "POST",
          ".+/listKeys",
          403,
          "AuthorizationFailed",
          "The client does not have authorization to perform action"
              + " 'Microsoft.Storage/storageAccounts/listKeys/action'");

      assertThat(tour.end()).isEqualTo(2);
      assertThat(tour.err())
          .contains("quickstart: ", "403", "Microsoft.Storage/storageAccounts/listKeys/action")
          .doesNotContain("\tat ");
      assertThat(state.resolve("journal.jsonl")).doesNotExist();
    }
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
    ArmClient arm = SimulatedAzure.running(open).orElseThrow().tenant().arm();
    secrets.add(key(arm, "key1"));
    secrets.add(key(arm, "key2"));
    return secrets;
  }

  private static String key(ArmClient arm, String name) {
    for (JsonNode key : arm.postRead(ACCOUNT + "/listKeys", "2024-01-01").path("keys")) {
      if (key.path("keyName").asText().equals(name)) {
        return key.path("value").asText();
      }
    }
    throw new AssertionError("the account has no " + name);
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
