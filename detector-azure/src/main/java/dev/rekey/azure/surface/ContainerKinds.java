package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.List;

/** Container Apps, Container Instances, registries, and other hosts of containers. */
final class ContainerKinds {
  private static final String GROUP = "Containers";
  private static final String APPS = "2024-03-01";

  private ContainerKinds() {}

  static List<ResourceKind> all() {
    return List.of(
        ResourceKind.of("Microsoft.App/containerApps", APPS)
            .group(GROUP)
            .reads(template(Reading.get("")), template(Reading.list("revisions")))
            .reachable(
                Clue.at("/properties/configuration/ingress").isAbsent().no("it has no ingress"),
                Clue.at("/properties/configuration/ingress/external")
                    .is("false")
                    .no("its ingress is internal"),
                Clue.at("/properties/configuration/ingress/ipSecurityRestrictions")
                    .isPresent()
                    .unknown("its ingress is external, and restricted to some addresses"),
                Clue.at("/properties/configuration/ingress/external")
                    .is("true")
                    .yes("its ingress is external"))
            .build(),
        ResourceKind.of("Microsoft.App/jobs", APPS)
            .group(GROUP)
            .reads(template(Reading.get("")), template(Reading.list("executions")))
            .reachable(Signal.no("a job has no ingress"))
            .build(),
        dapr("Microsoft.App/managedEnvironments"),
        dapr("Microsoft.App/connectedEnvironments"),
        ResourceKind.of("Microsoft.ContainerInstance/containerGroups", "2023-05-01")
            .group(GROUP)
            .reads(Reading.get("")
                .values(
                    "/properties/containers/*/properties/environmentVariables/*/value",
                    "/properties/containers/*/properties/command",
                    "/properties/initContainers/*/properties/environmentVariables/*/value",
                    "/properties/initContainers/*/properties/command",
                    "/properties/volumes/*/gitRepo/repository"))
            .reachable(
                Clue.at("/properties/ipAddress/type").is("Public").yes("its address is public"),
                Clue.at("/properties/ipAddress/type").is("Private").no("its address is private"),
                Clue.at("/properties/ipAddress").isAbsent().no("it has no address"))
            .build(),
        ResourceKind.of("Microsoft.ContainerRegistry/registries", "2023-07-01")
            .group(GROUP)
            .reads(
                Reading.list("webhooks")
                    .each(Reading.post("getCallbackConfig")
                        .values("/serviceUri", "/customHeaders/*")),
                Reading.list("tasks")
                    .apiVersion("2019-06-01-preview")
                    .text(Decoding.BASE64, "/properties/step/encodedTaskContent")
                    .values(
                        "/properties/step/values/*/value",
                        "/properties/step/arguments/*/value",
                        "/properties/step/contextPath"))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build(),
        ResourceKind.of("Microsoft.ServiceFabric/managedClusters", "2024-04-01")
            .group(GROUP)
            .reads(Reading.list("applications").values("/properties/parameters/*"))
            .reachable(Signal.unknown("its load balancer decides, which is not looked at"))
            .build(),
        ResourceKind.of("Microsoft.AppPlatform/Spring", "2023-12-01")
            .group(GROUP)
            .reads(Reading.list("apps")
                .each(Reading.list("deployments")
                    .values("/properties/deploymentSettings/environmentVariables/*")))
            .reachable(Clue.at("/properties/networkProfile/appSubnetId")
                .isPresent()
                .unknown("it is in a virtual network"))
            .reachable(Signal.unknown("each app decides, which is not looked at"))
            .build());
  }

  private static ResourceKind dapr(String type) {
    return ResourceKind.of(type, APPS)
        .group(GROUP)
        .reads(Reading.list("daprComponents").values("/properties/metadata/*/value"))
        .reachable(Clue.at("/properties/vnetConfiguration/internal")
            .is("true")
            .no("its environment is internal"))
        .reachable(BuiltInKinds.openUnlessDisabled())
        .build();
  }

  /** The values of a template; what has a secretRef has no value. */
  private static Reading template(Reading reading) {
    return reading.values(
        "/properties/template/containers/*/env/*/value",
        "/properties/template/containers/*/command",
        "/properties/template/containers/*/args",
        "/properties/template/initContainers/*/env/*/value",
        "/properties/template/initContainers/*/command",
        "/properties/template/initContainers/*/args",
        "/properties/template/scale/rules/*/custom/metadata/*");
  }
}
