package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ApprovalException;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.RotationStep;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way of a key of an authorization rule; and what looks like its end. */
class MessagingRotationTest {
  private static final String ROOT = "RootManageSharedAccessKey";
  private static final String REGENERATE = "POST .+/regenerateKeys\\?.*";
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

  private static MessagingNamespace bus() {
    return MessagingNamespace.serviceBus("shop-bus")
        .entity("queues", "orders")
        .rule("orders", "owner", "Listen", "Manage", "Send")
        .rule("orders", "worker", "Listen");
  }

  /** The end of a connection string, from the key on. */
  private static String string(String namespace, String rule, String entity, String key) {
    return "Endpoint=sb://" + namespace + ".servicebus.windows.net/;SharedAccessKeyName=" + rule
        + ";SharedAccessKey=" + key + (entity.isEmpty() ? "" : ";EntityPath=" + entity);
  }

  /** An app that holds a key of a rule in three shapes, a vault that holds it, and a stranger. */
  private Lab lab(MessagingNamespace namespace, String entity, String rule, WebApp... more) {
    String key = "${sas:" + namespace.name() + "/" + (entity.isEmpty() ? "" : entity + "/") + rule
        + "/PrimaryKey}";
    String string = string(namespace.name(), rule, entity, key);
    List<Resource> all = new ArrayList<>(Arrays.asList(more));
    all.add(namespace);
    all.add(Vault.named("vault1").secret("bus-key", key));
    all.add(WebApp.named("shop-web")
        .setting("BUS", string)
        .setting("KEY", key)
        .setting("A", "b")
        .connectionString("queue", string, "ServiceBus"));
    all.add(WebApp.named("stranger").setting("A", "b"));
    Lab lab = Lab.of(all.toArray(new Resource[0]));
    labs.add(lab);
    return lab;
  }

  private static Exposure exposure(Lab lab, String namespace, String path) {
    AssetContext context = AssetContext.unknown("a test");
    return Exposure.of(
        Lab.DETECTOR.detect("key = " + lab.azure.sharedAccessKey(namespace, path)).stream()
            .map(finding -> new Sighting(finding, context))
            .toList());
  }

  private static RotationPlan plan(Lab lab, String namespace, String path) {
    return Planner.builder()
        .issuers(lab.namespaces(Lab.OWNER))
        .store(lab.store())
        .dependents(lab.dependents(Lab.OWNER))
        .build()
        .plan(exposure(lab, namespace, path + "/PrimaryKey"));
  }

  private static Approval approval(RotationPlan plan, Risk... more) {
    Set<Risk> risks = new HashSet<>(Arrays.asList(more));
    risks.add(Risk.USE_UNKNOWN);
    risks.add(Risk.DEAD_FOR_NEW);
    return Approval.of(plan)
        .requester("Ann")
        .approver("Bob", Instant.now(), "CHANGE-1")
        .approver("Cleo", Instant.now(), "CHANGE-1")
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .accept(risks.toArray(new Risk[0]))
        .build();
  }

  private Rotator rotator(Lab lab, ProofPolicy proof) {
    return Rotator.builder(RotationJournal.file(folder.resolve("journal.jsonl")))
        .issuers(lab.namespaces(Lab.OWNER))
        .store(lab.store())
        .dependents(lab.dependents(Lab.OWNER))
        .proof(proof)
        .pause(duration -> {})
        .build();
  }

  private RotationResult rotate(Lab lab, ProofPolicy proof) {
    RotationPlan plan = plan(lab, "shop-bus", ROOT);
    assertThat(plan.blockers()).isEmpty();
    return rotator(lab, proof).execute(plan, approval(plan));
  }

  private RotationResult resume(Lab lab) {
    List<String> unfinished =
        RotationJournal.file(folder.resolve("journal.jsonl")).unfinished();
    assertThat(unfinished).hasSize(1);
    return rotator(lab, PATIENT).resume(unfinished.get(0));
  }

  private static void assertRotated(
      Lab lab, RotationResult result, String namespace, String entity, String rule) {
    assertThat(result)
        .as(result.summary())
        .isInstanceOfSatisfying(RotationResult.Completed.class, completed -> {
          assertThat(completed.proof().verdict()).isEqualTo(DeathProof.Verdict.DEAD_FOR_NEW);
          assertThat(completed.proof().sessionsUntil())
              .as("nobody knows until when")
              .isEmpty();
        });
    String fresh = lab.azure.sharedAccessKey(
        namespace, (entity.isEmpty() ? "" : entity + "/") + rule + "/SecondaryKey");
    assertThat(lab.vault().getSecret("bus-key").getValue()).isEqualTo(fresh);
    assertThat(lab.vault().listPropertiesOfSecretVersions("bus-key").stream())
        .filteredOn(SecretProperties::isEnabled)
        .hasSize(1);
    String string = string(namespace, rule, entity, fresh);
    assertThat(lab.settings("shop-web", "appsettings").get("KEY").asText()).isEqualTo(fresh);
    assertThat(lab.settings("shop-web", "appsettings").get("BUS").asText()).isEqualTo(string);
    assertThat(lab.settings("shop-web", "connectionstrings").at("/queue/value").asText())
        .isEqualTo(string);
    assertThat(lab.wire.sent(REGENERATE))
        .extracting(Wire.Sent::body)
        .satisfiesExactly(
            issued -> assertThat(issued)
                .isEqualTo("{\"keyType\":\"SecondaryKey\",\"key\":\"" + fresh + "\"}"),
            revoked -> assertThat(revoked).isEqualTo("{\"keyType\":\"PrimaryKey\"}"));
    assertThat(lab.count("PUT", ".+/stranger/.+")).isZero();
  }

  // What should happen.

  @ParameterizedTest
  @CsvSource({
    "shop-bus, '', RootManageSharedAccessKey",
    "shop-bus, orders, owner",
    "shop-events, '', RootManageSharedAccessKey",
    "shop-events, clicks, owner"
  })
  void an_exposed_key_ends_dead_and_proved(String namespace, String entity, String rule) {
    MessagingNamespace events = MessagingNamespace.eventHubs("shop-events")
        .entity("eventhubs", "clicks")
        .rule("clicks", "owner", "Listen", "Manage", "Send");
    Lab lab = lab(namespace.equals("shop-bus") ? bus() : events, entity, rule);
    RotationPlan plan = plan(lab, namespace, (entity.isEmpty() ? "" : entity + "/") + rule);
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.dependents())
        .extracting(RotationPlan.User::label)
        .containsExactly("web app shop-web");
    assertThat(lab.wire.sent(REGENERATE)).as("planning changes nothing").isEmpty();

    RotationResult result = rotator(lab, PATIENT).execute(plan, approval(plan));

    assertRotated(lab, result, namespace, entity, rule);
    assertThat(((RotationResult.Completed) result).proof().rounds())
        .hasSize(3)
        .allMatch(DeathProof.Round::showsDeath);
  }

  @Test
  void a_key_that_lives_on_for_a_while_is_tried_until_it_is_dead() {
    Lab lab = lab(bus().oldKeyUses(4), "", ROOT);
    RotationResult result = rotate(lab, PATIENT);
    assertRotated(lab, result, "shop-bus", "", ROOT);
    assertThat(((RotationResult.Completed) result).proof().rounds()).hasSize(7);
  }

  @Test
  void a_key_that_does_not_die_is_no_success() {
    Lab lab = lab(bus().oldKeyUses(Integer.MAX_VALUE), "", ROOT);
    RotationResult result = rotate(lab, BRIEF);
    assertThat(result).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("ALIVE");
  }

  @Test
  void a_link_that_was_opened_before_lives_on_of_which_plan_approval_and_proof_speak() {
    Lab lab = lab(bus(), "", ROOT);
    URI link = link(lab);
    RotationPlan plan = plan(lab, "shop-bus", ROOT);
    assertThat(plan.risks()).contains(Risk.DEAD_FOR_NEW);
    assertThat(plan.toText()).contains("links that were opened", "for how long is not known");
    Rotator rotator = rotator(lab, PATIENT);
    Approval timid = Approval.of(plan)
        .requester("Ann")
        .approver("Bob", Instant.now(), "CHANGE-1")
        .approver("Cleo", Instant.now(), "CHANGE-1")
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .accept(Risk.USE_UNKNOWN)
        .build();
    assertThatThrownBy(() -> rotator.execute(plan, timid))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("DEAD_FOR_NEW");
    assertThat(lab.wire.sent(REGENERATE)).isEmpty();

    assertRotated(lab, rotator.execute(plan, approval(plan)), "shop-bus", "", ROOT);

    assertThat(status(lab, new HttpRequest(HttpMethod.GET, link.toString()))).isEqualTo(204);
  }

  /** Opens a link with the exposed key, which stands for one of AMQP. */
  private static URI link(Lab lab) {
    URI bus = lab.azure.messaging("shop-bus");
    HttpRequest open =
        new HttpRequest(HttpMethod.POST, bus.resolve("/orders/$link").toString());
    try (Secret key = Secret.of(lab.azure.sharedAccessKey("shop-bus", ROOT + "/PrimaryKey"))) {
      open.setHeader(
          HttpHeaderName.AUTHORIZATION,
          SharedAccessToken.sign(bus, "", ROOT, key, Instant.now().plus(Duration.ofHours(1))));
    }
    try (HttpResponse opened = lab.transport().sendSync(open, Context.NONE)) {
      assertThat(opened.getStatusCode()).isEqualTo(201);
      return bus.resolve(
          "/$link/" + opened.getBodyAsBinaryData().toString().replaceAll(".*\"link\":\"|\".*", ""));
    }
  }

  private static int status(Lab lab, HttpRequest request) {
    try (HttpResponse answer = lab.transport().sendSync(request, Context.NONE)) {
      return answer.getStatusCode();
    }
  }

  @Test
  void each_change_has_a_command_that_shows_no_value() {
    Lab lab = lab(bus(), "", ROOT);
    assertThat(plan(lab, "shop-bus", ROOT).steps())
        .filteredOn(step ->
            step.kind() == RotationStep.Kind.ISSUE || step.kind() == RotationStep.Kind.REVOKE)
        .flatExtracting(step -> step.call().az())
        .containsExactly(
            command("{\"keyType\":\"SecondaryKey\"}"), command("{\"keyType\":\"PrimaryKey\"}"));
  }

  private static String command(String body) {
    return "az rest --method post --url '"
        + Lab.rule("Microsoft.ServiceBus/namespaces/shop-bus/authorizationRules/" + ROOT)
        + "/regenerateKeys?api-version=2021-11-01' --body '" + body + "' -o none";
  }

  // What stands in the way.

  @Test
  void two_equal_keys_block_the_plan() {
    // Service Bus's own guide moves the primary key into the secondary slot.
    Lab lab = lab(bus(), "", ROOT);
    lab.regenerateRule(
        "Microsoft.ServiceBus/namespaces/shop-bus/authorizationRules/" + ROOT,
        "SecondaryKey",
        lab.azure.sharedAccessKey("shop-bus", ROOT + "/PrimaryKey"));
    assertThat(plan(lab, "shop-bus", ROOT).blockers())
        .extracting(Blocker::kind)
        .contains(Blocker.Kind.STANDBY_IN_USE);
  }

  @Test
  void a_key_that_can_t_be_tried_needs_that_risk_accepted() {
    Lab lab = lab(bus(), "orders", "worker");
    RotationPlan plan = plan(lab, "shop-bus", "orders/worker");
    RotationResult refused = rotator(lab, BRIEF).execute(plan, approval(plan));
    assertThat(refused).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(refused.summary()).contains("Manage,EntityRead claims required");
    assertThat(lab.wire.sent(REGENERATE)).isEmpty();
  }

  @Test
  void a_key_that_can_t_be_tried_ends_dead_by_its_issuer_only_where_that_is_accepted() {
    Lab lab = lab(bus(), "orders", "worker");
    RotationPlan plan = plan(lab, "shop-bus", "orders/worker");
    RotationResult result =
        rotator(lab, BRIEF).execute(plan, approval(plan, Risk.DEAD_BY_ISSUER_ONLY));
    assertThat(result)
        .as(result.summary())
        .isInstanceOfSatisfying(
            RotationResult.Completed.class,
            completed -> assertThat(completed.proof().verdict())
                .isEqualTo(DeathProof.Verdict.DEAD_BY_ISSUER_ONLY));
  }

  // What looks like death.

  @ParameterizedTest
  @ValueSource(strings = {"disableLocalAuth", "publicNetworkAccess"})
  void what_closes_during_the_proof_is_no_death_and_may_open_again(String property) {
    boolean auth = property.equals("disableLocalAuth");
    Lab lab = lab(bus(), "", ROOT);
    lab.wire.afterAnswer(
        REGENERATE,
        2,
        () -> lab.patchNamespace(
            "shop-bus", property, auth ? BooleanNode.TRUE : TextNode.valueOf("Disabled")));
    RotationResult result = rotate(lab, BRIEF);
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("DEAD_BY_ISSUER_ONLY").doesNotContain(" DEAD.");
    assertThat(Shop.read(folder.resolve("journal.jsonl")))
        .contains(auth ? "LocalAuthDisabled" : "Ip has been prevented");
    lab.patchNamespace(
        "shop-bus", property, auth ? BooleanNode.FALSE : TextNode.valueOf("Enabled"));
    assertRotated(lab, resume(lab), "shop-bus", "", ROOT);
  }

  // Answers that are lost, and processes that die with them.

  @ParameterizedTest
  @CsvSource({
    "POST, .+/regenerateKeys, 1",
    "POST, .+/regenerateKeys, 2",
    "PUT, /secrets/.+, 1",
    "PUT, .+/shop-web/config/appsettings, 1",
    "PUT, .+/shop-web/config/connectionstrings, 1"
  })
  void a_process_that_dies_with_an_answer_is_taken_up_again(String method, String path, int nth) {
    Lab lab = lab(bus(), "", ROOT);
    RotationPlan plan = plan(lab, "shop-bus", ROOT);
    lab.azure.faults().add(Fault.on(method, path).dropAfter().nth(nth));
    lab.wire.killOnLostAnswer(method + " .*");
    Rotator rotator = rotator(lab, PATIENT);
    Approval approval = approval(plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval)).isInstanceOf(Wire.Killed.class);
    lab.azure.faults().clear();
    lab.wire.heal();
    assertRotated(lab, resume(lab), "shop-bus", "", ROOT);
  }

  @Test
  void a_revocation_whose_answer_is_lost_is_not_repeated() {
    Lab lab = lab(bus(), "", ROOT);
    lab.azure.faults().add(Fault.on("POST", ".+/regenerateKeys").dropAfter().nth(2));
    assertThat(rotate(lab, PATIENT)).isInstanceOf(RotationResult.Stranded.class);
    assertRotated(lab, resume(lab), "shop-bus", "", ROOT);
  }

  // What is written.

  @Test
  void no_secret_is_written_anywhere() throws Exception {
    Lab lab = lab(bus().oldKeyUses(1), "", ROOT);
    List<String> secrets = new ArrayList<>(List.of(
        lab.azure.clientSecret(Lab.OWNER),
        lab.azure.sharedAccessKey("shop-bus", ROOT + "/PrimaryKey"),
        lab.azure.sharedAccessKey("shop-bus", ROOT + "/SecondaryKey")));
    RotationPlan plan = plan(lab, "shop-bus", ROOT);
    lab.azure.faults().add(Fault.on("POST", ".+/regenerateKeys").dropAfter().nth(2));
    RotationResult stranded = rotator(lab, PATIENT).execute(plan, approval(plan));
    RotationResult completed = resume(lab);
    assertRotated(lab, completed, "shop-bus", "", ROOT);
    secrets.add(lab.azure.sharedAccessKey("shop-bus", ROOT + "/PrimaryKey"));
    secrets.add(lab.azure.sharedAccessKey("shop-bus", ROOT + "/SecondaryKey"));
    lab.wire.sent(".*").stream()
        .map(Wire.Sent::authorization)
        .filter(header -> header.startsWith("SharedAccessSignature"))
        .map(header -> header.replaceAll(".*&sig=|&se=.*", ""))
        .distinct()
        .limit(3)
        .forEach(secrets::add);
    List<String> written = List.of(
        plan.toJson(),
        plan.toString(),
        approval(plan).toJson(),
        stranded.toString() + stranded.summary(),
        completed.toString() + completed.summary(),
        ((RotationResult.Completed) completed).proof().toString(),
        lab.namespaces(Lab.OWNER).issuer(plan.issuer()).toString(),
        lab.namespaces(Lab.OWNER).toString(),
        lab.azure.requests().toString(),
        Shop.read(folder.resolve("journal.jsonl")),
        Shop.read(Path.of("target", "test.log")));
    assertThat(secrets).hasSizeBetween(6, 8);
    assertThat(written).allSatisfy(text -> assertThat(text).isNotEmpty());
    for (String text : written) {
      for (int i = 0; i < secrets.size(); i++) {
        Canary.assertAbsent(
            text, secrets.get(i), "text " + written.indexOf(text) + ", secret " + i);
      }
    }
  }
}
