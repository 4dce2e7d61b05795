package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.ArrayList;
import java.util.List;

/** The kinds that Rekey knows, and the clues that many of them share. */
final class BuiltInKinds {
  /** What most services call the switch by which the internet is shut out. */
  private static final String ACCESS = "/properties/publicNetworkAccess";

  /** Nobody but ARM answers for it. */
  static final Signal NO_ENDPOINT = Signal.no("it has no endpoint of its own");

  private BuiltInKinds() {}

  static List<ResourceKind> all() {
    List<ResourceKind> all = new ArrayList<>();
    all.addAll(AppServiceKinds.all());
    all.addAll(DeploymentKinds.all());
    all.addAll(ContainerKinds.all());
    all.addAll(MachineKinds.all());
    all.addAll(IntegrationKinds.all());
    all.addAll(MonitorKinds.all());
    all.addAll(DataKinds.all());
    return all;
  }

  /** Clues of a service that is open to the internet unless that was switched off. */
  static Clue[] openUnlessDisabled() {
    return new Clue[] {
      Clue.at("/properties").isAbsent().unknown("none of its properties are shown"),
      Clue.at(ACCESS).is("Disabled").no(),
      Clue.at(ACCESS).is("false").no(),
      Clue.at("/properties/networkAcls/defaultAction").is("Deny").no(),
      Clue.at("/properties/networkRuleSet/defaultAction").is("Deny").no(),
      Clue.at(ACCESS).is("Enabled").yes(),
      Clue.at(ACCESS).is("true").yes(),
      Clue.at(ACCESS).isAbsent().yes("its publicNetworkAccess is not set, which means Enabled"),
      Clue.otherwise(Signal.unknown("its publicNetworkAccess is neither Enabled nor Disabled"))
    };
  }
}
