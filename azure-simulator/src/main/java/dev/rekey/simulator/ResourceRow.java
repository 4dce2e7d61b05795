package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;

/**
 * A row of a table of Resource Graph, whose columns are made when they are looked at: a table has a
 * hundred thousand rows, and a page a thousand.
 *
 * @param id its id in lower case, by which the table is sorted
 */
record ResourceRow(String id, Function<String, JsonNode> columns) implements Kusto.Row {
  /** All columns of {@code Resources}, in Azure's order. */
  static final List<String> COLUMNS = List.of(
      "id",
      "name",
      "type",
      "tenantId",
      "kind",
      "location",
      "resourceGroup",
      "subscriptionId",
      "managedBy",
      "sku",
      "plan",
      "properties",
      "tags",
      "identity",
      "zones",
      "extendedLocation");

  @Override
  public JsonNode column(String name) {
    return columns.apply(name);
  }

  @Override
  public ObjectNode json() {
    ObjectNode json = Json.object();
    COLUMNS.forEach(name -> json.set(name, columns.apply(name)));
    return json;
  }
}
