package dev.rekey.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeededTenantTest {
  private static final String TENANT = "00000000-0000-0000-0000-000000000900";
  private static final String CLIENT = "00000000-0000-0000-0000-000000000710";

  private static SeededTenant tenant(long seed, int each, int values) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < values; i++) {
      all.add("planted value " + i);
    }
    return new SeededTenant(seed, TENANT, CLIENT, 2, each, all);
  }

  @Test
  void a_seed_gives_the_same_tenant_each_time_and_another_seed_another() {
    assertThat(tenant(1, 100, 50).scenario()).isEqualTo(tenant(1, 100, 50).scenario());
    assertThat(tenant(1, 100, 50).scenario()).isNotEqualTo(tenant(2, 100, 50).scenario());
  }

  @Test
  void each_value_is_planted_once_and_every_kind_of_spot_is_used() {
    SeededTenant tenant = tenant(1, 100, Spots.all().size());

    assertThat(tenant.planted().values())
        .extracting(SeededTenant.Planted::value)
        .doesNotHaveDuplicates()
        .hasSize(Spots.all().size());
    assertThat(tenant.planted().toString()).doesNotContain("planted value");
  }

  @Test
  void it_starts_and_the_least_requests_grow_with_what_is_in_it() {
    try (Simulator small = Simulator.start(tenant(1, 50, 10).scenario());
        Simulator large = Simulator.start(tenant(1, 200, 40).scenario())) {
      assertThat(small.leastRequests()).isGreaterThan(50);
      assertThat(large.leastRequests()).isGreaterThan(2 * small.leastRequests());
    }
  }

  @Test
  void an_empty_tenant_takes_the_lists_alone() {
    Scenario empty = Scenario.tenant(TENANT)
        .client(CLIENT)
        .subscription(CLIENT.replace('7', '1'))
        .build();
    try (Simulator azure = Simulator.start(empty)) {
      // Subscriptions, management groups, two tables of Resource Graph, the tenant's deployments,
      // and
      // of the subscription deployments, stacks, three of policies, and event subscriptions.
      assertThat(azure.leastRequests()).isEqualTo(11);
    }
  }

  @Test
  void more_values_than_resources_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> tenant(1, 2, 5));
  }
}
