package dev.rekey.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import java.util.Map;

/** What surrounds the settings of an app. */
final class Surroundings {
  private Surroundings() {}

  static AssetContext of(AzureResource app, Map<String, String> settings) {
    return new AssetContext(
        app.tenant(),
        app.id().toString(),
        Environments.of(app, settings),
        reachable(app.properties()),
        Signal.no("settings are shown only to who has the action " + action(app.id())
            + ", which the role Reader lacks"));
  }

  /** The action that shows the settings of an app or of a slot. */
  static String action(ResourceId app) {
    return app.isOf("Microsoft.Web/sites/slots")
        ? "Microsoft.Web/sites/slots/config/list/action"
        : "Microsoft.Web/sites/config/list/action";
  }

  static Signal reachable(JsonNode properties) {
    if (!properties.isObject()) {
      return Signal.unknown("ARM shows no properties of the app");
    }
    JsonNode access = properties.path("publicNetworkAccess");
    if (access.isTextual() && access.asText().equalsIgnoreCase("Disabled")) {
      return Signal.no("its publicNetworkAccess is Disabled");
    }
    if (properties.path("enabled").isBoolean() && !properties.path("enabled").booleanValue()) {
      return Signal.no("the app is switched off");
    }
    if (properties.path("state").asText("").equalsIgnoreCase("Stopped")) {
      return Signal.no("the app is stopped");
    }
    if (properties.path("hostingEnvironmentProfile").isObject()) {
      return Signal.unknown("it is in an App Service Environment, which may be internal");
    }
    if (access.isMissingNode() || access.isNull() || access.asText("").isEmpty()) {
      return Signal.yes("its publicNetworkAccess is not set, which means Enabled");
    }
    return access.isTextual() && access.asText().equalsIgnoreCase("Enabled")
        ? Signal.yes("its publicNetworkAccess is Enabled")
        : Signal.unknown("its publicNetworkAccess is neither Enabled nor Disabled");
  }
}
