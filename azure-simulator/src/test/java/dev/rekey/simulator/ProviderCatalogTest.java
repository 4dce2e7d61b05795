package dev.rekey.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderCatalogTest {
  private final ProviderCatalog catalog = ProviderCatalog.azure();

  private static List<String> path(String path) {
    return List.of(path.split("/", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "Microsoft.Automation/automationAccounts GET runbooks/r1/content"
            + " Microsoft.Automation/automationAccounts/runbooks/content/read",
        "Microsoft.Automation/automationAccounts GET runbooks/r1/draft/content"
            + " Microsoft.Automation/automationAccounts/runbooks/draft/content/read",
        "Microsoft.Automation/automationAccounts GET jobs/j1/output"
            + " Microsoft.Automation/automationAccounts/jobs/output/read",
        "Microsoft.Web/sites POST config/azurestorageaccounts/list Microsoft.Web/sites/config/list/action",
        "Microsoft.Web/sites/slots POST config/authsettingsV2/list"
            + " Microsoft.Web/sites/slots/config/list/action",
        "Microsoft.Web/sites POST host/default/listkeys Microsoft.Web/sites/host/listkeys/action",
        "Microsoft.Web/sites POST functions/f/listkeys Microsoft.Web/sites/functions/listkeys/action",
        "Microsoft.Web/staticSites POST listAppSettings Microsoft.Web/staticSites/listAppSettings/action",
        "Microsoft.App/containerApps POST listSecrets Microsoft.App/containerApps/listSecrets/action",
        "Microsoft.App/managedEnvironments POST daprComponents/c1/listSecrets"
            + " Microsoft.App/managedEnvironments/daprComponents/listSecrets/action",
        "Microsoft.Resources/deploymentScripts GET logs Microsoft.Resources/deploymentScripts/logs/read",
        "Microsoft.ApiManagement/service POST namedValues/n/listValue"
            + " Microsoft.ApiManagement/service/namedValues/listValue/action",
        "Microsoft.ApiManagement/service GET workspaces/w/apis/a/operations/o/policies/policy"
            + " Microsoft.ApiManagement/service/workspaces/apis/operations/policies/read",
        "Microsoft.KeyVault/vaults GET secrets Microsoft.KeyVault/vaults/secrets/read",
        "Microsoft.ContainerRegistry/registries POST webhooks/w/getCallbackConfig"
            + " Microsoft.ContainerRegistry/registries/webhooks/getCallbackConfig/action",
        "Microsoft.ContainerRegistry/registries/tasks POST listDetails"
            + " Microsoft.ContainerRegistry/registries/tasks/listDetails/action",
        "Microsoft.MachineLearningServices/workspaces POST connections/c/listsecrets"
            + " Microsoft.MachineLearningServices/workspaces/connections/listsecrets/action",
        "Microsoft.Compute/virtualMachines GET extensions"
            + " Microsoft.Compute/virtualMachines/extensions/read",
        "Microsoft.Storage/storageAccounts GET blobServices/default/containers"
            + " Microsoft.Storage/storageAccounts/blobServices/containers/read",
      })
  void an_operation_needs_the_action_that_azure_names(
      String type, String method, String path, String action) {
    assertThat(catalog.find(type, method, path(path)).orElseThrow().action()).isEqualTo(action);
  }

  @Test
  void operations_at_scopes_need_the_actions_of_their_own_type() {
    var deployments = catalog.scope("microsoft.resources/deployments").orElseThrow();
    String base = "providers/Microsoft.Resources/deployments";
    assertThat(ProviderCatalog.find(deployments.operations(), "GET", path(base))
            .orElseThrow()
            .action())
        .isEqualTo("Microsoft.Resources/deployments/read");
    assertThat(ProviderCatalog.find(deployments.operations(), "GET", path(base + "/d1/operations"))
            .orElseThrow()
            .action())
        .isEqualTo("Microsoft.Resources/deployments/operations/read");
    assertThat(ProviderCatalog.find(
                deployments.operations(), "POST", path(base + "/d1/exportTemplate"))
            .orElseThrow()
            .action())
        .isEqualTo("Microsoft.Resources/deployments/exportTemplate/action");
    var located = catalog.scope("Microsoft.EventGrid/locations").orElseThrow();
    assertThat(located.operations().get(0).action())
        .isEqualTo("Microsoft.EventGrid/eventSubscriptions/read");
  }

  @Test
  void lists_of_settings_are_charged_to_resource_requests_and_other_posts_to_writes() {
    assertThat(catalog
            .find("Microsoft.Web/sites", "POST", path("config/backup/list"))
            .orElseThrow()
            .counter())
        .isEqualTo(ProviderCatalog.Counter.RESOURCE_REQUESTS);
    assertThat(catalog
            .find("Microsoft.App/jobs", "POST", path("listSecrets"))
            .orElseThrow()
            .counter())
        .isEqualTo(ProviderCatalog.Counter.WRITES);
    assertThat(catalog
            .find("Microsoft.App/jobs", "GET", path("executions"))
            .orElseThrow()
            .counter())
        .isEqualTo(ProviderCatalog.Counter.READS);
  }

  @Test
  void every_type_has_versions_and_no_call_is_there_twice() {
    for (ProviderCatalog.Type type : catalog.types()) {
      assertThat(ApiVersions.of(type.name())).as(type.name()).isNotEmpty();
      Set<String> seen = new HashSet<>();
      for (ProviderCatalog.Operation one : type.operations()) {
        String call = one.method() + " "
            + String.join("/", one.path())
                .replaceAll("\\{[^}]*}", "{}")
                .toLowerCase(java.util.Locale.ROOT);
        assertThat(seen.add(call)).as("%s %s", type.name(), call).isTrue();
        assertThat(one.action())
            .as(call)
            .matches("[A-Za-z]+\\.[A-Za-z]+/[A-Za-z0-9./]+/(read|action)");
      }
    }
  }

  @Test
  void at_least_forty_reads_can_hold_a_secret() {
    long reads = catalog.types().stream()
        .flatMap(type -> type.operations().stream())
        .filter(ProviderCatalog.Operation::secretBearing)
        .count();
    long resources =
        catalog.types().stream().filter(ProviderCatalog.Type::secretBearing).count();
    assertThat(reads).isGreaterThan(60);
    assertThat(resources).isGreaterThan(15);
  }

  @Test
  void resource_graph_has_top_types_and_some_of_those_inside() {
    assertThat(catalog.inGraph("Microsoft.Web/sites/slots")).isTrue();
    assertThat(catalog.inGraph("microsoft.compute/virtualMachines")).isTrue();
    assertThat(catalog.inGraph("Microsoft.App/managedEnvironments/daprComponents"))
        .isFalse();
    assertThat(catalog.inGraph("Microsoft.Unknown/things")).isTrue();
    assertThat(catalog.inGraph("Microsoft.Unknown/things/parts")).isFalse();
  }
}
