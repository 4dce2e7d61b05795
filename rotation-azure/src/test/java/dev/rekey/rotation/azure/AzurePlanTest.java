package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationStep;
import dev.rekey.simulator.RecordedRequest;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A plan says what it needs, and a dry run changes nothing: both by what the simulator was asked. */
class AzurePlanTest extends Shop {
  private static final String VAULT = "Microsoft.KeyVault/vaults/secrets/";

  /** The action that a request needs, by its method and path. */
  private static final Map<String, String> ACTIONS = Map.ofEntries(
      Map.entry(
          "POST .+/storageAccounts/[^/]+/listKeys",
          "Microsoft.Storage/storageAccounts/listkeys/action"),
      Map.entry(
          "POST .+/storageAccounts/[^/]+/regenerateKey",
          "Microsoft.Storage/storageAccounts/regeneratekey/action"),
      Map.entry("GET .+/storageAccounts/[^/]+", "Microsoft.Storage/storageAccounts/read"),
      Map.entry("POST .+/sites/[^/]+/config/[a-z]+/list", "Microsoft.Web/sites/config/list/Action"),
      Map.entry("PUT .+/sites/[^/]+/config/[a-z]+", "Microsoft.Web/sites/config/Write"),
      Map.entry("GET .+/sites/[^/]+", "Microsoft.Web/sites/Read"),
      Map.entry("GET .+/sites/[^/]+/slots", "Microsoft.Web/sites/slots/Read"),
      Map.entry(
          "POST .+/slots/[^/]+/config/[a-z]+/list", "Microsoft.Web/sites/slots/config/list/Action"),
      Map.entry("PUT .+/slots/[^/]+/config/[a-z]+", "Microsoft.Web/sites/slots/config/Write"),
      Map.entry(
          "POST /providers/Microsoft.ResourceGraph/resources",
          "Microsoft.ResourceGraph/resources/read"),
      Map.entry(".+/Microsoft.Authorization/locks", "Microsoft.Authorization/locks/read"),
      Map.entry(
          ".+/Microsoft.Authorization/permissions", "Microsoft.Authorization/permissions/read"),
      Map.entry(
          ".+/Microsoft.Authorization/denyAssignments",
          "Microsoft.Authorization/denyAssignments/read"),
      Map.entry(
          "POST .+/Microsoft.PolicyInsights/checkPolicyRestrictions",
          "Microsoft.PolicyInsights/checkPolicyRestrictions/read"),
      Map.entry("GET /secrets", VAULT + "readMetadata/action"),
      Map.entry("GET /secrets/[^/]+/versions", VAULT + "readMetadata/action"),
      Map.entry("GET /deletedsecrets/[^/]+", VAULT + "readMetadata/action"),
      Map.entry("GET /secrets/[^/]+(/[0-9a-f]{32})?/?", VAULT + "getSecret/action"),
      Map.entry("PUT /secrets/[^/]+", VAULT + "setSecret/action"),
      Map.entry("PATCH /secrets/.+", VAULT + "update/action"));

  /** Everybody may ask these: tokens, the subscriptions that one sees, and what a key opens. */
  private static final String FREE =
      "(POST|GET) .*/oauth2/.*|GET /subscriptions|GET .*/discovery/.*";

  private static TreeSet<String> actions(List<RecordedRequest> requests) {
    return requests.stream()
        .filter(request -> !request.service().startsWith("blob:"))
        .filter(request -> request.status() != 401) // Key Vault's challenge, which does nothing.
        .map(request -> request.method() + " " + request.path().replaceFirst("\\?.*", ""))
        .filter(request -> !request.matches(FREE))
        .map(AzurePlanTest::action)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String action(String request) {
    return ACTIONS.entrySet().stream()
        .filter(entry -> request.matches("(?i)" + entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no action is known for " + request));
  }

  @Test
  void a_dry_run_needs_only_what_reads_and_a_rotation_exactly_what_the_plan_says()
      throws Exception {
    Lab lab = lab(
        StorageAccount.named("acct1"),
        Vault.named("vault1")
            .secret("acct1-key", "${key:acct1/key1}")
            .secret("connection", connectionString()),
        WebApp.named("slotted").slot(WebApp.named("staging").setting("KEY", "${key:acct1/key1}")));
    RotationPlan plan = plan(lab, Lab.OWNER);
    plan.toText();
    JsonNode role = new ObjectMapper().readTree(plan.role());
    List<RecordedRequest> planning = List.copyOf(lab.azure.requests());

    assertThat(actions(planning))
        .allMatch(action -> action
            .toLowerCase(Locale.ROOT)
            .matches(
                ".+/read|.+/listkeys/action|.+/list/action|.+/(readmetadata|getsecret)/action"));

    assertRotated(lab, rotator(lab, PATIENT).execute(plan, approval(plan)));

    List<RecordedRequest> all = lab.azure.requests();
    assertThat(actions(all.subList(planning.size(), all.size())))
        .isEqualTo(plan.permissions().stream()
            .map(Permission::action)
            .collect(Collectors.toCollection(TreeSet::new)));
    assertThat(role.path("Actions")).hasSize(10);
    assertThat(role.path("DataActions")).hasSize(4);
    assertThat(role.path("AssignableScopes").path(0).asText())
        .isEqualTo(Lab.GROUP.substring(0, Lab.GROUP.indexOf("/resourceGroups")));
    assertThat(role.path("Description").asText()).contains(lab.store().id());
  }

  @Test
  void each_changing_call_has_a_command_that_shows_no_value() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);

    assertThat(plan.steps())
        .filteredOn(step -> switch (step.kind()) {
          case KEEP, CONVERGE, ISSUE, STORE, ADOPT, REVOKE, RETIRE -> true;
          case CHECK, VERIFY, ATTEST, PROVE -> false;
        })
        .hasSize(6)
        .allSatisfy(step -> assertThat(step.call().az())
            .isNotEmpty()
            .allMatch(command -> command.startsWith("az ") && command.endsWith(" -o none")));
    assertThat(plan.steps())
        .first()
        .extracting(RotationStep::kind)
        .isEqualTo(RotationStep.Kind.CHECK);
    assertThat(plan.toText()).contains("web app shop-web restarts.").doesNotContain("--value");
  }
}
