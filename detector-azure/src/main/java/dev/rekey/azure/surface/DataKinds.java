package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.List;

/** What moves and holds data: Data Factory, Synapse, Machine Learning, databases, streams. */
final class DataKinds {
  private static final String GROUP = "Data Factory and Synapse";
  private static final String FACTORY = "2018-06-01";
  private static final String COSMOS = "2024-05-15";

  private DataKinds() {}

  static List<ResourceKind> all() {
    return List.of(
        ResourceKind.of("Microsoft.DataFactory/factories", FACTORY)
            .group(GROUP)
            .reads(
                Reading.get("")
                    .values(
                        "/properties/globalParameters/*/value", "/properties/repoConfiguration/**"),
                Reading.list("linkedservices").values("/properties/typeProperties/**"),
                Reading.list("pipelines")
                    .values(
                        "/properties/activities/*/typeProperties/**",
                        "/properties/parameters/*/defaultValue",
                        "/properties/variables/*/defaultValue"),
                Reading.list("datasets").values("/properties/typeProperties/**"),
                Reading.list("dataflows").values("/properties/typeProperties/**"),
                Reading.list("triggers").values("/properties/pipelines/*/parameters/**"),
                Reading.list("globalParameters").values("/properties/*/value"))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build(),
        ResourceKind.of("Microsoft.Synapse/workspaces", "2021-06-01")
            .group(GROUP)
            .reads(
                synapse("linkedservices").values("/properties/typeProperties/**"),
                synapse("pipelines")
                    .values(
                        "/properties/activities/*/typeProperties/**",
                        "/properties/parameters/*/defaultValue",
                        "/properties/variables/*/defaultValue"),
                synapse("notebooks").values("/properties/cells/*/source"),
                synapse("sqlScripts").text(Decoding.PLAIN, "/properties/content/query"))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build(),
        ResourceKind.of("Microsoft.MachineLearningServices/workspaces", "2024-04-01")
            .group(GROUP)
            .reads(
                Reading.list("connections")
                    .values(
                        "/properties/target",
                        "/properties/metadata/*",
                        "/properties/credentials/**"),
                Reading.list("onlineEndpoints")
                    .each(Reading.list("deployments").values("/properties/environmentVariables/*")))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build(),
        ResourceKind.of("Microsoft.DocumentDB/databaseAccounts", COSMOS)
            .group(GROUP)
            .reads(Reading.list("sqlDatabases")
                .when(Clue.at("/kind").is("GlobalDocumentDB").yes())
                .each(Reading.list("containers")
                    .each(
                        body("storedProcedures"), body("triggers"), body("userDefinedFunctions"))))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build(),
        ResourceKind.of("Microsoft.Sql/servers", "2023-08-01")
            .group(GROUP)
            .reads(Reading.list("jobAgents")
                .each(Reading.list("jobs")
                    .each(Reading.list("steps").values("/properties/action/value"))))
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build(),
        ResourceKind.of("Microsoft.StreamAnalytics/streamingjobs", "2020-03-01")
            .group(GROUP)
            .reads(
                Reading.list("inputs").values("/properties/datasource/properties/**"),
                Reading.list("outputs").values("/properties/datasource/properties/**"))
            .reachable(Signal.no("a job has no endpoint of its own"))
            .build());
  }

  private static Reading body(String list) {
    return Reading.list(list).text(Decoding.PLAIN, "/properties/resource/body");
  }

  /** Synapse has roles of its own; this is the one that reads what is developed. */
  private static Reading synapse(String list) {
    return Reading.list(list)
        .at(Plane.SYNAPSE)
        .apiVersion("2020-12-01")
        .permission("Synapse Artifact User");
  }
}
