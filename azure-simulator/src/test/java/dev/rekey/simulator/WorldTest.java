package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The resources as a whole: how many there may be, and that some go while they are listed. */
class WorldTest {
  private static final String VM = "Microsoft.Compute/virtualMachines";
  private static final String GRAPH =
      "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";

  private static Simulator with(ResourceGroup... groups) {
    return Simulator.start(
        Scenario.tenant(TENANT).client(CLIENT).subscription(SUB, groups).build());
  }

  private static String token(Wire wire, Simulator simulator) {
    return wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
  }

  private static String machine(String group, String name) {
    return "/subscriptions/" + SUB + "/resourceGroups/" + group + "/providers/" + VM + "/" + name;
  }

  private static List<String> listed(Wire wire, String token, String path, Runnable afterFirst) {
    List<String> names = new ArrayList<>();
    Wire.Answer page = wire.call(token, "GET", path, "");
    afterFirst.run();
    while (true) {
      page.json().path("value").forEach(one -> names.add(one.path("name").asText()));
      String next = page.json().path("nextLink").asText();
      if (next.isEmpty()) {
        return names;
      }
      assertThat(names).as("a list that comes to its end").hasSizeLessThan(20_000);
      page = wire.call(token, "GET", URI.create(next), "");
    }
  }

  @Test
  void twenty_thousand_resources_are_found_by_graph_by_list_and_by_id() {
    List<ResourceGroup> groups = new ArrayList<>();
    for (int g = 0; g < 10; g++) {
      Resource[] resources = new Resource[2000];
      for (int i = 0; i < resources.length; i++) {
        resources[i] =
            Other.of(i % 2 == 0 ? VM : "Microsoft.Logic/workflows", "r" + i).property("number", i);
      }
      groups.add(ResourceGroup.of("rg" + g, resources));
    }
    try (Simulator simulator = with(groups.toArray(new ResourceGroup[0]))) {
      Wire wire = new Wire(simulator.cloud(), simulator.trust());
      String token = token(wire, simulator);
      Set<String> seen = new HashSet<>();
      String query =
          "Resources | where type =~ '" + VM + "' | project id, properties" + " | order by id asc";
      String skip = "";
      int pages = 0;
      do {
        JsonNode page = wire.call(
                token,
                "POST",
                GRAPH,
                "{\"query\":\"" + query + "\",\"options\":{\"$top\":1000" + skip + "}}")
            .json();
        assertThat(page.path("totalRecords").asInt()).isEqualTo(10_000);
        page.path("data").forEach(row -> seen.add(row.path("id").asText()));
        String next = page.path("$skipToken").asText();
        skip = next.isEmpty() ? "" : ",\"$skipToken\":\"" + next + "\"";
        pages++;
        assertThat(pages).isLessThan(20);
      } while (!skip.isEmpty());
      assertThat(pages).isEqualTo(10);
      assertThat(seen).hasSize(10_000);
      assertThat(listed(
              wire,
              token,
              "/subscriptions/" + SUB
                  + "/providers/Microsoft.Logic/workflows?api-version=2019-05-01",
              () -> {}))
          .hasSize(10_000);
      assertThat(wire.call(token, "GET", machine("rg7", "r1998") + "?api-version=2024-07-01", "")
              .json()
              .at("/properties/number")
              .asInt())
          .isEqualTo(1998);
    }
  }

  @Test
  void what_is_deleted_is_gone_for_arm_at_once_and_for_resource_graph_later() {
    try (Simulator simulator = with(ResourceGroup.of(
        "rg1", Other.of(VM, "vm1"), WebApp.named("app1").slot(WebApp.named("blue"))))) {
      Wire wire = new Wire(simulator.cloud(), simulator.trust());
      String token = token(wire, simulator);
      simulator.delete(machine("RG1", "VM1"));
      assertThat(
              wire.control("POST", "delete", "{\"id\":\"" + Names.APP + "\"}").status())
          .isEqualTo(204);
      for (String path : List.of(
          machine("rg1", "vm1") + "?api-version=2024-07-01",
          machine("rg1", "vm1") + "/extensions?api-version=2024-07-01",
          Names.APP + "?api-version=2024-04-01",
          Names.APP + "/slots/blue?api-version=2024-04-01")) {
        Wire.Answer answer = wire.call(token, "GET", path, "");
        assertThat(answer.status()).as(path).isEqualTo(404);
        assertThat(answer.error()).as(path).isEqualTo("ResourceNotFound");
      }
      assertThat(wire.call(token, "POST", GRAPH, "{\"query\":\"Resources\"}")
              .json()
              .path("totalRecords")
              .asInt())
          .isEqualTo(3);
      assertThat(wire.control("POST", "settle", "").status()).isEqualTo(204);
      assertThat(wire.call(token, "POST", GRAPH, "{\"query\":\"Resources\"}")
              .json()
              .path("totalRecords")
              .asInt())
          .isZero();
      assertThatThrownBy(() -> simulator.delete(machine("rg1", "vm1")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(wire.control("POST", "delete", "{\"id\":\"/nothing\"}").status())
          .isEqualTo(400);
    }
  }

  @Test
  void a_list_skips_nothing_when_what_it_has_shown_is_deleted() {
    Resource[] jobs = new Resource[250];
    for (int i = 0; i < jobs.length; i++) {
      jobs[i] = Other.of("Microsoft.App/jobs", "job" + i);
    }
    try (Simulator simulator = with(ResourceGroup.of("rg1", jobs))) {
      Wire wire = new Wire(simulator.cloud(), simulator.trust());
      String list = Names.GROUP + "/providers/Microsoft.App/jobs";
      List<String> names =
          listed(wire, token(wire, simulator), list + "?api-version=2024-03-01", () -> {
            simulator.delete(list + "/job5");
            simulator.delete(list + "/job150");
          });
      assertThat(names).hasSize(249).doesNotHaveDuplicates().contains("job100", "job249");
    }
  }

  @Test
  void all_resources_of_a_subscription_are_listed_without_their_properties() {
    try (Simulator simulator = with(ResourceGroup.of(
        "rg1", Other.of(VM, "vm1").property("x", 1), StorageAccount.named("acct1")))) {
      Wire wire = new Wire(simulator.cloud(), simulator.trust());
      String list = "/subscriptions/" + SUB + "/resources?api-version=2021-04-01";
      JsonNode first = wire.call(
              token(wire, simulator), "GET", list + "&$top=1&$expand=createdTime", "")
          .json();
      assertThat(first.path("value")).hasSize(1);
      assertThat(first.at("/value/0/createdTime").asText()).isNotEmpty();
      assertThat(first.at("/value/0").has("properties")).isFalse();
      assertThat(listed(wire, token(wire, simulator), list + "&$top=1", () -> {}))
          .containsExactly("acct1", "vm1");
      assertThat(listed(
              wire,
              token(wire, simulator),
              list + "&$filter=resourceType%20eq%20'microsoft.compute/virtualmachines'",
              () -> {}))
          .containsExactly("vm1");
    }
  }
}
