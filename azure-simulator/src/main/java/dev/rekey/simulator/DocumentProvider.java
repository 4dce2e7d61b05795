package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Answers the operations of the {@link ProviderCatalog} from the documents of the scenario. */
final class DocumentProvider {
  private static final Pattern EQUALS = Pattern.compile("(\\w+) eq '([^']*)'");
  private static final long AFTER_DOCUMENTS = 1L << 40;

  private final World world;

  DocumentProvider(World world) {
    this.world = world;
  }

  /**
   * Answers a call.
   *
   * @param path the path below the place, as {@code operation} has it
   */
  Reply answer(
      Call call,
      Place place,
      ProviderCatalog.Operation operation,
      List<ProviderCatalog.Operation> all,
      List<String> path) {
    requireListed(call, place, operation, all, path);
    Reply reply = switch (operation.shape()) {
      case LIST -> Reply.json(200, list(call, place, operation, path));
      case TEXT -> text(place, operation, path);
      case OBJECT -> Reply.json(200, object(call, place, operation, all, path));
    };
    return switch (operation.counter()) {
      case READS -> Arm.reads(reply);
      case WRITES -> Arm.writes(reply);
      case RESOURCE_REQUESTS -> Arm.resourceRequests(reply);
    };
  }

  /** Refuses what is below an item that its list doesn't have. */
  private void requireListed(
      Call call,
      Place place,
      ProviderCatalog.Operation operation,
      List<ProviderCatalog.Operation> all,
      List<String> path) {
    for (int i = 1; i < path.size(); i++) {
      List<String> prefix = path.subList(0, i);
      if (ProviderCatalog.isName(operation.path().get(i))) {
        Optional<ProviderCatalog.Operation> list = ProviderCatalog.find(all, "GET", prefix)
            .filter(one -> one.shape() == ProviderCatalog.Shape.LIST);
        if (list.isPresent()
            && named(call, place, list.get(), prefix, path.get(i)).isEmpty()) {
          throw missing(place, path.subList(0, i + 1));
        }
      }
    }
  }

  private static Refusal missing(Place place, List<String> path) {
    String what = String.join("/", path);
    return place.type().toLowerCase(Locale.ROOT).startsWith("microsoft.web/sites")
        ? ArmProblem.appService(404, "NotFound", "01003", "Cannot find " + what + ".")
        : ArmProblem.provider(
            404,
            "ResourceNotFound",
            "The resource '" + place.id() + "/" + what + "' was not found.");
  }

  private Reply text(Place place, ProviderCatalog.Operation operation, List<String> path) {
    return place
        .documents()
        .at(path)
        .map(text -> new Reply(200, Map.of("Content-Type", operation.media()), (String) text))
        .orElseThrow(() -> missing(place, path));
  }

  private ObjectNode object(
      Call call,
      Place place,
      ProviderCatalog.Operation operation,
      List<ProviderCatalog.Operation> all,
      List<String> path) {
    Optional<Object> document = place.documents().at(path);
    if (document.isEmpty() && operation.endsWithName() && path.size() > 1) {
      List<String> above = path.subList(0, path.size() - 1);
      Optional<ProviderCatalog.Operation> list = ProviderCatalog.find(all, "GET", above)
          .filter(one -> one.shape() == ProviderCatalog.Shape.LIST);
      if (list.isPresent()) {
        return named(call, place, list.get(), above, path.get(path.size() - 1))
            .orElseThrow(() -> missing(place, path))
            .json()
            .get();
      }
    }
    boolean post = operation.method().equals("POST");
    JsonNode from = document
        .map(DocumentProvider::tree)
        .or(operation::absent)
        .or(() -> post ? Optional.of(Json.object()) : Optional.empty())
        .orElseThrow(() -> missing(place, path));
    List<String> named = path.get(path.size() - 1).equalsIgnoreCase("list")
        ? path.subList(0, path.size() - 1)
        : path;
    ObjectNode json = from.deepCopy();
    fill(json, place, operation, named, named.get(named.size() - 1));
    operation.withheld().from(json, expand(call));
    return json;
  }

  private static JsonNode tree(Object document) {
    return Json.MAPPER.valueToTree(document);
  }

  static String expand(Call call) {
    return call.query("$expand").orElse("");
  }

  /** Fills in what every resource says of itself; {@code path} ends with its name. */
  private static void fill(
      ObjectNode json,
      Place place,
      ProviderCatalog.Operation operation,
      List<String> path,
      String name) {
    if (operation.shown().contains("id")) {
      json.putIfAbsent("id", json.textNode(place.id() + "/" + String.join("/", path)));
    }
    if (operation.shown().contains("name")) {
      json.putIfAbsent("name", json.textNode(name));
    }
    if (operation.shown().contains("type")) {
      json.putIfAbsent("type", json.textNode(type(place, operation, path)));
    }
  }

  /** The type of what a path leads to: every other part of it, as the catalog writes them. */
  private static String type(Place place, ProviderCatalog.Operation operation, List<String> path) {
    List<String> parts = new ArrayList<>();
    boolean scope = path.get(0).equalsIgnoreCase("providers");
    parts.add(scope ? operation.path().get(1) : place.type());
    for (int i = scope ? 2 : 0; i < path.size(); i += 2) {
      boolean written = i < operation.path().size()
          && !ProviderCatalog.isName(operation.path().get(i));
      parts.add(written ? operation.path().get(i) : path.get(i));
    }
    return String.join("/", parts);
  }

  private ObjectNode list(
      Call call, Place place, ProviderCatalog.Operation operation, List<String> path) {
    List<Pages.Item> items = new ArrayList<>(items(call, place, operation, path));
    boolean atScope = call.query("$filter").orElse("").equalsIgnoreCase("atScope()");
    if (!operation.below().isEmpty() && !atScope) {
      long order = AFTER_DOCUMENTS << 1;
      for (Pages.Item item : below(call, place, operation, path)) {
        items.add(new Pages.Item(order++, item.name(), item.json()));
      }
    }
    return Pages.page(
        call,
        world.cloud(),
        atScope ? items : filtered(call, items, operation),
        operation.paging());
  }

  /** What is in the scopes below, of the same kind. */
  private List<Pages.Item> below(
      Call call, Place place, ProviderCatalog.Operation operation, List<String> path) {
    List<Pages.Item> items = new ArrayList<>();
    boolean location = operation.below().equals("location");
    for (Place other : world.placesBelow(place)) {
      boolean wanted = location
          ? other
              .asset()
              .filter(a -> a.location().equalsIgnoreCase(path.get(3)))
              .isPresent()
          : operation.below().equals("all") || other.kind().equals("group");
      if (wanted) {
        if (location) {
          List<String> asked = List.of(path.get(0), path.get(1), path.get(4));
          items.addAll(items(call, other, everywhere(asked), asked));
        } else {
          items.addAll(items(call, other, operation, path));
        }
      }
    }
    return items;
  }

  /** The list without a location that one of a location is a part of. */
  private static ProviderCatalog.Operation everywhere(List<String> path) {
    return ProviderCatalog.azure()
        .scope(path.get(1) + "/" + path.get(2))
        .flatMap(scope -> ProviderCatalog.find(scope.operations(), "GET", path))
        .orElseThrow();
  }

  private static List<Pages.Item> filtered(
      Call call, List<Pages.Item> items, ProviderCatalog.Operation operation) {
    String filter = call.query("$filter").orElse("");
    if (filter.isEmpty()) {
      return items;
    }
    Matcher matcher = EQUALS.matcher(filter);
    String pointer =
        matcher.matches() ? operation.filters().getOrDefault(matcher.group(1), "") : "";
    if (pointer.isEmpty()) {
      throw ArmProblem.provider(400, "InvalidFilter", "The filter '" + filter + "' is not known.");
    }
    return items.stream()
        .filter(item -> item.json().get().at(pointer).asText().equalsIgnoreCase(matcher.group(2)))
        .collect(Collectors.toList());
  }

  /** The items of a list: its documents, what the resource itself knows, and resources of their own. */
  private List<Pages.Item> items(
      Call call, Place place, ProviderCatalog.Operation operation, List<String> path) {
    List<Pages.Item> items = new ArrayList<>();
    int number = 0;
    for (Object one : place.documents().list(path)) {
      String name = name(one, number);
      items.add(
          new Pages.Item(number++, name, () -> shown(call, place, operation, path, one, name)));
    }
    for (ObjectNode one : place.asset().map(asset -> asset.own(path)).orElse(List.of())) {
      String name = one.path("name").asText();
      items.add(
          new Pages.Item(number++, name, () -> shown(call, place, operation, path, one, name)));
    }
    for (Asset asset : world.collection(place.id() + "/" + String.join("/", path))) {
      String version = call.query("api-version").orElse("");
      String last = asset.name().substring(asset.name().lastIndexOf('/') + 1);
      items.add(new Pages.Item(
          AFTER_DOCUMENTS + asset.order(), last, () -> asset.shown(version, expand(call))));
    }
    return items;
  }

  /** What an item of a list is called. */
  static String name(Object item, int number) {
    if (item instanceof Map<?, ?> map) {
      if (map.get("name") instanceof String name) {
        return name;
      }
      if (map.get("id") instanceof String id) {
        return id.substring(id.lastIndexOf('/') + 1);
      }
    }
    return Integer.toString(number + 1);
  }

  private static ObjectNode shown(
      Call call,
      Place place,
      ProviderCatalog.Operation operation,
      List<String> path,
      Object item,
      String name) {
    JsonNode tree = item instanceof JsonNode node ? node : tree(item);
    ObjectNode json = tree instanceof ObjectNode object ? object : Json.object();
    List<String> named = new ArrayList<>(path);
    named.add(name.substring(name.lastIndexOf('/') + 1));
    fill(json, place, operation, named, name);
    operation.withheld().from(json, expand(call));
    return json;
  }

  private Optional<Pages.Item> named(
      Call call, Place place, ProviderCatalog.Operation list, List<String> path, String name) {
    return items(call, place, list, path).stream()
        .filter(item -> item.name().equalsIgnoreCase(name)
            || item.name().toLowerCase(Locale.ROOT).endsWith("/" + name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
