package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The client secrets of Entra and the personal access tokens of DevOps. */
class AzureIdentityTest {
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final Detector DETECTOR =
      Detector.builder(RuleSet.builtIn()).fingerprintKey(KEY).build();

  @Test
  void an_entra_secret_is_found_with_its_tenant_in_forms_and_files() {
    for (long seed = 0; seed < 40; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String secret = AzureSecrets.entraSecret(secrets);
      String encoded = secret.replace("~", "%7E");
      for (String text : List.of(
          "\"ClientSecret\": \"" + secret + "\"",
          "client_id=x&client_secret=" + encoded + "&grant_type=client_credentials")) {
        Finding finding = only(text);
        assertThat(finding.rule()).as("seed %d", seed).isEqualTo("azure.entra-client-secret");
        assertThat(finding.checksum()).as("seed %d", seed).isEqualTo(Checksum.VALID);
        assertThat(finding.fingerprint())
            .isEqualTo(KEY.fingerprint(secret.getBytes(StandardCharsets.UTF_8)));
      }
    }
    String id = "0".repeat(8) + "-1111-2222-3333-" + "4".repeat(12);
    String text =
        "tenant_id=" + id + " secret=" + AzureSecrets.entraSecret(new GeneratedSecrets(3));
    assertThat(only(text).attributes()).containsEntry("tenant", id);
  }

  /** 14 bits: another secret may verify too, but not with this seed. */
  @Test
  void one_changed_character_makes_an_entra_secret_invalid() {
    String secret = AzureSecrets.entraSecret(new GeneratedSecrets(12));
    for (int i = 0; i < 37; i++) {
      if (i < 3 || i > 5) {
        Finding changed = only("secret: " + changed(secret, i, GeneratedSecrets.BASE62));
        assertThat(changed.checksum()).as("position %d", i).isEqualTo(Checksum.INVALID);
      }
    }
  }

  @Test
  void an_entra_secret_of_the_older_form_carries_no_checksum() {
    for (long seed = 0; seed < 40; seed++) {
      String secret = AzureSecrets.olderEntraSecret(new GeneratedSecrets(seed));
      Finding finding = only("AZURE_CLIENT_SECRET=" + secret + "\n");
      assertThat(finding.rule()).as("seed %d", seed).isEqualTo("azure.entra-client-secret-7q");
      assertThat(finding.checksum()).as("seed %d", seed).isEqualTo(Checksum.NONE);
    }
  }

  @Test
  void a_devops_token_is_found_without_any_word_beside_it() {
    for (long seed = 0; seed < 40; seed++) {
      boolean user = seed % 2 == 0;
      String token = AzureSecrets.devOpsToken(new Random(seed), user);
      for (String text : List.of(
          token,
          "https://build:" + token + "@dev.azure.com/acme/app/_git/app",
          "x".repeat(70_000) + " " + token + "\n" + "y".repeat(70_000))) {
        Finding finding = only(text);
        assertThat(finding.rule()).as("seed %d", seed).isEqualTo("azure.devops-token");
        assertThat(finding.checksum()).as("seed %d", seed).isEqualTo(Checksum.VALID);
        assertThat(finding.attributes())
            .as("seed %d", seed)
            .containsEntry("keyKind", user ? "user" : "application");
        assertThat(finding.place().location().start()).isEqualTo(text.indexOf(token));
      }
    }
  }

  /** The last character holds one bit of the token and four that are not used. */
  @Test
  void one_changed_character_makes_a_devops_token_a_rejected_candidate() throws IOException {
    String token = AzureSecrets.devOpsToken(new Random(13), true);
    for (int i = 0; i < 51; i++) {
      String changed = changed(token, i, "abcdefghijklmnopqrstuvwxyz234567");
      List<Finding> found = new ArrayList<>();
      List<Note> notes = DETECTOR.detect(
          new ByteArrayInputStream(
              ("AZURE_DEVOPS_PAT=" + changed).getBytes(StandardCharsets.UTF_8)),
          "file",
          (finding, secret) -> found.add(finding));

      assertThat(found).as("position %d", i).isEmpty();
      assertThat(notes).as("position %d", i).hasSize(1);
      assertThat(notes.get(0).kind()).isEqualTo(Note.Kind.REJECTED);
      assertThat(notes.get(0).rule()).isEqualTo("azure.devops-token");
      assertThat(notes.get(0).reason()).contains("checksum is wrong").doesNotContain(changed);
    }
  }

  private static String changed(String text, int at, String alphabet) {
    char other = alphabet.charAt((alphabet.indexOf(text.charAt(at)) + 1) % alphabet.length());
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static Finding only(String text) {
    List<Finding> found = DETECTOR.detect(text);
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
