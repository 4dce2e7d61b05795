package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.MessagingNamespace;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationRuleKeysTest {
  private static final String BUS = "Microsoft.ServiceBus/namespaces/shop-bus";
  private static final String ROOT = BUS + "/authorizationRules/RootManageSharedAccessKey";
  private static final String REGENERATE = ".+/regenerateKeys.*";

  private final Lab lab = Lab.of(
      MessagingNamespace.serviceBus("shop-bus")
          .entity("queues", "orders")
          .entity("topics", "news")
          .rule("", "send", "Send")
          .rule("orders", "owner", "Listen", "Manage", "Send")
          .rule("orders", "worker", "Listen")
          .rule("news", "owner", "Listen", "Manage", "Send"),
      MessagingNamespace.eventHubs("shop-events")
          .entity("eventhubs", "clicks")
          .rule("", "listen", "Listen")
          .rule("clicks", "owner", "Listen", "Manage", "Send"),
      MessagingNamespace.serviceBus("bare").withoutDataPlane());

  @AfterEach
  void stop() {
    lab.close();
  }

  private SlotIssuer issuer(String rule) throws RotationException {
    return lab.namespaces(Lab.OWNER).issuer(Lab.rule(rule));
  }

  private String key(String path) {
    return lab.azure.sharedAccessKey("shop-bus", path);
  }

  private String root(String slot) {
    return key("RootManageSharedAccessKey/" + slot);
  }

  @Test
  void the_snapshot_holds_fingerprints_of_both_keys_and_no_ages() throws RotationException {
    Snapshot snapshot = issuer(ROOT).snapshot();
    assertThat(snapshot.slots().keySet()).containsExactly("PrimaryKey", "SecondaryKey");
    snapshot
        .slots()
        .forEach((name, slot) -> assertThat(slot)
            .isEqualTo(new Snapshot.Slot(Lab.fingerprint(root(name)), Optional.empty())));
    assertThat(issuer(ROOT).snapshot().holding(Lab.fingerprint(root("SecondaryKey"))))
        .contains("SecondaryKey");
    assertThat(issuer(ROOT).snapshot().holding(Lab.fingerprint("another"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    BUS + ", shop-bus, RootManageSharedAccessKey, '', azure.service-bus-key, manage",
    BUS + ", shop-bus, send, '', azure.service-bus-key, send",
    BUS + "/queues/orders, shop-bus, worker, orders/, azure.service-bus-key, listen",
    "Microsoft.EventHub/namespaces/shop-events, shop-events, listen, '', azure.event-hubs-key,"
        + " listen",
    "Microsoft.EventHub/namespaces/shop-events/eventhubs/clicks, shop-events, owner, clicks/,"
        + " azure.event-hubs-key, manage",
  })
  void issuing_sets_the_value_that_was_sent_and_leaves_the_other_alone(
      String scope, String namespace, String rule, String entity, String form, String kind)
      throws RotationException {
    SlotIssuer issuer = issuer(scope + "/authorizationRules/" + rule);
    Snapshot before = issuer.snapshot();
    try (Issued made = issuer.issue("SecondaryKey", Lab.ATTEMPT)) {
      Secret fresh = made.value();
      String text = Lab.text(fresh);
      assertThat(text)
          .isEqualTo(lab.azure.sharedAccessKey(namespace, entity + rule + "/SecondaryKey"));
      assertThat(lab.wire.sent("POST " + REGENERATE)).singleElement().satisfies(sent -> {
        assertThat(sent.body())
            .isEqualTo("{\"keyType\":\"SecondaryKey\",\"key\":\"" + text + "\"}");
        assertThat(sent.correlation()).isEqualTo("20261124T000000Z-0badcafe.store");
      });
      // In the form of the service's own keys, so that a scanner finds it by itself.
      assertThat(Lab.DETECTOR.detect("x " + text + " x")).singleElement().satisfies(finding -> {
        assertThat(finding.rule()).isEqualTo(form);
        assertThat(finding.attributes()).containsEntry("keyKind", kind);
      });
    }
    Snapshot after = issuer.snapshot();
    assertThat(after.slot("PrimaryKey")).isEqualTo(before.slot("PrimaryKey"));
    assertThat(after.slot("SecondaryKey")).isNotEqualTo(before.slot("SecondaryKey"));
    assertThat(lab.count("POST", REGENERATE)).isEqualTo(1);
  }

  @Test
  void the_same_attempt_gives_another_value_each_time() throws RotationException {
    try (Issued first = issuer(ROOT).issue("SecondaryKey", Lab.ATTEMPT);
        Issued second = issuer(ROOT).issue("SecondaryKey", Lab.ATTEMPT)) {
      assertThat(Lab.text(first.value())).isNotEqualTo(Lab.text(second.value()));
    }
  }

  @Test
  void revoking_sends_no_value_and_kills_the_old_one() throws Exception {
    String old = root("PrimaryKey");
    issuer(ROOT).revoke("PrimaryKey", Lab.ATTEMPT);
    assertThat(lab.wire.sent("POST " + REGENERATE))
        .extracting(Wire.Sent::body)
        .containsExactly("{\"keyType\":\"PrimaryKey\"}");
    try (Secret value = Secret.of(old);
        Secret fresh = issuer(ROOT).read("PrimaryKey").orElseThrow()) {
      assertThat(issuer(ROOT).probe("PrimaryKey", value))
          .hasOnlyElementsOfType(ProbeAnswer.Refused.class);
      assertThat(issuer(ROOT).probe("PrimaryKey", fresh))
          .hasOnlyElementsOfType(ProbeAnswer.Accepted.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BUS + "/authorizationRules/send",
        BUS + "/queues/orders/authorizationRules/owner",
        BUS + "/topics/news/authorizationRules/owner",
        "Microsoft.EventHub/namespaces/shop-events/authorizationRules/listen",
        "Microsoft.EventHub/namespaces/shop-events/eventhubs/clicks/authorizationRules/owner"
      })
  void rules_of_a_namespace_and_managing_rules_of_an_entity_can_be_tried(String rule)
      throws Exception {
    SlotIssuer issuer = issuer(rule);
    try (Secret old = issuer.read("PrimaryKey").orElseThrow()) {
      assertThat(issuer.probe("PrimaryKey", old)).hasOnlyElementsOfType(ProbeAnswer.Accepted.class);
      issuer.revoke("PrimaryKey", Lab.ATTEMPT);
      assertThat(issuer.probe("PrimaryKey", old)).hasOnlyElementsOfType(ProbeAnswer.Refused.class);
    }
  }

  @Test
  void a_rule_of_an_entity_without_manage_can_t_be_tried_while_it_lives() throws Exception {
    SlotIssuer issuer = issuer(BUS + "/queues/orders/authorizationRules/worker");
    try (Secret value = issuer.read("PrimaryKey").orElseThrow()) {
      assertThat(issuer.probe("PrimaryKey", value))
          .singleElement()
          .isInstanceOf(ProbeAnswer.Unclear.class)
          .satisfies(answer ->
              assertThat(answer.evidence()).startsWith("401 Manage,EntityRead claims required"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void a_refused_issue_is_sent_once(int status) throws RotationException {
    SlotIssuer issuer = issuer(ROOT);
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/regenerateKeys").status(status, "{}").times(0));
    assertThatThrownBy(() -> issuer.issue("SecondaryKey", Lab.ATTEMPT))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("regenerating SecondaryKey of authorization rule")
        .hasMessageContaining(Integer.toString(status));
    assertThat(lab.count("POST", REGENERATE)).isEqualTo(1);
  }

  @Test
  void an_issue_whose_answer_is_lost_is_seen_by_its_twin() throws RotationException {
    SlotIssuer issuer = issuer(ROOT);
    Snapshot before = issuer.snapshot();
    lab.azure.faults().add(Fault.on("POST", ".+/regenerateKeys").dropAfter().times(0));
    assertThatThrownBy(() -> issuer.issue("SecondaryKey", Lab.ATTEMPT))
        .isInstanceOf(RotationException.class);
    assertThat(lab.count("POST", REGENERATE)).isEqualTo(1);
    assertThat(issuer.snapshot().slot("SecondaryKey")).isNotEqualTo(before.slot("SecondaryKey"));
    try (Secret value = issuer.read("SecondaryKey").orElseThrow()) {
      assertThat(lab.wire.sent("POST " + REGENERATE).get(0).body()).contains(Lab.text(value));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "7",
        "{\"primaryKey\":\"YQ==\"}",
        "{\"secondaryKey\":\"YQ==\"}",
        "{\"primaryKey\":\"YQ==\",\"secondaryKey\":null}",
        "{\"primaryKey\":\"YQ==\",\"secondaryKey\":7}",
        "{\"primaryKey\":\"\",\"secondaryKey\":\"YQ==\"}",
        "<html/>",
        ""
      })
  void an_answer_without_both_keys_is_no_snapshot(String body) throws RotationException {
    SlotIssuer issuer = issuer(ROOT);
    lab.azure.faults().add(Fault.on("POST", ".+/listKeys").status(200, body).times(0));
    assertThatThrownBy(issuer::snapshot)
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("authorization rule RootManageSharedAccessKey")
        .hasMessageNotContaining("YQ==");
  }

  @Test
  void a_slot_that_is_not_there_is_named_and_nothing_is_changed() throws RotationException {
    SlotIssuer issuer = issuer(ROOT);
    assertThatThrownBy(() -> issuer.read("TertiaryKey"))
        .isInstanceOf(RotationException.class)
        .hasMessageEndingWith("has no key TertiaryKey");
    Snapshot before = issuer.snapshot();
    assertThatThrownBy(() -> issuer.issue("TertiaryKey", Lab.ATTEMPT))
        .isInstanceOf(RotationException.class);
    assertThat(issuer.snapshot()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"properties\":{\"serviceBusEndpoint\":null}}",
        "{\"properties\":{\"serviceBusEndpoint\":\"http://shop-bus.example/\"}}",
        "{\"properties\":{\"serviceBusEndpoint\":\"https://user:pw@shop-bus.example/\"}}",
        "{\"properties\":{\"serviceBusEndpoint\":\"no uri at all\"}}"
      })
  void a_namespace_without_an_endpoint_can_t_be_probed(String body) throws Exception {
    SlotIssuer issuer = issuer(ROOT);
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/namespaces/shop-bus").status(200, body).times(0));
    try (Secret value = issuer.read("PrimaryKey").orElseThrow()) {
      assertThat(issuer.probe("PrimaryKey", value)).isEmpty();
    }
  }

  @Test
  void the_calls_of_a_plan_are_named_without_a_value() throws RotationException {
    assertThat(issuer(ROOT).describeIssue("SecondaryKey").text())
        .isEqualTo("POST " + Lab.rule(ROOT)
            + "/regenerateKeys {\"keyType\":\"SecondaryKey\",\"key\":\"(made then)\"}");
    assertThat(issuer(ROOT).describeRevoke("PrimaryKey").text())
        .isEqualTo("POST " + Lab.rule(ROOT) + "/regenerateKeys {\"keyType\":\"PrimaryKey\"}");
    assertThat(issuer(ROOT).label())
        .isEqualTo(
            "authorization rule RootManageSharedAccessKey of Service Bus namespace shop-bus");
    assertThat(issuer(
                "Microsoft.EventHub/namespaces/shop-events/eventhubs/clicks/authorizationRules/owner")
            .label())
        .isEqualTo("authorization rule owner of clicks in Event Hubs namespace shop-events");
  }

  @Test
  void keys_are_made_by_chance_alone() {
    Set<String> seen = new HashSet<>();
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 500; i++) {
      try (Secret key = SharedAccessKey.make(random, "+ASb", "Send0000")) {
        assertThat(Lab.text(key)).matches("[A-Za-z0-9+/]{33}\\+ASb[A-P][A-Za-z0-9+/]{5}=");
        assertThat(seen.add(Lab.text(key))).isTrue();
      }
    }
  }
}
