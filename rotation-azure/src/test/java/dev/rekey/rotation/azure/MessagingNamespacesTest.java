package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.MessagingNamespace;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagingNamespacesTest {
  private static final String ROOT = "RootManageSharedAccessKey";
  private static final String LIST_KEYS =
      "Microsoft.ServiceBus/namespaces/authorizationRules/listkeys/action";
  private static final String BUS = "Microsoft.ServiceBus/namespaces/shop-bus";
  private static final String EVENTS = "Microsoft.EventHub/namespaces/shop-events";

  private final Lab lab = Lab.of(
      List.of(LIST_KEYS),
      MessagingNamespace.serviceBus("another").withoutDataPlane(),
      MessagingNamespace.serviceBus("shop-bus")
          .entity("queues", "orders")
          .entity("topics", "news")
          .rule("", "send", "Send")
          .rule("orders", "worker", "Listen")
          .rule("news", "editor", "Send")
          .withoutDataPlane(),
      MessagingNamespace.eventHubs("shop-events")
          .entity("eventhubs", "clicks")
          .rule("clicks", "site", "Send")
          .withoutDataPlane());

  @AfterEach
  void stop() {
    lab.close();
  }

  private static Credential credential(String text) {
    return Credential.of(Lab.DETECTOR.detect(text));
  }

  private Credential bare(String namespace, String path) {
    return credential("key = " + lab.azure.sharedAccessKey(namespace, path));
  }

  private MessagingNamespaces namespaces() {
    return lab.namespaces(Lab.OWNER);
  }

  @ParameterizedTest
  @CsvSource({
    "another, RootManageSharedAccessKey/PrimaryKey,"
        + " Microsoft.ServiceBus/namespaces/another/authorizationRules/RootManageSharedAccessKey",
    "shop-bus, send/SecondaryKey, " + BUS + "/authorizationRules/send",
    "shop-bus, orders/worker/PrimaryKey, " + BUS + "/queues/orders/authorizationRules/worker",
    "shop-bus, news/editor/PrimaryKey, " + BUS + "/topics/news/authorizationRules/editor",
    "shop-events, RootManageSharedAccessKey/SecondaryKey, " + EVENTS
        + "/authorizationRules/RootManageSharedAccessKey",
    "shop-events, clicks/site/PrimaryKey, " + EVENTS + "/eventhubs/clicks/authorizationRules/site",
  })
  void the_rule_of_a_key_is_found_by_asking_all_and_again_by_its_id(
      String namespace, String path, String rule) throws RotationException {
    assertThat(namespaces().findIssuing(bare(namespace, path), Optional.empty()))
        .map(found -> found.issuer().id())
        .contains(Lab.rule(rule));
    assertThat(namespaces().issuer(Lab.rule(rule)).id()).isEqualTo(Lab.rule(rule));
  }

  @Test
  void what_is_named_beside_the_key_is_asked_first() throws RotationException {
    Credential named = credential("Endpoint=sb://shop-bus.servicebus.windows.net/;"
        + "SharedAccessKeyName=worker;SharedAccessKey="
        + lab.azure.sharedAccessKey("shop-bus", "orders/worker/SecondaryKey")
        + ";EntityPath=orders");
    assertThat(named.attributes())
        .containsEntry("host", "shop-bus.servicebus.windows.net")
        .containsEntry("policy", "worker")
        .containsEntry("entity", "orders");
    assertThat(namespaces().findIssuing(named, Optional.empty())).isPresent();
    assertThat(lab.count("POST", ".+/listKeys.*")).isEqualTo(1);
  }

  @Test
  void wrong_names_beside_the_key_mislead_nobody() throws RotationException {
    Credential named = credential("Endpoint=sb://another.servicebus.windows.net/;"
        + "SharedAccessKeyName=send;SharedAccessKey="
        + lab.azure.sharedAccessKey("shop-events", "clicks/site/PrimaryKey")
        + ";EntityPath=orders");
    assertThat(namespaces().findIssuing(named, Optional.empty()))
        .map(found -> found.issuer().id())
        .contains(Lab.rule(EVENTS + "/eventhubs/clicks/authorizationRules/site"));
  }

  @Test
  void a_key_that_was_regenerated_has_no_issuer() throws RotationException {
    Credential dead = bare("shop-bus", "send/PrimaryKey");
    lab.regenerateRule(BUS + "/authorizationRules/send", "PrimaryKey", "");
    assertThat(namespaces().findIssuing(dead, Optional.empty())).isEmpty();
  }

  @Test
  void rules_that_can_t_be_asked_are_no_absence() {
    Credential key = bare("shop-bus", "send/PrimaryKey");
    assertThatThrownBy(() -> lab.namespaces(Lab.LIMITED).findIssuing(key, Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("3 failed")
        .hasMessageContaining(LIST_KEYS);
  }

  @Test
  void rules_that_can_t_be_asked_hide_no_others() throws RotationException {
    Credential key = bare("shop-bus", "orders/worker/PrimaryKey");
    assertThat(lab.namespaces(Lab.LIMITED).findIssuing(key, Optional.empty())).isPresent();
  }

  @Test
  void a_namespace_whose_queues_can_t_be_listed_hides_no_other_and_is_no_absence()
      throws RotationException {
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/shop-bus/queues").status(403, "{}").times(0));
    assertThat(
            namespaces().findIssuing(bare("shop-events", ROOT + "/PrimaryKey"), Optional.empty()))
        .isPresent();
    Credential hidden = bare("shop-bus", "send/PrimaryKey");
    assertThatThrownBy(() -> namespaces().findIssuing(hidden, Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("listing the queues of shop-bus failed");
  }

  @Test
  void a_rule_and_a_namespace_that_are_listed_but_gone_made_no_living_key()
      throws RotationException {
    Credential dead = bare("shop-events", ROOT + "/PrimaryKey");
    lab.regenerateRule(EVENTS + "/authorizationRules/" + ROOT, "PrimaryKey", "");
    lab.azure.faults().add(Fault.on("", ".+/another(/.+)?").status(404, "{}").times(0));
    lab.azure
        .faults()
        .add(Fault.on("", ".+/authorizationRules/send(/.+)?").status(404, "{}").times(0));
    assertThat(namespaces().findIssuing(dead, Optional.empty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop-bus",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/n",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/n/queues/q",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.EventHub/namespaces/n/queues/q/authorizationRules/r",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Relay/namespaces/n/authorizationRules/r",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/../authorizationRules/r",
        "https://elsewhere.example/subscriptions/s"
      })
  void what_is_no_id_of_a_rule_is_refused(String id) {
    assertThatThrownBy(() -> namespaces().issuer(id))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("not the id of a messaging authorization rule");
    assertThat(lab.azure.requests()).isEmpty();
  }

  @Test
  void a_rule_that_is_gone_is_named() {
    assertThatThrownBy(() -> namespaces().issuer(Lab.rule(BUS + "/authorizationRules/gone")))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("gone")
        .hasMessageContaining("404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"value\":[{}]}", "{\"value\":[{\"name\":\"a/b\"}]}"})
  void a_list_with_a_name_that_is_none_is_an_error(String body) {
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/authorizationRules").status(200, body).times(0));
    Credential key = bare("shop-bus", "send/PrimaryKey");
    assertThatThrownBy(() -> namespaces().findIssuing(key, Optional.empty()))
        .isInstanceOf(RotationException.class);
  }
}
