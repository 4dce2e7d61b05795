package dev.rekey.simulator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How few requests to ARM read every place where a secret can sit: the subscriptions and management
 * groups, the pages of Resource Graph, and for each resource and scope one for each read that the
 * catalog calls secret-bearing, a page at a time, with the lists that lead to them.
 *
 * <p>What is shown by a list is not read once more by itself, and Azure Functions alone are asked for
 * functions.
 */
final class LeastRequests {
  private static final int GRAPH_PAGE = 1000;

  /** Begins the note of a list that is asked for its items' sake; what follows is its pages and path. */
  private static final String LEADS = " leads";

  private static final ProviderCatalog CATALOG = ProviderCatalog.azure();

  private final World world;

  LeastRequests(World world) {
    this.world = world;
  }

  long count() {
    long inGraph =
        world.assets().stream().filter(asset -> CATALOG.inGraph(asset.type())).count();
    long containers = 0;
    long count = 2; // The lists of subscriptions and of management groups.
    count += scope(world.tenant());
    for (Scenario.ManagementGroup group : world.scenario().managementGroups()) {
      count += scope("/providers/Microsoft.Management/managementGroups/" + group.id());
    }
    for (Scenario.Subscription subscription : world.scenario().subscriptions()) {
      String id = "/subscriptions/" + subscription.id();
      count += scope(id);
      for (Scenario.ResourceGroup group : subscription.groups()) {
        count += scope(id + "/resourceGroups/" + group.name());
      }
      containers += 1 + subscription.groups().size();
    }
    for (Asset asset : world.assets()) {
      count += resource(asset);
    }
    return count + pages(inGraph, GRAPH_PAGE) + pages(containers, GRAPH_PAGE);
  }

  private static long pages(long items, int size) {
    return size == 0 ? 1 : Math.max(1, (items + size - 1) / size);
  }

  private long scope(String id) {
    return world.place(id).map(this::scope).orElse(0L);
  }

  private long scope(Place place) {
    long count = 0;
    for (ProviderCatalog.Scope type : CATALOG.scopes()) {
      boolean listedAbove = place.kind().equals("group")
          && type.operations().stream().anyMatch(one -> !one.below().isEmpty());
      // The policies of the tenant itself are Azure's own.
      boolean azures = place.kind().equals("tenant") && type.name().contains("Authorization");
      if (type.at().contains(place.kind()) && !listedAbove && !azures) {
        count += reads(place, type.operations());
      }
    }
    return count;
  }

  private long resource(Asset asset) {
    ProviderCatalog.Type type = CATALOG.type(asset.type()).orElse(null);
    if (type == null) {
      return 0;
    }
    boolean listed = asset.name().indexOf('/') >= 0 && !asset.type().endsWith("/slots");
    if (listed && CATALOG.type(parent(asset.type())).isPresent()) {
      return 0;
    }
    return (type.secretBearing() ? 1 : 0) + reads(Place.of(asset), type.operations());
  }

  private static String parent(String type) {
    return type.substring(0, type.lastIndexOf('/'));
  }

  private long reads(Place place, List<ProviderCatalog.Operation> all) {
    boolean functions =
        place.asset().map(asset -> asset.kind().contains("functionapp")).orElse(false);
    List<ProviderCatalog.Operation> needed = new ArrayList<>();
    for (ProviderCatalog.Operation one : all) {
      boolean skipped = one.path().equals(List.of("functions")) && !functions;
      if (one.secretBearing() && !skipped) {
        needed.add(one);
      }
    }
    Set<List<String>> asked = new HashSet<>();
    long count = 0;
    for (ProviderCatalog.Operation one : needed) {
      for (List<String> path : paths(place, one, all, asked)) {
        if (asked.add(path)) {
          count += one.shape() == ProviderCatalog.Shape.LIST
              ? pages(names(place, path).size(), one.paging().size())
              : 1;
        }
      }
    }
    for (List<String> list : asked) {
      count += list.get(0).equals(LEADS) ? Long.parseLong(list.get(1)) : 0;
    }
    return count;
  }

  /** The paths of an operation, with the names of what is there. */
  private List<List<String>> paths(
      Place place,
      ProviderCatalog.Operation operation,
      List<ProviderCatalog.Operation> all,
      Set<List<String>> asked) {
    List<List<String>> paths = List.of(List.of());
    for (String part : operation.path()) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> path : paths) {
        if (ProviderCatalog.isName(part)) {
          lead(place, path, all, asked);
          names(place, path).forEach(name -> longer.add(plus(path, name)));
        } else {
          longer.add(plus(path, part));
        }
      }
      paths = longer;
    }
    return paths;
  }

  /** A list that is asked for its items' sake, once. */
  private void lead(
      Place place,
      List<String> path,
      List<ProviderCatalog.Operation> all,
      Set<List<String>> asked) {
    ProviderCatalog.find(all, "GET", path).filter(list -> !list.secretBearing()).ifPresent(list -> {
      String pages = "" + pages(names(place, path).size(), list.paging().size());
      List<String> key = new ArrayList<>(List.of(LEADS, pages));
      key.addAll(path);
      asked.add(key);
    });
  }

  private static List<String> plus(List<String> path, String part) {
    List<String> longer = new ArrayList<>(path);
    longer.add(part);
    return longer;
  }

  private List<String> names(Place place, List<String> path) {
    List<String> names = new ArrayList<>();
    for (Object item : place.documents().list(path)) {
      names.add(DocumentProvider.name(item, names.size()));
    }
    place
        .documents()
        .at(path)
        .filter(Map.class::isInstance)
        .map(json -> ((Map<?, ?>) json).get("value"))
        .filter(List.class::isInstance)
        .ifPresent(value -> ((List<?>) value)
            .forEach(item -> names.add(DocumentProvider.name(item, names.size()))));
    place
        .asset()
        .ifPresent(
            asset -> asset.own(path).forEach(one -> names.add(one.path("name").asText())));
    world
        .collection(place.id() + "/" + String.join("/", path))
        .forEach(asset -> names.add(asset.name().substring(asset.name().lastIndexOf('/') + 1)));
    return names;
  }
}
