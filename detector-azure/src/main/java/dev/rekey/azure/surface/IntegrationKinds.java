package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.ArrayList;
import java.util.List;

/** What joins systems: Automation, Logic Apps, App Configuration, API Management. */
final class IntegrationKinds {
  private IntegrationKinds() {}

  static List<ResourceKind> all() {
    return List.of(automation(), workflows(), connections(), configuration(), apiManagement());
  }

  private static ResourceKind automation() {
    return ResourceKind.of("Microsoft.Automation/automationAccounts", "2023-11-01")
        .group("Automation")
        .reads(
            // What is encrypted has no value.
            Reading.list("variables").together().values(Decoding.JSON, "/properties/value"),
            Reading.list("runbooks")
                .each(
                    Reading.bytes("content").optional(),
                    Reading.bytes("draft/content").optional()),
            Reading.list("connections").together().values("/properties/fieldDefinitionValues/*"),
            Reading.list("jobs")
                .each(
                    Reading.bytes("output").optional(),
                    Reading.list("streams").values("/properties/summary", "/properties/value/**")),
            Reading.list("configurations").each(Reading.bytes("content").optional()))
        .reachable(BuiltInKinds.openUnlessDisabled())
        .build();
  }

  private static ResourceKind workflows() {
    return ResourceKind.of("Microsoft.Logic/workflows", "2019-05-01")
        .group("Logic Apps")
        .reads(
            Reading.get("").values("/properties/definition/**", "/properties/parameters/*/value"),
            Reading.list("versions")
                .values("/properties/definition/**", "/properties/parameters/*/value"))
        .reachable(
            Clue.at("/properties/state").is("Disabled").no("the workflow is switched off"),
            Clue.at("/properties/accessControl/triggers/allowedCallerIpAddresses")
                .isPresent()
                .no("its triggers take some addresses only"),
            Clue.at("/properties/definition/triggers/*/type")
                .is("Request")
                .yes("it is triggered by a request from anywhere"))
        .reachable(Signal.unknown("Resource Graph does not show how it is triggered"))
        .build();
  }

  private static ResourceKind connections() {
    return ResourceKind.of("Microsoft.Web/connections", "2016-06-01")
        .group("Logic Apps")
        .reads(Reading.get("")
            .values(
                "/properties/parameterValues/*",
                "/properties/nonSecretParameterValues/*",
                "/properties/customParameterValues/*"))
        .reachable(BuiltInKinds.NO_ENDPOINT)
        .build();
  }

  private static ResourceKind configuration() {
    // An action on data; the store counts no others.
    String read = "Microsoft.AppConfiguration/configurationStores/*/read";
    return ResourceKind.of("Microsoft.AppConfiguration/configurationStores", "2023-03-01")
        .group("App Configuration")
        .reads(
            Reading.list("kv")
                .at(Plane.CONFIGURATION)
                .apiVersion("2023-11-01")
                .query("key", "*")
                .query("label", "*")
                .permission(read)
                .together()
                .values("/value", "/tags/*"),
            Reading.list("revisions")
                .at(Plane.CONFIGURATION)
                .apiVersion("2023-11-01")
                .query("key", "*")
                .query("label", "*")
                .permission(read)
                .together()
                .values("/value"))
        .reachable(BuiltInKinds.openUnlessDisabled())
        .build();
  }

  private static ResourceKind apiManagement() {
    String service = "Microsoft.ApiManagement/service";
    String workspaces = service + "/workspaces";
    List<Reading> reads = new ArrayList<>(apis(service));
    // A workspace has the same once more.
    reads.add(Reading.list("workspaces").each(apis(workspaces).toArray(new Reading[0])));
    return ResourceKind.of(service, "2024-05-01")
        .group("API Management")
        .reads(reads.toArray(new Reading[0]))
        .reachable(Clue.at("/properties/virtualNetworkType")
            .is("Internal")
            .no("it is inside a virtual network"))
        .reachable(BuiltInKinds.openUnlessDisabled())
        .build();
  }

  private static List<Reading> apis(String service) {
    return List.of(
        // What is marked as secret has no value.
        Reading.list("namedValues").together().values("/properties/value"),
        policy(service),
        Reading.list("apis")
            .each(
                policy(service + "/apis"),
                Reading.list("operations").each(policy(service + "/apis/operations"))),
        Reading.list("products").each(policy(service + "/products")),
        Reading.list("policyFragments")
            .query("format", "rawxml")
            .text(Decoding.PLAIN, "/properties/value"),
        Reading.list("backends")
            .values("/properties/url", "/properties/credentials/**", "/properties/proxy/*"),
        Reading.list("loggers").values("/properties/credentials/*"));
  }

  private static Reading policy(String type) {
    return Reading.get("policies/policy")
        .permission(type + "/policies/read")
        .query("format", "rawxml")
        .text(Decoding.PLAIN, "/properties/value")
        .optional();
  }
}
