package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of whole rotations share: a shop on a storage account whose key is exposed. */
abstract class Shop {
  static final String LIST_KEYS = "Microsoft.Storage/storageAccounts/listKeys/action";
  static final String REGENERATE = ".+/regenerateKey";
  static final ProofPolicy PATIENT = new ProofPolicy(3, Duration.ZERO, Duration.ofMinutes(1));
  static final ProofPolicy BRIEF = new ProofPolicy(3, Duration.ZERO, Duration.ofMillis(300));

  @TempDir
  Path folder;

  private final List<Lab> labs = new ArrayList<>();

  @AfterEach
  void stop() {
    labs.forEach(Lab::close);
  }

  /** An account, a vault with its key, and two apps that use it in three shapes; and more. */
  Lab lab(StorageAccount account, Resource... more) {
    List<Resource> resources = new ArrayList<>(List.of(more));
    resources.add(account);
    resources.add(WebApp.named("shop-web").setting("KEY", "${key:acct1/key1}").setting("A", "b"));
    resources.add(WebApp.named("shop-worker")
        .setting("STORAGE", connectionString())
        .connectionString("files", connectionString(), "Custom"));
    resources.add(WebApp.named("stranger").setting("A", "b"));
    if (resources.stream().noneMatch(Vault.class::isInstance)) {
      resources.add(vault());
    }
    Lab lab = Lab.of(List.of(LIST_KEYS), resources.toArray(new Resource[0]));
    labs.add(lab);
    return lab;
  }

  static Vault vault() {
    return Vault.named("vault1").secret("acct1-key", "${key:acct1/key1}").secret("other", "x");
  }

  static String connectionString() {
    return "DefaultEndpointsProtocol=https;AccountName=acct1;AccountKey=${key:acct1/key1}"
        + ";EndpointSuffix=core.windows.net";
  }

  static Exposure exposure(Lab lab) {
    AssetContext context = AssetContext.unknown("a test");
    return Exposure.of(
        Lab.DETECTOR.detect("key = " + lab.azure.storageKey("acct1", "key1")).stream()
            .map(finding -> new Sighting(finding, context))
            .toList());
  }

  static RotationPlan plan(Lab lab, String client) {
    return Planner.builder()
        .issuers(lab.accounts(client))
        .store(lab.store())
        .dependents(lab.dependents(client))
        .build()
        .plan(exposure(lab));
  }

  static Approval approval(RotationPlan plan) {
    return Approval.of(plan)
        .requester("Ann")
        .approver("Bob", Instant.now(), "CHANGE-1")
        .approver("Cleo", Instant.now(), "CHANGE-1")
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .accept(Risk.USE_UNKNOWN)
        .build();
  }

  Path journal() {
    return folder.resolve("journal.jsonl");
  }

  Rotator rotator(Lab lab, ProofPolicy proof) {
    return Rotator.builder(RotationJournal.file(journal()))
        .issuers(lab.accounts(Lab.OWNER))
        .store(lab.store())
        .dependents(lab.dependents(Lab.OWNER))
        .proof(proof)
        .pause(duration -> {})
        .build();
  }

  RotationResult rotate(Lab lab, ProofPolicy proof) {
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.blockers()).isEmpty();
    return rotator(lab, proof).execute(plan, approval(plan));
  }

  RotationResult resume(Lab lab) {
    List<String> unfinished = RotationJournal.file(journal()).unfinished();
    assertThat(unfinished).hasSize(1);
    return rotator(lab, PATIENT).resume(unfinished.get(0));
  }

  /** The end that everything leads to: one new key everywhere, the old one dead and retired. */
  static void assertRotated(Lab lab, RotationResult result) {
    assertThat(result)
        .as(result.summary())
        .isInstanceOfSatisfying(RotationResult.Completed.class, completed -> {
          assertThat(completed.proof().verdict()).isEqualTo(DeathProof.Verdict.DEAD);
          assertThat(completed.stored().name()).isEqualTo("acct1-key");
          assertThat(lab.vault().getSecret("acct1-key").getProperties().getVersion())
              .isEqualTo(completed.stored().version());
        });
    String fresh = lab.azure.storageKey("acct1", "key2");
    assertThat(lab.vault().getSecret("acct1-key").getValue()).isEqualTo(fresh);
    assertThat(lab.vault().listPropertiesOfSecretVersions("acct1-key").stream())
        .filteredOn(SecretProperties::isEnabled)
        .hasSize(1);
    assertThat(lab.settings("shop-web", "appsettings").get("KEY").asText()).isEqualTo(fresh);
    assertThat(lab.settings("shop-worker", "appsettings").get("STORAGE").asText())
        .contains("AccountKey=" + fresh + ";");
    assertThat(
            lab.settings("shop-worker", "connectionstrings").at("/files/value").asText())
        .contains("AccountKey=" + fresh + ";");
    assertRegeneratedOnceEach(lab);
  }

  static void assertRegeneratedOnceEach(Lab lab) {
    assertThat(lab.wire.sent("POST .+/regenerateKey\\?.*"))
        .extracting(Wire.Sent::body)
        .containsExactly("{\"keyName\":\"key2\"}", "{\"keyName\":\"key1\"}");
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isEqualTo(2);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new AssertionError("can't be read: " + file, unreadable);
    }
  }
}
