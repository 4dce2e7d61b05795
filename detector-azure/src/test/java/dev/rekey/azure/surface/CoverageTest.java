package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.scan.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final String SITE =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a";

  private final Coverage coverage = new Coverage();

  private void scan() {
    coverage.seen(ResourceId.of(SITE), true);
    coverage.seen(ResourceId.of(SITE.replace("sites", "odd")), false);
    coverage.finished(SITE, new Outcome.Scanned(10, 1, List.of()));
    coverage.finished(
        SITE + "/config/web", new Outcome.Refused("Microsoft.Web/sites/config/list/action"));
    coverage.finished(
        SITE + "/kv", new Outcome.Refused("Microsoft.AppConfiguration/configurationStores/*/read"));
    coverage.finished(SITE + "/notebooks", new Outcome.Refused("Synapse Artifact User"));
    coverage.finished("/subscriptions/t", new Outcome.Skipped("the subscription is Disabled"));
    coverage.finished(SITE + "/logs", new Outcome.Failed("it is gone"));
  }

  @Test
  void nothing_that_was_not_scanned_is_hidden() throws JsonProcessingException {
    scan();

    assertThat(coverage.gaps()).hasSize(5);
    assertThat(coverage.toText())
        .contains("2 resources seen", "1 scanned, 1 skipped, 3 refused, 1 failed")
        .contains("only the tags were read of 1 Microsoft.Web/odd")
        .contains("missing: Microsoft.Web/sites/config/list/action")
        .contains("/subscriptions/t: the subscription is Disabled")
        .contains(SITE + "/logs: it is gone");
    JsonNode json = new ObjectMapper().readTree(coverage.toJson());
    assertThat(json.path("gaps")).hasSize(5);
    assertThat(json.path("resources")).hasSize(2);
    assertThat(json.at("/contents/refused").asInt()).isEqualTo(3);
  }

  @Test
  void the_role_that_would_help_has_the_missing_actions_each_in_its_list()
      throws JsonProcessingException {
    scan();

    JsonNode role =
        new ObjectMapper().readTree(coverage.role("Rekey reads more", "/subscriptions/s"));

    assertThat(role.path("Actions"))
        .extracting(JsonNode::asText)
        .containsExactly("Microsoft.Web/sites/config/list/action");
    assertThat(role.path("DataActions"))
        .extracting(JsonNode::asText)
        .containsExactly("Microsoft.AppConfiguration/configurationStores/*/read");
    assertThat(role.at("/AssignableScopes/0").asText()).isEqualTo("/subscriptions/s");
  }
}
