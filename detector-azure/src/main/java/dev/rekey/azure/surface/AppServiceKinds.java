package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** App Service and Functions, their slots, and static web apps. */
final class AppServiceKinds {
  private static final String GROUP = "App Service and Functions";
  private static final String VERSION = "2024-04-01";

  private AppServiceKinds() {}

  static List<ResourceKind> all() {
    return List.of(site("Microsoft.Web/sites"), site("Microsoft.Web/sites/slots"), staticSite());
  }

  private static ResourceKind site(String type) {
    // All lists of settings are one action, whatever their names.
    String list = type + "/config/list/action";
    List<Clue> clues = new ArrayList<>(List.of(
        Clue.at("/properties/publicNetworkAccess").is("Disabled").no(),
        Clue.at("/properties/enabled").is("false").no("the app is switched off"),
        Clue.at("/properties/state").is("Stopped").no("the app is stopped"),
        Clue.at("/properties/hostingEnvironmentProfile")
            .isPresent()
            .unknown("it is in an App Service Environment, which may be internal")));
    clues.addAll(Arrays.asList(BuiltInKinds.openUnlessDisabled()));
    return ResourceKind.of(type, VERSION)
        .group(GROUP)
        .reads(
            Reading.post("config/appsettings/list")
                .addressed("")
                .permission(list)
                .values("/properties/*"),
            Reading.post("config/connectionstrings/list")
                .permission(list)
                .values("/properties/*/value"),
            Reading.post("config/azurestorageaccounts/list")
                .permission(list)
                .values("/properties/*/accessKey"),
            Reading.post("config/authsettings/list")
                .permission(list)
                .values(
                    "/properties/clientSecret",
                    "/properties/facebookAppSecret",
                    "/properties/gitHubClientSecret",
                    "/properties/googleClientSecret",
                    "/properties/microsoftAccountClientSecret",
                    "/properties/twitterConsumerSecret"),
            Reading.post("config/backup/list")
                .permission(list)
                .values("/properties/storageAccountUrl")
                .optional(),
            Reading.get("config/web")
                .permission(type + "/config/read")
                .values(
                    "/properties/appCommandLine",
                    "/properties/linuxFxVersion",
                    "/properties/windowsFxVersion",
                    "/properties/handlerMappings/*/arguments"),
            Reading.get("config/logs").permission(type + "/config/read").values("/properties/**"),
            Reading.get("sourcecontrols/web")
                .permission(type + "/sourcecontrols/read")
                .values("/properties/repoUrl")
                .optional(),
            Reading.list("functions")
                .when(Clue.at("/kind").contains("functionapp").yes())
                .values("/properties/config/**", "/properties/test_data"))
        .reachable(clues.toArray(new Clue[0]))
        .build();
  }

  private static ResourceKind staticSite() {
    return ResourceKind.of("Microsoft.Web/staticSites", VERSION)
        .group(GROUP)
        .reads(
            Reading.post("listAppSettings").addressed("config/appsettings").values("/properties/*"),
            Reading.post("listFunctionAppSettings")
                .addressed("config/functionappsettings")
                .values("/properties/*"),
            Reading.list("builds")
                .each(
                    Reading.post("listAppSettings")
                        .addressed("config/appsettings")
                        .values("/properties/*"),
                    Reading.post("listFunctionAppSettings")
                        .addressed("config/functionappsettings")
                        .values("/properties/*")))
        .reachable(Clue.at("/properties/publicNetworkAccess").is("Disabled").no())
        .reachable(Signal.yes("a static web app is on the internet"))
        .build();
  }
}
