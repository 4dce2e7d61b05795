package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.List;

/** What deployments leave behind, at every scope: their history, scripts, templates and policies. */
final class DeploymentKinds {
  private static final String HISTORY = "Deployment history";
  private static final String SCRIPTS = "Deployment scripts, templates, policies";
  private static final Signal NO_ENDPOINT = BuiltInKinds.NO_ENDPOINT;

  private DeploymentKinds() {}

  static List<ResourceKind> all() {
    return List.of(
        ResourceKind.of("Microsoft.Resources/subscriptions/resourceGroups", "2021-04-01")
            .group(HISTORY)
            .reads(deployments(), stacks())
            .reachable(NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Resources/subscriptions", "2022-12-01")
            .group(HISTORY)
            .reads(
                deployments(),
                stacks(),
                policies(),
                policySets(),
                policyAssignments(),
                eventSubscriptions())
            .reachable(NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Management/managementGroups", "2020-05-01")
            .group(HISTORY)
            .reads(deployments(), stacks(), policies(), policySets(), policyAssignments())
            .reachable(NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Resources/tenants", "2022-12-01")
            .group(HISTORY)
            .reads(deployments())
            .reachable(NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Resources/deploymentScripts", "2020-10-01")
            .group(SCRIPTS)
            .reads(
                Reading.get("")
                    .text(Decoding.PLAIN, "/properties/scriptContent")
                    .values(
                        "/properties/arguments",
                        "/properties/environmentVariables/*/value",
                        "/properties/outputs/**",
                        "/properties/primaryScriptUri",
                        "/properties/supportingScriptUris/*"),
                Reading.get("logs").values("/value/*/properties/log"))
            .reachable(NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Resources/templateSpecs/versions", "2022-02-01")
            .group(SCRIPTS)
            .reads(Reading.get("")
                .values(
                    "/properties/mainTemplate/**",
                    "/properties/linkedTemplates/*/template/**",
                    "/properties/uiFormDefinition/**"))
            .reachable(NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Solutions/applications", "2021-07-01")
            .group(SCRIPTS)
            .reads(Reading.get("")
                .values("/properties/parameters/*/value", "/properties/outputs/*/value"))
            .reachable(NO_ENDPOINT)
            .build());
  }

  /** Values of secure parameters are not in the answer; in nested deployments' operations they may be. */
  private static Reading deployments() {
    return Reading.list("providers/Microsoft.Resources/deployments")
        .apiVersion("2021-04-01")
        .values("/properties/parameters/*/value", "/properties/outputs/*/value")
        .each(Reading.list("operations")
            .apiVersion("2021-04-01")
            .values("/properties/request/content/**", "/properties/response/content/**"));
  }

  private static Reading stacks() {
    return Reading.list("providers/Microsoft.Resources/deploymentStacks")
        .apiVersion("2024-03-01")
        .values("/properties/parameters/*/value", "/properties/outputs/*/value");
  }

  private static Reading policies() {
    return Reading.list("providers/Microsoft.Authorization/policyDefinitions")
        .apiVersion("2023-04-01")
        .query("$filter", "policyType eq 'Custom'")
        .values("/properties/parameters/*/defaultValue", "/properties/policyRule/**");
  }

  private static Reading policySets() {
    return Reading.list("providers/Microsoft.Authorization/policySetDefinitions")
        .apiVersion("2023-04-01")
        .query("$filter", "policyType eq 'Custom'")
        .values("/properties/parameters/*/defaultValue", "/properties/policyDefinitions/**");
  }

  private static Reading policyAssignments() {
    return Reading.list("providers/Microsoft.Authorization/policyAssignments")
        .apiVersion("2023-04-01")
        .values("/properties/parameters/*/value");
  }

  private static Reading eventSubscriptions() {
    return Reading.list("providers/Microsoft.EventGrid/eventSubscriptions")
        .apiVersion("2022-06-15")
        .values(
            "/properties/destination/properties/endpointBaseUrl",
            "/properties/destination/properties/deliveryAttributeMappings/*/properties/value")
        .each(
            Reading.post("getFullUrl").apiVersion("2022-06-15").values("/endpointUrl"),
            Reading.post("getDeliveryAttributes")
                .apiVersion("2022-06-15")
                .values("/value/*/properties/value"));
  }
}
