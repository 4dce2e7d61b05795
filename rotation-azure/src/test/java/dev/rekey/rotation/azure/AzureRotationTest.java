package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.secrets.models.SecretProperties;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ApprovalException;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Fault;
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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way: an exposed key, a plan, a rotation, a proof; and what may go wrong on it. */
class AzureRotationTest {
  private static final String LIST_KEYS = "Microsoft.Storage/storageAccounts/listKeys/action";
  private static final String REGENERATE = ".+/regenerateKey";
  private static final ProofPolicy PATIENT =
      new ProofPolicy(3, Duration.ZERO, Duration.ofMinutes(1));
  private static final ProofPolicy BRIEF =
      new ProofPolicy(3, Duration.ZERO, Duration.ofMillis(300));

  @TempDir
  Path folder;

  private final List<Lab> labs = new ArrayList<>();

  @AfterEach
  void stop() {
    labs.forEach(Lab::close);
  }

  /** An account, a vault with its key, and two apps that use it in three shapes; and more. */
  private Lab lab(StorageAccount account, Resource... more) {
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

  private static Vault vault() {
    return Vault.named("vault1").secret("acct1-key", "${key:acct1/key1}").secret("other", "x");
  }

  private static String connectionString() {
    return "DefaultEndpointsProtocol=https;AccountName=acct1;AccountKey=${key:acct1/key1}"
        + ";EndpointSuffix=core.windows.net";
  }

  private static Exposure exposure(Lab lab) {
    AssetContext context = AssetContext.unknown("a test");
    return Exposure.of(
        Lab.DETECTOR.detect("key = " + lab.azure.storageKey("acct1", "key1")).stream()
            .map(finding -> new Sighting(finding, context))
            .toList());
  }

  private static RotationPlan plan(Lab lab, String client) {
    return Planner.builder()
        .issuers(lab.accounts(client))
        .store(lab.store())
        .dependents(lab.apps(client))
        .build()
        .plan(exposure(lab));
  }

  private static Approval approval(RotationPlan plan) {
    return new Approval(
        plan.hash(),
        "Ann",
        "Bob",
        Instant.now().plus(Duration.ofHours(1)),
        Set.of(Risk.USE_UNKNOWN));
  }

  private Path journal() {
    return folder.resolve("journal.jsonl");
  }

  private Rotator rotator(Lab lab, ProofPolicy proof) {
    return Rotator.builder(RotationJournal.file(journal()))
        .issuers(lab.accounts(Lab.OWNER))
        .store(lab.store())
        .dependents(lab.apps(Lab.OWNER))
        .proof(proof)
        .pause(duration -> {})
        .build();
  }

  private RotationResult rotate(Lab lab, ProofPolicy proof) {
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.blockers()).isEmpty();
    return rotator(lab, proof).execute(plan, approval(plan));
  }

  private RotationResult resume(Lab lab) {
    List<String> unfinished = RotationJournal.file(journal()).unfinished();
    assertThat(unfinished).hasSize(1);
    return rotator(lab, PATIENT).resume(unfinished.get(0));
  }

  /** The end that everything leads to: one new key everywhere, the old one dead and retired. */
  private static void assertRotated(Lab lab, RotationResult result) {
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

  private static void assertRegeneratedOnceEach(Lab lab) {
    assertThat(lab.wire.sent("POST .+/regenerateKey\\?.*"))
        .extracting(Wire.Sent::body)
        .containsExactly("{\"keyName\":\"key2\"}", "{\"keyName\":\"key1\"}");
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isEqualTo(2);
  }

  // What should happen.

  @Test
  void an_exposed_key_ends_dead_and_proved() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.dependents())
        .extracting(RotationPlan.User::label)
        .containsExactly("web app shop-web", "web app shop-worker");
    assertThat(plan.retire()).hasSize(1);
    assertThat(lab.count("PUT", ".+")).as("planning changes nothing").isZero();
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isZero();

    RotationResult result = rotator(lab, PATIENT).execute(plan, approval(plan));

    assertRotated(lab, result);
    RotationResult.Completed completed = (RotationResult.Completed) result;
    assertThat(completed.proof().rounds()).hasSize(3).allMatch(DeathProof.Round::showsDeath);
    assertThat(lab.count("PUT", ".+/stranger/.+")).isZero();
    assertThat(lab.vault().getSecret("other").getValue()).isEqualTo("x");
  }

  @Test
  void a_key_that_lives_on_for_a_while_is_tried_until_it_is_dead() {
    Lab lab = lab(StorageAccount.named("acct1").oldKeyUses(4));
    RotationResult result = rotate(lab, PATIENT);
    assertRotated(lab, result);
    List<DeathProof.Round> rounds = ((RotationResult.Completed) result).proof().rounds();
    assertThat(rounds).hasSize(7);
    assertThat(rounds.subList(0, 4)).allMatch(DeathProof.Round::showsLife);
    assertThat(rounds.subList(4, 7)).allMatch(DeathProof.Round::showsDeath);
  }

  @Test
  void a_key_that_does_not_die_is_no_success() {
    Lab lab = lab(StorageAccount.named("acct1").oldKeyUses(Integer.MAX_VALUE));
    RotationResult result = rotate(lab, BRIEF);
    assertThat(result).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("ALIVE");
  }

  // What stands in the way.

  @Test
  void a_dependent_that_uses_the_standby_key_blocks_the_plan() {
    Lab lab = lab(
        StorageAccount.named("acct1"), WebApp.named("nightly").setting("KEY", "${key:acct1/key2}"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(Blocker.Kind.STANDBY_IN_USE);
      assertThat(blocker.problem()).contains("web app nightly uses key2");
      assertThat(blocker.fix()).contains(Lab.app("nightly"));
    });
    Rotator rotator = rotator(lab, PATIENT);
    Approval approval = approval(plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("STANDBY_IN_USE");
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isZero();
    assertThat(journal()).doesNotExist();
  }

  @Test
  void a_dependent_that_takes_up_the_standby_key_after_planning_is_not_broken() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.set("stranger", "KEY", lab.azure.storageKey("acct1", "key2"));
    RotationResult result = rotator(lab, PATIENT).execute(plan, approval(plan));
    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("web app stranger uses key2");
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isZero();
  }

  @Test
  void a_vault_whose_newest_version_is_the_standby_key_blocks_the_plan() {
    Lab lab = lab(
        StorageAccount.named("acct1"),
        Vault.named("vault1").secret("followed", "${key:acct1/key2}"));
    assertThat(plan(lab, Lab.OWNER).blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(Blocker.Kind.STANDBY_IN_USE);
      assertThat(blocker.problem()).contains("follows the secret followed");
    });
  }

  @Test
  void keys_that_may_not_be_listed_block_the_plan_and_name_the_action() {
    Lab lab = lab(StorageAccount.named("acct1"));
    assertThat(plan(lab, Lab.LIMITED).blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(Blocker.Kind.UNREADABLE);
      assertThat(blocker.problem()).contains(LIST_KEYS);
    });
  }

  // What looks like death.

  @Test
  void shared_keys_switched_off_during_the_proof_are_no_death() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.wire.afterAnswer(
        "POST .+/regenerateKey\\?.*",
        2,
        () -> lab.patch("acct1", "allowSharedKeyAccess", BooleanNode.FALSE));
    assertNotDead(rotate(lab, BRIEF), "KeyBasedAuthenticationNotPermitted");
    lab.patch("acct1", "allowSharedKeyAccess", BooleanNode.TRUE);
  }

  @Test
  void a_firewall_that_closes_during_the_proof_is_no_death() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.wire.afterAnswer(
        "POST .+/regenerateKey\\?.*",
        2,
        () -> lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Disabled")));
    assertNotDead(rotate(lab, BRIEF), "AuthorizationFailure");
  }

  private void assertNotDead(RotationResult result, String code) {
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("DEAD_BY_ISSUER_ONLY").doesNotContain(" DEAD.");
    assertThat(read(journal())).contains(code);
  }

  @Test
  void a_firewall_that_opens_again_lets_the_proof_be_made() {
    Lab lab = lab(StorageAccount.named("acct1"));
    String old = lab.azure.storageKey("acct1", "key1");
    lab.wire.afterAnswer(
        "POST .+/regenerateKey\\?.*",
        2,
        () -> lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Disabled")));
    assertThat(rotate(lab, BRIEF)).isInstanceOf(RotationResult.Stranded.class);
    lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Enabled"));
    assertThat(old).isNotEqualTo(lab.azure.storageKey("acct1", "key1"));
    assertRotated(lab, resume(lab)); // The old value is still in the vault, to be tried.
  }

  // What is lost.

  @ParameterizedTest
  @CsvSource({
    "POST, .+/regenerateKey, 1",
    "POST, .+/regenerateKey, 2",
    "PUT, /secrets/.+, 1",
    "PUT, .+/shop-web/config/appsettings, 1",
    "PUT, .+/shop-worker/config/appsettings, 1",
    "PUT, .+/shop-worker/config/connectionstrings, 1"
  })
  void a_process_that_dies_with_an_answer_is_taken_up_again(String method, String path, int nth) {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on(method, path).dropAfter().nth(nth));
    lab.wire.killOnLostAnswer(method + " .*");
    Rotator rotator = rotator(lab, PATIENT);
    Approval approval = approval(plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval)).isInstanceOf(Wire.Killed.class);
    lab.azure.faults().clear();
    lab.wire.heal();
    assertRotated(lab, resume(lab));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_process_that_dies_before_its_request_arrives_is_taken_up_again(int nth) {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on("POST", REGENERATE).dropBefore().nth(nth));
    lab.wire.killOnLostAnswer("POST .*");
    Rotator rotator = rotator(lab, PATIENT);
    Approval approval = approval(plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval)).isInstanceOf(Wire.Killed.class);
    lab.azure.faults().clear();
    lab.wire.heal();
    assertThat(resume(lab)).isInstanceOf(RotationResult.Completed.class);
    assertThat(lab.requests("POST", ".+/regenerateKey.*"))
        .filteredOn(request -> request.status() == 200)
        .hasSize(2);
  }

  @Test
  void a_revocation_whose_answer_is_lost_is_not_repeated() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.azure.faults().add(Fault.on("POST", REGENERATE).dropAfter().nth(2));
    assertThat(rotate(lab, PATIENT)).isInstanceOf(RotationResult.Stranded.class);
    assertRotated(lab, resume(lab));
  }

  @Test
  void a_put_that_the_client_repeats_leaves_no_orphan() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on("PUT", "/secrets/.+").dropAfter());
    assertRotated(lab, rotator(lab, PATIENT).execute(plan, approval(plan)));
    assertThat(lab.vault().listPropertiesOfSecretVersions("acct1-key").stream()).hasSize(3);
  }

  @Test
  void an_app_that_can_t_be_written_is_rolled_back_to_a_living_key() {
    Lab lab = lab(StorageAccount.named("acct1"));
    String exposed = lab.azure.storageKey("acct1", "key1");
    lab.azure
        .faults()
        .add(Fault.on("PUT", ".+/shop-worker/config/connectionstrings")
            .status(403, "{}")
            .times(0));
    RotationResult result = rotate(lab, PATIENT);
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("connectionstrings of web app shop-worker");
    assertThat(lab.azure.storageKey("acct1", "key1")).isEqualTo(exposed);
    assertThat(lab.settings("shop-web", "appsettings").get("KEY").asText()).isEqualTo(exposed);
    assertThat(lab.settings("shop-worker", "appsettings").get("STORAGE").asText())
        .contains(exposed);
    assertThat(
            lab.settings("shop-worker", "connectionstrings").at("/files/value").asText())
        .contains(exposed);
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isEqualTo(1);
  }

  // What is written.

  @Test
  void no_secret_is_written_anywhere() throws Exception {
    Lab lab = lab(StorageAccount.named("acct1").oldKeyUses(1));
    List<String> secrets = new ArrayList<>(List.of(
        lab.azure.clientSecret(Lab.OWNER),
        lab.azure.storageKey("acct1", "key1"),
        lab.azure.storageKey("acct1", "key2")));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on("PUT", "/secrets/.+").dropAfter());
    lab.azure.faults().add(Fault.on("POST", REGENERATE).dropAfter().nth(2));
    RotationResult stranded = rotator(lab, PATIENT).execute(plan, approval(plan));
    RotationResult completed = resume(lab);
    assertRotated(lab, completed);
    secrets.add(lab.azure.storageKey("acct1", "key1"));
    secrets.add(lab.azure.storageKey("acct1", "key2"));
    lab.wire.sent(".*").stream()
        .map(Wire.Sent::authorization)
        .filter(header -> header.startsWith("SharedKey"))
        .map(header -> header.substring(header.indexOf(':') + 1))
        .distinct()
        .limit(3)
        .forEach(secrets::add);

    List<ProbeAnswer> answers = ((RotationResult.Completed) completed)
        .proof().rounds().stream().flatMap(round -> round.old().stream()).toList();
    List<String> written = List.of(
        plan.toJson(),
        plan.toString(),
        approval(plan).toJson(),
        stranded.toString() + stranded.summary(),
        completed.toString() + completed.summary(),
        answers.toString(),
        lab.issuer("acct1").toString() + lab.issuer("acct1").snapshot(),
        lab.store().toString() + lab.accounts(Lab.OWNER) + lab.apps(Lab.OWNER),
        lab.apps(Lab.OWNER).findUsing(Lab.fingerprint(secrets.get(4))).toString(),
        lab.azure.requests().toString(),
        read(journal()),
        read(Path.of("target", "test.log")));
    assertThat(secrets).hasSize(8);
    assertThat(written).allSatisfy(text -> assertThat(text).isNotEmpty());
    assertThat(read(Path.of("target", "test.log"))).contains("the client wrote it twice");
    for (String text : written) {
      for (int i = 0; i < secrets.size(); i++) {
        Canary.assertAbsent(
            text, secrets.get(i), "text " + written.indexOf(text) + ", secret " + i);
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new AssertionError("can't be read: " + file, unreadable);
    }
  }
}
