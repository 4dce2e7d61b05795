package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Place;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import dev.rekey.simulator.Spots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each place in which a secret may sit is looked at, in Azure as its documentation has it. */
class BuiltInKindsTest {
  private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
  private static final String GROUP =
      "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/rg/providers/";

  @Test
  void what_is_planted_in_each_spot_is_found_there_and_nothing_else_is() throws Exception {
    long seed = 7;
    Random random = new Random(seed);
    List<Resource> resources = new ArrayList<>();
    Map<String, String> planted = new TreeMap<>();
    int number = 0;
    for (Spots.Spot spot : Spots.all()) {
      String value = SimulatedTenant.connectionString(random);
      String name = "spot" + number++;
      resources.add(spot.with().apply(name, value));
      planted.put(
          place(GROUP + spot.type() + "/" + name + spot.below(), spot.named()),
          SimulatedTenant.accountKey(value));
    }
    Scenario scenario = Scenario.tenant(SimulatedTenant.ID)
        .client(SimulatedTenant.OWNER)
        .subscription(SUBSCRIPTION, ResourceGroup.of("rg", resources.toArray(new Resource[0])))
        .build();
    Coverage coverage = new Coverage();
    Map<String, String> found = new TreeMap<>();

    try (Simulator azure = Simulator.start(scenario)) {
      ContentSource surface = AzureSurface.of(
              SimulatedTenant.of(azure, SimulatedTenant.OWNER).build())
          .watchedBy(coverage);
      SimulatedTenant.scanner().scan(surface, coverage.and((finding, secret) -> {
        Place at = finding.place();
        found.put(place(at.address(), at.name()), secret.reveal(String::new));
      }));
    }

    // What a store holds now is the newest of its revisions too.
    found
        .keySet()
        .removeIf(
            at -> at.contains("/revisions") && found.containsKey(at.replace("/revisions", "/kv")));
    assertThat(coverage.gaps()).as("seed %d", seed).isEmpty();
    assertThat(besides(planted, found))
        .as("planted and not found, seed %d", seed)
        .isEmpty();
    assertThat(besides(found, planted))
        .as("found and not planted, seed %d", seed)
        .isEmpty();
    assertThat(found.equals(planted))
        .as("the values are those that were planted")
        .isTrue();
  }

  @Test
  void what_deployments_left_behind_is_found_at_every_scope() throws Exception {
    Random random = new Random(8);
    String history = SimulatedTenant.connectionString(random);
    String nested = SimulatedTenant.connectionString(random);
    String stack = SimulatedTenant.connectionString(random);
    String policy = SimulatedTenant.connectionString(random);
    String above = SimulatedTenant.connectionString(random);
    String event = SimulatedTenant.connectionString(random);
    String hidden = SimulatedTenant.connectionString(random);
    String deployments = "providers/Microsoft.Resources/deployments";
    Scenario scenario = Scenario.tenant(SimulatedTenant.ID)
        .client(SimulatedTenant.OWNER)
        .subscription(Scenario.Subscription.of(
                SUBSCRIPTION,
                ResourceGroup.of("rg")
                    .document(
                        deployments,
                        List.of(deployment(
                            "d1",
                            Map.of(
                                "store", Map.of("type", "String", "value", history),
                                "safe", Map.of("type", "SecureString", "value", hidden)))))
                    .document(
                        deployments + "/d1/operations",
                        List.of(Map.of(
                            "operationId",
                            "1",
                            "properties",
                            Map.of("request", Map.of("content", Map.of("store", nested))))))
                    .document(
                        "providers/Microsoft.EventGrid/eventSubscriptions",
                        List.of(Map.of("name", "e1")))
                    .document(
                        "providers/Microsoft.EventGrid/eventSubscriptions/e1/getFullUrl",
                        Map.of("endpointUrl", "https://hook.example/?s=" + event)))
            .document(
                "providers/Microsoft.Resources/deploymentStacks",
                List.of(Map.of(
                    "name",
                    "s1",
                    "properties",
                    Map.of("outputs", Map.of("store", Map.of("value", stack))))))
            .document(
                "providers/Microsoft.Authorization/policyDefinitions",
                List.of(Map.of(
                    "name",
                    "p1",
                    "properties",
                    Map.of(
                        "policyType",
                        "Custom",
                        "parameters",
                        Map.of("store", Map.of("defaultValue", policy)))))))
        .managementGroup(Scenario.ManagementGroup.of("mg1", "All", SUBSCRIPTION)
            .document(
                deployments,
                List.of(
                    deployment("d2", Map.of("store", Map.of("type", "String", "value", above))))))
        .build();
    Map<String, String> found = new TreeMap<>();
    Coverage coverage = new Coverage();

    try (Simulator azure = Simulator.start(scenario)) {
      SimulatedTenant.scanner()
          .scan(
              AzureSurface.of(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build())
                  .watchedBy(coverage),
              coverage.and((finding, secret) ->
                  found.put(secret.reveal(String::new), finding.place().toString())));
    }

    String group = "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/rg/";
    String subscription = "/subscriptions/" + SUBSCRIPTION + "/";
    assertThat(coverage.gaps()).isEmpty();
    assertThat(found.values())
        .containsExactlyInAnyOrder(
            group + deployments + "/d1 › store",
            group + deployments + "/d1/operations/1 › store",
            group + "providers/Microsoft.EventGrid/eventSubscriptions/e1/getFullUrl › endpointUrl",
            subscription + "providers/Microsoft.Resources/deploymentStacks/s1 › store",
            subscription
                + "providers/Microsoft.Authorization/policyDefinitions/p1 › store/defaultValue",
            "/providers/Microsoft.Management/managementGroups/mg1/" + deployments + "/d2 › store");
    assertThat(found).doesNotContainKey(SimulatedTenant.accountKey(hidden));
  }

  private static Map<String, Object> deployment(String name, Map<String, Object> parameters) {
    return Map.of("name", name, "properties", Map.of("parameters", parameters));
  }

  private static Set<String> besides(Map<String, String> these, Map<String, String> those) {
    Set<String> rest = new TreeSet<>(these.keySet());
    rest.removeAll(those.keySet());
    return rest;
  }

  private static String place(String address, String name) {
    return name.isEmpty() ? address : address + " › " + name;
  }

  @Test
  void every_kind_says_how_it_is_reachable_and_reads_something() {
    for (ResourceKind kind : ResourceKinds.builtIn().all()) {
      assertThat(kind.readings()).as(kind.type()).isNotEmpty();
      assertThat(kind.reachable()).as(kind.type()).isNotEmpty();
      assertThat(kind.group()).as(kind.type()).isNotEqualTo("Others");
    }
  }
}
