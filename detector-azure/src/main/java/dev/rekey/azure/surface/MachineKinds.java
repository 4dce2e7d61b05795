package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.List;

/** Virtual machines, scale sets, machines of Arc, and what is installed on them. */
final class MachineKinds {
  private static final String GROUP = "Machines";
  private static final String COMPUTE = "2024-07-01";
  private static final Signal NOT_LOOKED_AT =
      Signal.unknown("its network interfaces and security groups decide, which are not looked at");

  private MachineKinds() {}

  static List<ResourceKind> all() {
    return List.of(
        ResourceKind.of("Microsoft.Compute/virtualMachines", COMPUTE)
            .group(GROUP)
            .reads(
                Reading.get("")
                    .query("$expand", "userData")
                    .text(Decoding.BASE64, "/properties/userData"),
                extensions(),
                runCommands())
            .reachable(NOT_LOOKED_AT)
            .build(),
        ResourceKind.of("Microsoft.Compute/virtualMachineScaleSets", COMPUTE)
            .group(GROUP)
            .reads(
                Reading.get("")
                    .query("$expand", "userData")
                    .text(Decoding.BASE64, "/properties/virtualMachineProfile/userData")
                    .values(
                        "/properties/virtualMachineProfile/extensionProfile/extensions/*/properties"
                            + "/settings/**"),
                extensions(),
                Reading.list("virtualMachines").each(runCommands()))
            .reachable(NOT_LOOKED_AT)
            .build(),
        ResourceKind.of("Microsoft.HybridCompute/machines", "2024-07-10")
            .group(GROUP)
            .reads(extensions(), runCommands())
            .reachable(Signal.unknown("it stands outside Azure"))
            .build(),
        ResourceKind.of("Microsoft.Compute/galleries", "2024-03-03")
            .group(GROUP)
            .reads(Reading.list("applications")
                .each(Reading.list("versions")
                    .values(
                        "/properties/publishingProfile/source/mediaLink",
                        "/properties/publishingProfile/source/defaultConfigurationLink",
                        "/properties/publishingProfile/manageActions/*")))
            .reachable(BuiltInKinds.NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.DevTestLab/labs", "2018-09-15")
            .group(GROUP)
            .reads(Reading.list("formulas").values("/properties/formulaContent/**"))
            .reachable(BuiltInKinds.NO_ENDPOINT)
            .build(),
        ResourceKind.of("Microsoft.Batch/batchAccounts", "2024-02-01")
            .group(GROUP)
            .reads(Reading.list("pools")
                .values(
                    "/properties/startTask/commandLine",
                    "/properties/startTask/environmentSettings/*/value",
                    "/properties/startTask/resourceFiles/*/httpUrl",
                    "/properties/startTask/resourceFiles/*/storageContainerUrl"))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build());
  }

  /** Protected settings are not in the answer. */
  private static Reading extensions() {
    return Reading.list("extensions")
        .text(Decoding.BASE64, "/properties/settings/script")
        .values("/properties/settings/**");
  }

  private static Reading runCommands() {
    return Reading.list("runCommands")
        .query("$expand", "instanceView")
        .text(Decoding.PLAIN, "/properties/source/script")
        .values(
            "/properties/parameters/*/value",
            "/properties/source/scriptUri",
            "/properties/outputBlobUri",
            "/properties/errorBlobUri",
            "/properties/instanceView/output",
            "/properties/instanceView/error");
  }
}
