package dev.rekey.simulator;

import java.util.List;
import java.util.Locale;

/** Which api-versions each part of ARM takes, oldest first. Others are refused, as Azure does. */
final class ApiVersions {
  static final List<String> RESOURCES = List.of(
      "2014-04-01",
      "2015-01-01",
      "2015-11-01",
      "2016-06-01",
      "2016-09-01",
      "2017-05-10",
      "2018-01-01",
      "2018-02-01",
      "2018-05-01",
      "2018-06-01",
      "2018-07-01",
      "2019-03-01",
      "2019-05-01",
      "2019-06-01",
      "2019-07-01",
      "2019-08-01",
      "2019-09-01",
      "2019-10-01",
      "2019-11-01",
      "2020-01-01",
      "2020-05-01",
      "2020-06-01",
      "2020-08-01",
      "2020-10-01",
      "2021-01-01",
      "2021-04-01",
      "2022-01-01",
      "2022-06-01",
      "2022-09-01",
      "2022-12-01",
      "2023-07-01",
      "2024-03-01",
      "2024-07-01",
      "2024-08-01",
      "2024-11-01",
      "2025-04-01");
  static final List<String> RESOURCE_GRAPH = List.of(
      "2018-09-01-preview",
      "2019-04-01",
      "2020-04-01-preview",
      "2021-03-01",
      "2021-06-01-preview",
      "2022-10-01",
      "2024-04-01");
  private static final List<String> STORAGE = List.of(
      "2015-06-15",
      "2016-01-01",
      "2016-12-01",
      "2017-06-01",
      "2017-10-01",
      "2018-02-01",
      "2018-07-01",
      "2018-11-01",
      "2019-04-01",
      "2019-06-01",
      "2021-01-01",
      "2021-02-01",
      "2021-04-01",
      "2021-05-01",
      "2021-06-01",
      "2021-08-01",
      "2021-09-01",
      "2022-05-01",
      "2022-09-01",
      "2023-01-01",
      "2023-04-01",
      "2023-05-01",
      "2024-01-01",
      "2025-01-01",
      "2025-06-01");
  private static final List<String> WEB = List.of(
      "2015-08-01",
      "2016-03-01",
      "2016-08-01",
      "2018-02-01",
      "2018-11-01",
      "2019-08-01",
      "2020-06-01",
      "2020-09-01",
      "2020-10-01",
      "2020-12-01",
      "2021-01-01",
      "2021-01-15",
      "2021-02-01",
      "2021-03-01",
      "2022-03-01",
      "2022-09-01",
      "2023-01-01",
      "2023-12-01",
      "2024-04-01",
      "2024-11-01",
      "2025-03-01");
  private static final List<String> VAULT = List.of(
      "2015-06-01",
      "2016-10-01",
      "2018-02-14",
      "2018-02-14-preview",
      "2019-09-01",
      "2021-10-01",
      "2022-07-01",
      "2022-11-01",
      "2023-02-01",
      "2023-07-01",
      "2024-11-01",
      "2025-05-01");

  /**
   * The versions that Service Bus and Event Hubs share: folders of azure-rest-api-specs,
   * specification/servicebus and specification/eventhub.
   */
  private static final List<String> MESSAGING = List.of(
      "2014-09-01",
      "2015-08-01",
      "2017-04-01",
      "2018-01-01-preview",
      "2021-01-01-preview",
      "2021-06-01-preview",
      "2021-11-01",
      "2022-01-01-preview",
      "2022-10-01-preview",
      "2023-01-01-preview",
      "2024-01-01",
      "2025-05-01-preview",
      "2026-01-01");

  private ApiVersions() {}

  /** The versions for a resource type; of types that the catalog doesn't know, any of ARM's. */
  static List<String> of(String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "microsoft.storage/storageaccounts" -> STORAGE;
      case "microsoft.web/sites", "microsoft.web/sites/slots" -> WEB;
      case "microsoft.keyvault/vaults" -> VAULT;
      case "microsoft.servicebus/namespaces", "microsoft.eventhub/namespaces" -> MESSAGING;
      default ->
        ProviderCatalog.azure()
            .type(type)
            .map(ProviderCatalog.Type::versions)
            .filter(versions -> !versions.isEmpty())
            .orElse(RESOURCES);
    };
  }
}
