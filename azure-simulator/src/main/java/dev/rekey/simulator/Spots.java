package dev.rekey.simulator;

import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.WebApp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Where in resources of Azure a secret may sit, one after another, written from Azure's documentation:
 * what a tool that looks for secrets must look into. Immutable.
 */
public final class Spots {
  private Spots() {}

  /**
   * A place in resources of one type.
   *
   * @param type the type
   * @param with makes a resource, by its name and a value, that holds the value there
   * @param below what is read to see it: a path below the resource's id, without the {@code /list} of a
   *     POST; empty where the resource itself shows it
   * @param named by what name it is told from what else is there: the names of members, and of elements
   *     their own name, key or id, or else their index, joined by slashes, without a
   *     last {@code value}; empty for a text that has lines of its own
   */
  public record Spot(
      String type, BiFunction<String, String, Resource> with, String below, String named) {
    /** Shows type, path and name. */
    @Override
    public String toString() {
      return type + " " + below + " " + named;
    }
  }

  private static Map<String, Object> named(String name, String property, Object value) {
    return Map.of("name", name, "properties", Map.of(property, value));
  }

  private static Map<String, Object> properties(String property, Object value) {
    return Map.of("properties", Map.of(property, value));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Spot app(String below, String named, BiFunction<WebApp, String, WebApp> with) {
    return new Spot(
        "Microsoft.Web/sites",
        (name, value) -> with.apply(WebApp.named(name), value),
        below,
        named);
  }

  private static Spot other(
      String type, String below, String named, BiFunction<Other, String, Other> with) {
    return new Spot(type, (name, value) -> with.apply(Other.of(type, name), value), below, named);
  }

  private static Map<String, Object> container(String value) {
    return Map.of(
        "containers",
        List.of(Map.of("name", "web", "env", List.of(Map.of("name", "STORE", "value", value)))));
  }

  /** Returns all of them. */
  public static List<Spot> all() {
    List<Spot> all = new ArrayList<>();
    // 1 App Service and Functions
    all.add(app("", "STORE", (app, value) -> app.setting("STORE", value)));
    all.add(app(
        "/config/connectionstrings",
        "files",
        (app, value) -> app.connectionString("files", value, "Custom")));
    all.add(new Spot(
        "Microsoft.Web/sites",
        (name, value) -> WebApp.named(name).slot(WebApp.named("blue").setting("STORE", value)),
        "/slots/blue",
        "STORE"));
    all.add(app(
        "/config/web",
        "appCommandLine",
        (app, value) ->
            app.document("config/web", properties("appCommandLine", "run '" + value + "'"))));
    all.add(app(
        "/sourcecontrols/web",
        "repoUrl",
        (app, value) -> app.document(
            "sourcecontrols/web", properties("repoUrl", "https://git.example/?s=" + value))));
    all.add(app(
        "/config/logs",
        "applicationLogs/azureBlobStorage/sasUrl",
        (app, value) -> app.document(
            "config/logs",
            properties("applicationLogs", Map.of("azureBlobStorage", Map.of("sasUrl", value))))));
    all.add(app(
        "/functions/f1",
        "bindings/0/connection",
        (app, value) -> app.kind("functionapp")
            .document(
                "functions",
                List.of(named(
                    "f1",
                    "config",
                    Map.of("bindings", List.of(Map.of("type", "blob", "connection", value))))))));
    all.add(other(
        "Microsoft.Web/staticSites",
        "/config/appsettings",
        "STORE",
        (it, value) -> it.document("listAppSettings", properties("STORE", value))));
    // 3 Containers
    all.add(other(
        "Microsoft.App/containerApps",
        "",
        "web/STORE",
        (it, value) -> it.property("template", container(value))));
    all.add(other(
        "Microsoft.App/containerApps",
        "/revisions/r1",
        "web/STORE",
        (it, value) ->
            it.document("revisions", List.of(named("r1", "template", container(value))))));
    all.add(other(
        "Microsoft.App/jobs",
        "",
        "web/STORE",
        (it, value) -> it.property("template", container(value))));
    all.add(other(
        "Microsoft.App/jobs",
        "/executions/e1",
        "web/STORE",
        (it, value) ->
            it.document("executions", List.of(named("e1", "template", container(value))))));
    all.add(other(
        "Microsoft.ContainerInstance/containerGroups",
        "",
        "c1/STORE",
        (it, value) -> it.property(
            "containers",
            List.of(Map.of(
                "name",
                "c1",
                "properties",
                Map.of(
                    "environmentVariables", List.of(Map.of("name", "STORE", "value", value))))))));
    all.add(other(
        "Microsoft.ServiceFabric/managedClusters",
        "/applications/a1",
        "STORE",
        (it, value) -> it.document(
            "applications", List.of(named("a1", "parameters", Map.of("STORE", value))))));
    all.add(other(
        "Microsoft.AppPlatform/Spring",
        "/apps/a1/deployments/d1",
        "STORE",
        (it, value) -> it.document("apps", List.of(Map.of("name", "a1")))
            .document(
                "apps/a1/deployments",
                List.of(named(
                    "d1",
                    "deploymentSettings",
                    Map.of("environmentVariables", Map.of("STORE", value)))))));
    // 4 Machines
    all.add(other(
        "Microsoft.Compute/virtualMachines",
        "/userData",
        "",
        (it, value) ->
            it.property("userData", base64("#!/bin/sh\nexport STORE='" + value + "'\n"))));
    all.add(other(
        "Microsoft.Compute/virtualMachineScaleSets",
        "",
        "script/commandToExecute",
        (it, value) -> it.property(
            "virtualMachineProfile",
            Map.of(
                "extensionProfile",
                Map.of(
                    "extensions",
                    List.of(
                        named("script", "settings", Map.of("commandToExecute", "x " + value))))))));
    // 5 Automation
    all.add(other(
        "Microsoft.Automation/automationAccounts",
        "/variables",
        "v1",
        (it, value) ->
            it.document("variables", List.of(named("v1", "value", "\"" + value + "\"")))));
    all.add(other(
        "Microsoft.Automation/automationAccounts",
        "/connections",
        "c1/Connection",
        (it, value) -> it.document(
            "connections",
            List.of(named("c1", "fieldDefinitionValues", Map.of("Connection", value))))));
    all.add(other(
        "Microsoft.Automation/automationAccounts",
        "/jobs/j1/output",
        "",
        (it, value) -> it.document("jobs", List.of(Map.of("name", "j1")))
            .document("jobs/j1/output", "started\nusing " + value + "\n")));
    // 6 Logic Apps
    all.add(other(
        "Microsoft.Logic/workflows",
        "",
        "actions/call/inputs/body",
        (it, value) -> it.property(
            "definition",
            Map.of("actions", Map.of("call", Map.of("inputs", Map.of("body", value)))))));
    all.add(other(
        "Microsoft.Logic/workflows",
        "/versions/0858",
        "store",
        (it, value) -> it.document(
            "versions",
            List.of(named("0858", "parameters", Map.of("store", Map.of("value", value)))))));
    all.add(other(
        "Microsoft.Web/connections",
        "",
        "store",
        (it, value) -> it.property("nonSecretParameterValues", Map.of("store", value))));
    // 8 API Management
    all.add(other(
        "Microsoft.ApiManagement/service",
        "/namedValues",
        "store",
        (it, value) -> it.document("namedValues", List.of(named("store", "value", value)))));
    all.add(other(
        "Microsoft.ApiManagement/service",
        "/policies/policy",
        "",
        (it, value) -> it.document(
            "policies/policy",
            properties("value", "<policies>\n<set-header>" + value + "</set-header></policies>"))));
    all.add(other(
        "Microsoft.ApiManagement/service",
        "/backends/b1",
        "header/x-store/0",
        (it, value) -> it.document(
            "backends",
            List.of(
                named("b1", "credentials", Map.of("header", Map.of("x-store", List.of(value))))))));
    // 9 Action groups, events, tests
    all.add(other(
        "Microsoft.Insights/actionGroups",
        "",
        "hook/serviceUri",
        (it, value) -> it.property(
            "webhookReceivers",
            List.of(Map.of("name", "hook", "serviceUri", "https://hook.example/?s=" + value)))));
    all.add(other(
        "Microsoft.Insights/webtests",
        "",
        "x",
        (it, value) -> it.property(
            "Request", Map.of("Headers", List.of(Map.of("key", "x", "value", value))))));
    all.add(other(
        "Microsoft.EventGrid/systemTopics",
        "/eventSubscriptions/e1/getFullUrl",
        "endpointUrl",
        (it, value) -> it.document("eventSubscriptions", List.of(Map.of("name", "e1")))
            .document(
                "eventSubscriptions/e1/getFullUrl",
                Map.of("endpointUrl", "https://hook.example/?s=" + value))));
    all.add(other(
        "Microsoft.Cdn/profiles",
        "/ruleSets/s1/rules/r1",
        "0",
        (it, value) -> it.document("ruleSets", List.of(Map.of("name", "s1")))
            .document(
                "ruleSets/s1/rules",
                List.of(named(
                    "r1", "actions", List.of(Map.of("parameters", Map.of("value", value))))))));
    all.add(other(
        "Microsoft.EventGrid/topics",
        "/providers/Microsoft.EventGrid/eventSubscriptions/e1/getFullUrl",
        "endpointUrl",
        (it, value) -> it.document(
                "providers/Microsoft.EventGrid/eventSubscriptions", List.of(Map.of("name", "e1")))
            .document(
                "providers/Microsoft.EventGrid/eventSubscriptions/e1/getFullUrl",
                Map.of("endpointUrl", "https://hook.example/?s=" + value))));
    // 7 App Configuration
    all.add(new Spot(
        "Microsoft.AppConfiguration/configurationStores",
        (name, value) -> Resource.ConfigurationStore.named(name).value("app/store", value),
        "/kv",
        "app/store"));
    all.add(new Spot(
        "Microsoft.AppConfiguration/configurationStores",
        (name, value) ->
            Resource.ConfigurationStore.named(name).revision(Resource.KeyValue.of("store", value)),
        "/revisions",
        "store"));
    all.add(new Spot(
        "Microsoft.Synapse/workspaces",
        (name, value) -> Resource.SynapseWorkspace.named(name)
            .artifact(
                "linkedservices",
                "l1",
                Map.of("typeProperties", Map.of("connectionString", value))),
        "/linkedservices/l1",
        "connectionString"));
    all.add(new Spot(
        "Microsoft.Synapse/workspaces",
        (name, value) -> Resource.SynapseWorkspace.named(name)
            .artifact("sqlScripts", "q1", Map.of("content", Map.of("query", "-- " + value + "\n"))),
        "/sqlScripts/q1/query",
        ""));
    // 10 Deployment scripts, template specs
    all.add(other(
        "Microsoft.Resources/deploymentScripts",
        "/scriptContent",
        "",
        (it, value) -> it.property("scriptContent", "set -e\nexport STORE='" + value + "'\n")));
    all.add(other(
        "Microsoft.Resources/deploymentScripts",
        "",
        "STORE",
        (it, value) ->
            it.property("environmentVariables", List.of(Map.of("name", "STORE", "value", value)))));
    all.add(other(
        "Microsoft.Solutions/applications",
        "",
        "store",
        (it, value) -> it.property("parameters", Map.of("store", Map.of("value", value)))));
    // 12 Data Factory and its like
    all.add(other(
        "Microsoft.DataFactory/factories",
        "/linkedservices/l1",
        "connectionString",
        (it, value) -> it.document(
            "linkedservices",
            List.of(named("l1", "typeProperties", Map.of("connectionString", value))))));
    all.add(other(
        "Microsoft.DataFactory/factories",
        "/pipelines/p1",
        "call/url",
        (it, value) -> it.document(
            "pipelines",
            List.of(named(
                "p1",
                "activities",
                List.of(Map.of("name", "call", "typeProperties", Map.of("url", value))))))));
    all.add(other(
        "Microsoft.MachineLearningServices/workspaces",
        "/connections/c1",
        "store",
        (it, value) ->
            it.document("connections", List.of(named("c1", "metadata", Map.of("store", value))))));
    all.add(other(
        "Microsoft.Batch/batchAccounts",
        "/pools/p1",
        "STORE",
        (it, value) -> it.document(
            "pools",
            List.of(named(
                "p1",
                "startTask",
                Map.of(
                    "environmentSettings", List.of(Map.of("name", "STORE", "value", value))))))));
    all.add(other(
        "Microsoft.DevTestLab/labs",
        "/formulas/f1",
        "store",
        (it, value) -> it.document(
            "formulas", List.of(named("f1", "formulaContent", Map.of("store", value))))));
    // Tags, of anything
    all.add(other(
        "Microsoft.Network/virtualNetworks",
        "/providers/Microsoft.Resources/tags/default",
        "note",
        (it, value) -> it.tag("note", value)));
    return all;
  }
}
