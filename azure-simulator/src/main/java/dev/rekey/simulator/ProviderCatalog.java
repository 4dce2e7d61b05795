package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Azure's resource providers offer to be read: for each resource type its api-versions and its
 * operations. Immutable.
 *
 * <p>It is data, in {@code providers.json}. There an operation has a {@code path} below the
 * resource, with a {@code {name}} where any name stands, and what differs from this:
 *
 * <ul>
 *   <li>{@code method} is GET; {@code action} is the path without its names and {@code read} or, of a
 *       POST, {@code action} at its end; {@code counter} is {@code reads} or, of a POST, {@code writes};
 *   <li>the answer is an object; with {@code list} it is a list whose pages have so many items (0:
 *       there is one page) and continue at {@code paging}, {@code $skiptoken}; the caller may set the
 *       size with {@code top} or {@code maxPageSize}; with {@code text} it is a text of that media
 *       type;
 *   <li>{@code shown} of {@code id}, {@code name} and {@code type} are filled in where they are
 *       absent: all of a GET, none of a POST;
 *   <li>{@code absent} is the answer where a scenario has none; without it that is an empty list, for
 *       a POST an empty object, and otherwise a 404;
 *   <li>{@code hidden} and {@code masked} are {@link Withheld};
 *   <li>{@code secretBearing}: an inventory of secrets must make this call;
 *   <li>{@code byProvider}: other code than {@link DocumentProvider} answers it.
 * </ul>
 *
 * <p>Each list has an operation more for one of its items. A type inside another is an operation of
 * that one, too, with all of its own. {@code like} copies the operations of another type, {@code
 * workspaces} repeats an operation below {@code workspaces/{workspace}}. What is below {@code scopes}
 * can be at other things than a resource group.
 */
final class ProviderCatalog {
  private static final ProviderCatalog AZURE = read();

  private final Map<String, Type> types;
  private final Map<String, Scope> scopes;

  private ProviderCatalog(Map<String, Type> types, Map<String, Scope> scopes) {
    this.types = types;
    this.scopes = scopes;
  }

  /** What an answer consists of. */
  enum Shape {
    OBJECT,
    LIST,
    TEXT
  }

  /** The allowance to which a call is charged, as the answer's headers say. */
  enum Counter {
    READS,
    WRITES,
    RESOURCE_REQUESTS
  }

  /**
   * How a list is parted into pages.
   *
   * @param size how many items a page has; 0: all of them
   * @param marker the parameter that says where a page begins
   * @param sizeParameter the parameter by which a caller asks for smaller ones; empty: there is none
   * @param nullAtEnd whether the last page has a {@code nextLink}, which is null
   */
  record Paging(int size, String marker, String sizeParameter, boolean nullAtEnd) {
    static final Paging NONE = plain(0);

    static Paging plain(int size) {
      return new Paging(size, "$skiptoken", "", false);
    }
  }

  /**
   * A call of a resource provider.
   *
   * @param type the type of what it is called on
   * @param path below that, as the catalog writes it
   * @param below which documents below a scope a list has, too: {@code all}, {@code groups}, {@code
   *     location} or none
   */
  record Operation(
      String type,
      String method,
      List<String> path,
      String action,
      Shape shape,
      Paging paging,
      String media,
      Counter counter,
      boolean secretBearing,
      boolean byProvider,
      List<String> versions,
      Optional<JsonNode> absent,
      Set<String> shown,
      Withheld withheld,
      Map<String, String> filters,
      String below) {

    boolean matches(List<String> asked) {
      if (asked.size() != path.size()) {
        return false;
      }
      for (int i = 0; i < path.size(); i++) {
        if (!isName(path.get(i)) && !path.get(i).equalsIgnoreCase(asked.get(i))) {
          return false;
        }
      }
      return true;
    }

    long names() {
      return path.stream().filter(ProviderCatalog::isName).count();
    }

    boolean endsWithName() {
      return !path.isEmpty() && isName(path.get(path.size() - 1));
    }
  }

  /** A type of resource; {@code inGraph}: whether Resource Graph has it. */
  record Type(
      String name,
      List<String> versions,
      Paging paging,
      boolean inGraph,
      boolean secretBearing,
      Withheld withheld,
      List<Operation> operations) {}

  /** A type of what can be at other scopes than a resource group. */
  record Scope(String name, Set<String> at, List<String> versions, List<Operation> operations) {}

  /** Azure's catalog. */
  static ProviderCatalog azure() {
    return AZURE;
  }

  static boolean isName(String part) {
    return part.startsWith("{");
  }

  Optional<Type> type(String name) {
    return Optional.ofNullable(types.get(name.toLowerCase(Locale.ROOT)));
  }

  Optional<Scope> scope(String name) {
    return Optional.ofNullable(scopes.get(name.toLowerCase(Locale.ROOT)));
  }

  /** All types, in the catalog's order. */
  List<Type> types() {
    return List.copyOf(types.values());
  }

  /** All types that can be at other scopes than a resource group, in the catalog's order. */
  List<Scope> scopes() {
    return List.copyOf(scopes.values());
  }

  /** The operation of a type for a method and a path; literal paths win over names. */
  Optional<Operation> find(String type, String method, List<String> path) {
    return find(type(type).map(Type::operations).orElse(List.of()), method, path);
  }

  static Optional<Operation> find(List<Operation> all, String method, List<String> path) {
    return all.stream()
        .filter(one -> one.method().equals(method) && one.matches(path))
        .min(Comparator.comparingLong(Operation::names));
  }

  /** The methods that a path takes; empty if there is no such path. */
  static Set<String> methods(List<Operation> all, List<String> path) {
    Set<String> methods = new LinkedHashSet<>();
    all.stream().filter(one -> one.matches(path)).forEach(one -> methods.add(one.method()));
    return methods;
  }

  /** Whether Resource Graph has a type: what is in a resource group, and of what is in that, some. */
  boolean inGraph(String type) {
    return type(type).map(Type::inGraph).orElse(type.indexOf('/') == type.lastIndexOf('/'));
  }

  private static ProviderCatalog read() {
    try (InputStream in = ProviderCatalog.class.getResourceAsStream("providers.json")) {
      return new Reader(Json.MAPPER.readTree(in)).catalog();
    } catch (IOException e) {
      throw new UncheckedIOException("The catalog of resource providers can't be read", e);
    }
  }

  /** Makes the catalog from its data. */
  private static final class Reader {
    private final JsonNode root;

    Reader(JsonNode root) {
      this.root = root;
    }

    ProviderCatalog catalog() {
      Map<String, Type> types = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : root.path("types").properties()) {
        types.put(entry.getKey().toLowerCase(Locale.ROOT), type(entry.getKey(), entry.getValue()));
      }
      Map<String, Scope> scopes = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : root.path("scopes").properties()) {
        scopes.put(
            entry.getKey().toLowerCase(Locale.ROOT), scope(entry.getKey(), entry.getValue()));
      }
      return new ProviderCatalog(types, scopes);
    }

    private Type type(String name, JsonNode from) {
      List<Operation> operations = new ArrayList<>();
      JsonNode like =
          from.has("like") ? root.path("types").path(from.path("like").asText()) : from;
      for (JsonNode one : like.path("operations")) {
        operations.addAll(withItem(name, List.of(), one, List.of()));
        if (one.path("workspaces").asBoolean()) {
          operations.addAll(withItem(name, List.of("workspaces", "{workspace}"), one, List.of()));
        }
      }
      for (Map.Entry<String, JsonNode> child : root.path("types").properties()) {
        if (parent(child.getKey()).equalsIgnoreCase(name) && !child.getValue().has("like")) {
          operations.addAll(inside(name, child.getKey(), child.getValue()));
        }
      }
      return new Type(
          name,
          versions(name, from),
          paging(from, from.path("page").asInt(1000)),
          from.path("graph").asBoolean(parent(name).isEmpty()),
          from.path("secretBearing").asBoolean(),
          withheld(like),
          List.copyOf(operations));
    }

    /** The versions of a type, or those of what it is in. */
    private List<String> versions(String name, JsonNode from) {
      if (from.has("versions")) {
        return texts(from.path("versions"));
      }
      String parent = parent(name);
      return parent.isEmpty() ? List.of() : versions(parent, root.path("types").path(parent));
    }

    /** A type that is inside another, as operations of that one. */
    private List<Operation> inside(String parent, String child, JsonNode from) {
      List<String> versions = versions(child, from);
      String last = child.substring(child.lastIndexOf('/') + 1);
      List<Operation> all = new ArrayList<>();
      JsonNode list = Json.object()
          .put("path", last)
          .put("list", from.path("page").asInt(100))
          .put("secretBearing", from.path("secretBearing").asBoolean())
          .set("hidden", from.path("hidden"));
      all.addAll(withItem(parent, List.of(), list, versions));
      for (JsonNode one : from.path("operations")) {
        all.addAll(withItem(parent, List.of(last, "{" + last + "}"), one, versions));
      }
      return all;
    }

    private Scope scope(String name, JsonNode from) {
      List<String> versions = texts(from.path("versions"));
      String namespace = name.substring(0, name.indexOf('/'));
      List<String> base = List.of("providers", namespace, name.substring(name.indexOf('/') + 1));
      List<Operation> operations = new ArrayList<>();
      if (!from.path("noList").asBoolean()) {
        com.fasterxml.jackson.databind.node.ObjectNode list = from.deepCopy();
        list.remove("operations");
        list.put("path", "").put("list", from.path("page").asInt(100));
        operations.addAll(withItem(name, base, list, versions));
      }
      for (JsonNode one : from.path("operations")) {
        operations.addAll(withItem(name, base, one, versions));
      }
      return new Scope(name, Set.copyOf(texts(from.path("at"))), versions, List.copyOf(operations));
    }

    /** An operation and, if it is a list by GET, that for one of its items. */
    private List<Operation> withItem(
        String type, List<String> prefix, JsonNode from, List<String> versions) {
      Operation operation = operation(type, prefix, from, versions);
      if (operation.shape() != Shape.LIST || !operation.method().equals("GET")) {
        return List.of(operation);
      }
      List<String> path = new ArrayList<>(operation.path());
      path.add("{item}");
      return List.of(
          operation,
          new Operation(
              type,
              "GET",
              List.copyOf(path),
              operation.action(),
              Shape.OBJECT,
              Paging.NONE,
              "",
              operation.counter(),
              false,
              operation.byProvider(),
              operation.versions(),
              Optional.empty(),
              operation.shown(),
              operation.withheld(),
              Map.of(),
              ""));
    }

    private static Operation operation(
        String type, List<String> prefix, JsonNode from, List<String> versions) {
      String method = from.path("method").asText("GET");
      boolean post = method.equals("POST");
      List<String> path = new ArrayList<>(prefix);
      String own = from.path("path").asText();
      if (!own.isEmpty()) {
        path.addAll(List.of(own.split("/", -1)));
      }
      Shape shape = from.has("list") ? Shape.LIST : from.has("text") ? Shape.TEXT : Shape.OBJECT;
      Set<String> shown = from.has("shown")
          ? Set.copyOf(texts(from.path("shown")))
          : post ? Set.of() : Set.of("id", "name", "type");
      Map<String, String> filters = new LinkedHashMap<>();
      from.path("filters")
          .properties()
          .forEach(one -> filters.put(one.getKey(), one.getValue().asText()));
      return new Operation(
          type,
          method,
          List.copyOf(path),
          action(type, prefix, from, path, post),
          shape,
          paging(from, from.path("list").asInt()),
          from.path("text").asText(),
          counter(from, post),
          from.path("secretBearing").asBoolean(),
          from.path("byProvider").asBoolean(),
          from.has("versions") ? texts(from.path("versions")) : versions,
          Optional.ofNullable(from.get("absent")),
          shown,
          withheld(from),
          Map.copyOf(filters),
          from.path("below").asText());
    }

    private static String action(
        String type, List<String> prefix, JsonNode from, List<String> path, boolean post) {
      List<String> parts = new ArrayList<>();
      boolean scope = !prefix.isEmpty() && prefix.get(0).equals("providers");
      List<String> named = scope ? path.subList(prefix.size(), path.size()) : path;
      if (from.has("action")) {
        named = new ArrayList<>(scope ? List.of() : prefix);
        named.add(from.path("action").asText());
      }
      named.stream().filter(part -> !isName(part)).forEach(parts::add);
      if (!from.has("action")) {
        parts.add(post ? "action" : "read");
      }
      // A list of one location has the action of the lists without.
      String base = type.endsWith("/locations") ? type.substring(0, type.indexOf('/')) : type;
      return base + "/" + String.join("/", parts);
    }

    private static Counter counter(JsonNode from, boolean post) {
      return switch (from.path("counter").asText()) {
        case "resource-requests" -> Counter.RESOURCE_REQUESTS;
        case "writes" -> Counter.WRITES;
        case "reads" -> Counter.READS;
        default -> post ? Counter.WRITES : Counter.READS;
      };
    }

    private static Paging paging(JsonNode from, int size) {
      String marker = from.path("paging").asText("$skiptoken");
      String parameter = from.path("maxPageSize").asBoolean()
          ? "$maxpagesize"
          : from.path("top").asBoolean() || marker.equals("$skip") ? "$top" : "";
      return new Paging(size, marker, parameter, from.path("nullAtEnd").asBoolean());
    }

    private static Withheld withheld(JsonNode from) {
      return Withheld.of(texts(from.path("hidden")), texts(from.path("masked")));
    }

    private static List<String> texts(JsonNode list) {
      List<String> texts = new ArrayList<>();
      list.forEach(one -> texts.add(one.asText()));
      return List.copyOf(texts);
    }

    /** The type that a type is inside of; empty if it is in a resource group. */
    private static String parent(String type) {
      int last = type.lastIndexOf('/');
      return type.indexOf('/') == last ? "" : type.substring(0, last);
    }
  }
}
