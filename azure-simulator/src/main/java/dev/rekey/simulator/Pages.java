package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Parts a list into pages, each of which but the last names the next by its whole address. */
final class Pages {
  private static final String SKIP = "$skip";

  private Pages() {}

  /**
   * An item of a list.
   *
   * @param order its place in the list, which it keeps when others are deleted
   * @param name by which it is found
   * @param json makes what is shown
   */
  record Item(long order, String name, Supplier<ObjectNode> json) {}

  /** The page that a call asks for. */
  static ObjectNode page(Call call, String cloud, List<Item> items, ProviderCatalog.Paging paging) {
    int size = size(call, paging);
    List<Item> rest = rest(call, items, paging);
    int to = size == 0 ? rest.size() : Math.min(size, rest.size());
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    rest.subList(0, to).forEach(item -> value.add(item.json().get()));
    if (to < rest.size()) {
      String marker = paging.marker().equals(SKIP)
          ? Integer.toString(items.size() - rest.size() + to)
          : Marker.of(list(call), Long.toString(rest.get(to - 1).order()));
      json.put("nextLink", next(call, cloud, paging, marker));
    } else if (paging.nullAtEnd()) {
      json.putNull("nextLink");
    }
    return json;
  }

  private static int size(Call call, ProviderCatalog.Paging paging) {
    String asked = paging.sizeParameter().isEmpty()
        ? ""
        : call.query(paging.sizeParameter()).orElse("");
    if (asked.isEmpty()) {
      return paging.size();
    }
    if (!asked.matches("[0-9]{1,7}") || asked.matches("0+")) {
      throw ArmProblem.provider(
          400, "InvalidParameter", "The value of " + paging.sizeParameter() + " is invalid.");
    }
    int number = Integer.parseInt(asked);
    return paging.size() == 0 ? number : Math.min(number, paging.size());
  }

  private static List<Item> rest(Call call, List<Item> items, ProviderCatalog.Paging paging) {
    String marker = call.query(paging.marker()).orElse("");
    if (marker.isEmpty()) {
      return items;
    }
    if (paging.marker().equals(SKIP)) {
      if (!marker.matches("[0-9]{1,7}")) {
        throw ArmProblem.provider(400, "InvalidParameter", "The value of $skip is invalid.");
      }
      return items.subList(Math.min(items.size(), Integer.parseInt(marker)), items.size());
    }
    long after = Marker.read(list(call), marker)
        .map(Long::parseLong)
        .orElseThrow(() -> ArmProblem.provider(
            400, "InvalidSkipToken", "The skip token belongs to another list."));
    int from = 0;
    while (from < items.size() && items.get(from).order() <= after) {
      from++;
    }
    return items.subList(from, items.size());
  }

  /** What a marker is bound to. */
  private static String list(Call call) {
    return call.rawPath().toLowerCase(Locale.ROOT) + " " + call.query("$filter").orElse("");
  }

  private static String next(
      Call call, String cloud, ProviderCatalog.Paging paging, String marker) {
    List<String> query = new ArrayList<>();
    for (String pair : call.rawQuery().split("&", -1)) {
      if (!pair.isEmpty()
          && !Call.form(pair).containsKey(paging.marker().toLowerCase(Locale.ROOT))) {
        query.add(pair);
      }
    }
    query.add(URLEncoder.encode(paging.marker(), StandardCharsets.UTF_8) + "=" + marker);
    return cloud.replaceAll("/$", "") + call.rawPath() + "?" + String.join("&", query);
  }
}
