package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.List;

/** Who is told when something happens, and what is watched: action groups, events, tests, rules. */
final class MonitorKinds {
  private static final String GROUP = "Action groups, events, tests";

  private MonitorKinds() {}

  static List<ResourceKind> all() {
    return List.of(
        ResourceKind.of("Microsoft.Insights/actionGroups", "2023-01-01")
            .group(GROUP)
            .reads(Reading.get("")
                .values(
                    "/properties/webhookReceivers/*/serviceUri",
                    "/properties/logicAppReceivers/*/callbackUrl",
                    "/properties/azureFunctionReceivers/*/httpTriggerUrl",
                    "/properties/automationRunbookReceivers/*/serviceUri"))
            .reachable(BuiltInKinds.NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Insights/webtests", "2022-06-15")
            .group(GROUP)
            .reads(Reading.get("")
                .text(Decoding.PLAIN, "/properties/Configuration/WebTest")
                .values(
                    "/properties/Request/RequestUrl",
                    "/properties/Request/RequestBody",
                    "/properties/Request/Headers/*/value"))
            .reachable(BuiltInKinds.NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Insights/components", "2020-02-02")
            .group(GROUP)
            .reads(Reading.get("")
                .values("/properties/ConnectionString", "/properties/InstrumentationKey"))
            .reachable(
                Clue.at("/properties/publicNetworkAccessForIngestion")
                    .is("Disabled")
                    .no(),
                Clue.otherwise(Signal.yes("it takes telemetry from the internet")))
            .build(),
        ResourceKind.of("Microsoft.Insights/autoscaleSettings", "2022-10-01")
            .group(GROUP)
            .reads(Reading.get("")
                .values(
                    "/properties/notifications/*/webhooks/*/serviceUri",
                    "/properties/notifications/*/webhooks/*/properties/*"))
            .reachable(BuiltInKinds.NO_ENDPOINT)
            .build(),
        topic("Microsoft.EventGrid/topics"),
        topic("Microsoft.EventGrid/domains"),
        ResourceKind.of("Microsoft.EventGrid/systemTopics", "2022-06-15")
            .group(GROUP)
            .reads(Reading.list("eventSubscriptions")
                .each(
                    Reading.post("getFullUrl").values("/endpointUrl"),
                    Reading.post("getDeliveryAttributes").values("/value/*/properties/value")))
            .reachable(BuiltInKinds.NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.OperationalInsights/workspaces", "2022-10-01")
            .group(GROUP)
            .reads(Reading.get("savedSearches").values("/value/*/properties/query"))
            .reachable(
                Clue.at("/properties/publicNetworkAccessForQuery")
                    .is("Disabled")
                    .no(),
                Clue.otherwise(Signal.yes("it takes queries from the internet")))
            .build(),
        ResourceKind.of("Microsoft.SignalRService/SignalR", "2023-02-01")
            .group(GROUP)
            .reads(Reading.get("").values("/properties/upstream/templates/*/urlTemplate"))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build(),
        ResourceKind.of("Microsoft.Network/applicationGateways", "2024-05-01")
            .group(GROUP)
            .reads(Reading.get("")
                .values(
                    "/properties/rewriteRuleSets/*/properties/rewriteRules/*/actionSet"
                        + "/requestHeaderConfigurations/*/headerValue",
                    "/properties/rewriteRuleSets/*/properties/rewriteRules/*/actionSet"
                        + "/responseHeaderConfigurations/*/headerValue"))
            .reachable(Clue.at("/properties/frontendIPConfigurations/*/properties/publicIPAddress")
                .isPresent()
                .yes("it has a public address"))
            .reachable(Signal.no("it has no public address"))
            .build(),
        ResourceKind.of("Microsoft.Cdn/profiles", "2024-02-01")
            .group(GROUP)
            .reads(Reading.list("ruleSets")
                .each(Reading.list("rules").values("/properties/actions/*/parameters/value")))
            .reachable(Signal.yes("a content delivery network is on the internet"))
            .build());
  }

  /** The list of a whole subscription lacks what is subscribed to resources in a region. */
  private static ResourceKind topic(String type) {
    String events = "Microsoft.EventGrid/eventSubscriptions/";
    return ResourceKind.of(type, "2022-06-15")
        .group(GROUP)
        .reads(Reading.list("providers/Microsoft.EventGrid/eventSubscriptions")
            .values(
                "/properties/destination/properties/deliveryAttributeMappings/*/properties/value")
            .each(
                Reading.post("getFullUrl")
                    .permission(events + "getFullUrl/action")
                    .values("/endpointUrl"),
                Reading.post("getDeliveryAttributes")
                    .permission(events + "getDeliveryAttributes/action")
                    .values("/value/*/properties/value")))
        .reachable(BuiltInKinds.openUnlessDisabled())
        .build();
  }
}
