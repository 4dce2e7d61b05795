package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleTest {
  private static final String ACCOUNT = "/subscriptions/s1/resourceGroups/g1/providers/p/a";

  private final RotationPlan plan = new FakeWorld(25).plan();

  private JsonNode role(PlannedCall... calls) {
    List<RotationStep> steps = new ArrayList<>();
    for (PlannedCall call : calls) {
      steps.add(new RotationStep(RotationStep.Kind.ISSUE, "t", call));
    }
    return Json.read(
        "the role",
        new RotationPlan(
                plan.plannedAt(),
                plan.label(),
                plan.exposed(),
                plan.production(),
                plan.issuer(),
                plan.issuerLabel(),
                plan.exposedSlot(),
                plan.standbySlot(),
                plan.snapshot(),
                plan.store(),
                plan.secretName(),
                plan.publish(),
                plan.retire(),
                plan.dependents(),
                plan.standbyUsers(),
                plan.opaque(),
                plan.found(),
                plan.residue(),
                plan.gap(),
                plan.gaps(),
                plan.windows(),
                plan.unknowns(),
                plan.risks(),
                plan.blockers(),
                plan.ladder(),
                plan.containment(),
                steps)
            .role());
  }

  private static List<String> texts(JsonNode role, String field) {
    return Json.texts(role, field);
  }

  @Test
  void a_role_has_each_action_once_and_those_on_data_apart() {
    JsonNode role = role(
        PlannedCall.of("x").needing("P/b/action", ACCOUNT).needing("P/a/action", ACCOUNT),
        PlannedCall.of("y")
            .needing("P/b/action", ACCOUNT + "2")
            .needingData("P/d/action", ACCOUNT));

    assertThat(role.path("Name").asText()).isEqualTo("Rekey: rotate account acme");
    assertThat(role.path("IsCustom").asBoolean()).isTrue();
    assertThat(texts(role, "Actions")).containsExactly("P/a/action", "P/b/action");
    assertThat(texts(role, "DataActions")).containsExactly("P/d/action");
    assertThat(texts(role, "NotActions")).isEmpty();
    assertThat(texts(role, "NotDataActions")).isEmpty();
  }

  @Test
  void a_role_is_assignable_in_the_resource_groups_of_what_it_is_needed_for() {
    JsonNode role = role(PlannedCall.of("x")
        .needing("P/a/action", ACCOUNT)
        .needing("P/a/action", ACCOUNT.replace("g1", "G1"))
        .needing("P/a/action", ACCOUNT.replace("g1", "g2"))
        .needing("P/a/action", "/subscriptions/s3"));

    assertThat(texts(role, "AssignableScopes"))
        .as("one spelling of each")
        .containsExactly(
            "/subscriptions/s1/resourceGroups/G1",
            "/subscriptions/s1/resourceGroups/g2",
            "/subscriptions/s3");
  }

  @Test
  void who_looks_for_dependents_everywhere_needs_whole_subscriptions() {
    JsonNode role = role(PlannedCall.of("x")
        .needing("P/a/action", ACCOUNT)
        .needing("P/list/action", Permission.EVERYWHERE));

    assertThat(texts(role, "AssignableScopes")).containsExactly("/subscriptions/s1");
  }

  @Test
  void a_vault_of_which_the_address_alone_is_known_is_named() {
    JsonNode role = role(
        PlannedCall.of("x").needingData("P/d/action", "https://v.example").needing("P/a", ACCOUNT));

    assertThat(role.path("Description").asText())
        .contains("Add the resource group of https://v.example");
    assertThat(texts(role, "AssignableScopes"))
        .containsExactly("/subscriptions/s1/resourceGroups/g1");
  }

  @Test
  void what_no_role_of_azure_holds_is_named_beside_it() {
    JsonNode role = role(PlannedCall.of("x")
        .needing("P/a/action", ACCOUNT)
        .needing("Application.ReadWrite.OwnedBy", "https://graph.example/v1.0/applications/1"));

    assertThat(texts(role, "Actions")).containsExactly("P/a/action");
    assertThat(texts(role, "AssignableScopes"))
        .containsExactly("/subscriptions/s1/resourceGroups/g1");
    assertThat(role.path("Description").asText())
        .contains("Beside the role, it needs Application.ReadWrite.OwnedBy for"
            + " https://graph.example/v1.0/applications/1, which no role of Azure holds.")
        .doesNotContain("resource group of https://graph.example");
  }
}
