package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A Log Analytics workspace: the entries of its tables, in the order in which they were written. */
final class WorkspaceAsset extends Asset {
  static final String TYPE = "Microsoft.OperationalInsights/workspaces";

  private final String customerId;
  private final boolean signIns;
  private final ObjectNode properties;
  private final List<Entry> entries = new ArrayList<>();
  private String endpoint = "";

  /**
   * An entry.
   *
   * @param at when what it tells happened
   * @param row its columns, with {@code Type} and {@code TimeGenerated}
   */
  record Entry(String table, Instant at, ObjectNode row) {}

  WorkspaceAsset(String subscription, Scenario.ResourceGroup group, Resource.Workspace from) {
    super(subscription, group, from, "");
    this.customerId = Resource.Workspace.customerId(from.name());
    this.signIns = from.signIns();
    this.properties = Json.object().put("provisioningState", "Succeeded");
    Json.merge(properties, Json.tree(from.properties()));
  }

  String customerId() {
    return customerId;
  }

  boolean takesSignIns() {
    return signIns;
  }

  void endpoint(String url) {
    endpoint = url;
  }

  String endpoint() {
    return endpoint;
  }

  void write(String table, Instant at, ObjectNode columns) {
    ObjectNode row = columns.deepCopy();
    row.put("Type", table);
    row.put("TimeGenerated", at.toString());
    entries.add(new Entry(table, at, row));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The entries that have arrived. */
  List<Entry> arrived(Instant now, Duration lag) {
    return entries.stream().filter(entry -> !entry.at().plus(lag).isAfter(now)).toList();
  }

  @Override
  ObjectNode properties(String apiVersion) {
    return properties.deepCopy().put("customerId", customerId);
  }
}
