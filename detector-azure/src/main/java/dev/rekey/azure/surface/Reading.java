package dev.rekey.azure.surface;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One read of a resource, and where in the answer values sit: data, which names a path below the
 * resource and the permission that it needs.
 *
 * <p>Immutable and thread-safe; each method returns another reading. A reading of one object gives one
 * content; a list gives one for each item, or for all of them {@link #together}; a value that is a
 * {@link #text} of many lines is a content of its own. A content's address is the id of what was read,
 * and each value is a line of it, {@code NAME=VALUE}.
 */
public final class Reading {
  private final Verb verb;
  private final String path;
  private final Shape shape;
  private final String apiVersion;
  private final String permission;
  private final Optional<String> address;
  private final Map<String, String> query;
  private final Optional<Clue> condition;
  private final List<Selection> selections;
  private final List<Reading> nested;
  private final boolean optional;
  private final Optional<Plane> plane;
  private final Optional<Walker> walker;

  /** How it is asked for. */
  enum Verb {
    /** It is shown already by the list that the resource, or the item, comes from. */
    SHOWN,
    GET,
    POST
  }

  /** What comes back. */
  enum Shape {
    OBJECT,
    ITEMS,
    ITEMS_TOGETHER,
    BYTES,
    OWN
  }

  private Reading(Draft draft) {
    verb = draft.verb;
    path = draft.path;
    shape = draft.shape;
    apiVersion = draft.apiVersion;
    permission = draft.permission;
    address = draft.address;
    query = Map.copyOf(draft.query);
    condition = draft.condition;
    selections = List.copyOf(draft.selections);
    nested = List.copyOf(draft.nested);
    optional = draft.optional;
    plane = draft.plane;
    walker = draft.walker;
  }

  /** A reading that is being changed. */
  private static final class Draft {
    private Verb verb = Verb.GET;
    private String path = "";
    private Shape shape = Shape.OBJECT;
    private String apiVersion = "";
    private String permission = "";
    private Optional<String> address = Optional.empty();
    private Map<String, String> query = new TreeMap<>();
    private Optional<Clue> condition = Optional.empty();
    private List<Selection> selections = new ArrayList<>();
    private List<Reading> nested = new ArrayList<>();
    private boolean optional;
    private Optional<Plane> plane = Optional.empty();
    private Optional<Walker> walker = Optional.empty();
  }

  private Draft draft() {
    Draft draft = new Draft();
    draft.verb = verb;
    draft.path = path;
    draft.shape = shape;
    draft.apiVersion = apiVersion;
    draft.permission = permission;
    draft.address = address;
    draft.query = new TreeMap<>(query);
    draft.condition = condition;
    draft.selections = new ArrayList<>(selections);
    draft.nested = new ArrayList<>(nested);
    draft.optional = optional;
    draft.plane = plane;
    draft.walker = walker;
    return draft;
  }

  private static Reading start(Verb verb, String path, Shape shape) {
    if (path.startsWith("/") || path.endsWith("/") || path.contains("?")) {
      throw new IllegalArgumentException(
          "a path is relative to the resource, as config/web, without a query: " + path);
    }
    Draft draft = new Draft();
    draft.verb = verb;
    draft.path = path;
    draft.shape = shape;
    return new Reading(draft);
  }

  /**
   * Reads nothing more: the values are in what the list shows that the resource comes from. That is
   * Resource Graph for a resource, and ARM for an item.
   */
  public static Reading shown() {
    return start(Verb.SHOWN, "", Shape.OBJECT);
  }

  /**
   * Reads one object by GET.
   *
   * @param path where, relative to the resource, for example {@code config/web}; empty for the resource
   * @throws IllegalArgumentException if it starts or ends with a slash or has a query
   */
  public static Reading get(String path) {
    return start(Verb.GET, path, Shape.OBJECT);
  }

  /**
   * Reads one object by POST, for example {@code config/appsettings/list}.
   *
   * @throws IllegalArgumentException if the path starts or ends with a slash or has a query
   */
  public static Reading post(String path) {
    return start(Verb.POST, path, Shape.OBJECT);
  }

  /**
   * Reads a list by GET, page after page: each item is a content, whose address is the item's id.
   *
   * @throws IllegalArgumentException if the path starts or ends with a slash or has a query
   */
  public static Reading list(String path) {
    return start(Verb.GET, path, Shape.ITEMS);
  }

  /**
   * Reads by GET what is no JSON, such as a script: all of it is a content.
   *
   * @throws IllegalArgumentException if the path starts or ends with a slash or has a query
   */
  public static Reading bytes(String path) {
    return start(Verb.GET, path, Shape.BYTES);
  }

  /** Reads in a way of its own, which needs a permission and perhaps more. */
  static Reading own(String path, Walker walker, String permission, String... more) {
    Draft draft = start(Verb.GET, path, Shape.OWN).draft();
    draft.permission = permission;
    for (String one : more) {
      draft.nested.add(get("").permission(one));
    }
    draft.walker = Optional.of(walker);
    return new Reading(draft);
  }

  /** Returns it with all items of the list in one content, where values that belong together may meet. */
  public Reading together() {
    Draft draft = draft();
    draft.shape = Shape.ITEMS_TOGETHER;
    return new Reading(draft);
  }

  /** Returns it with another api-version than that of its kind. */
  public Reading apiVersion(String version) {
    Draft draft = draft();
    draft.apiVersion = Objects.requireNonNull(version, "version");
    return new Reading(draft);
  }

  /**
   * Returns it with the action that it needs, where that does not follow from the path: {@code
   * {type}/{path}/read} for a GET, {@code {type}/{path}/action} for a POST.
   */
  public Reading permission(String action) {
    Draft draft = draft();
    draft.permission = Objects.requireNonNull(action, "action");
    return new Reading(draft);
  }

  /** Returns it with one more parameter in the query. */
  public Reading query(String name, String value) {
    Draft draft = draft();
    draft.query.put(name, value);
    return new Reading(draft);
  }

  /** Returns it for resources only, or items, that show a clue; what the clue says does not matter. */
  public Reading when(Clue clue) {
    Draft draft = draft();
    draft.condition = Optional.of(clue);
    return new Reading(draft);
  }

  /**
   * Returns it with values that are lines of the content.
   *
   * @param pointers where they stand in the answer or item: JSON Pointers in which {@code *} is every
   *     member or element, and {@code **} at the end every value below
   * @throws IllegalArgumentException if one is none
   */
  public Reading values(String... pointers) {
    return selecting(Decoding.PLAIN, false, pointers);
  }

  /**
   * Returns it with values that are lines of the content and are written in some way.
   *
   * @throws IllegalArgumentException if a pointer is none
   */
  public Reading values(Decoding decoding, String... pointers) {
    return selecting(decoding, false, pointers);
  }

  /**
   * Returns it with values each of which is a content of its own, such as a script; the address ends
   * with the value's name.
   *
   * @throws IllegalArgumentException if a pointer is none
   */
  public Reading text(Decoding decoding, String... pointers) {
    return selecting(decoding, true, pointers);
  }

  private Reading selecting(Decoding decoding, boolean whole, String... pointers) {
    Draft draft = draft();
    for (String pointer : pointers) {
      draft.selections.add(new Selection(Pointer.of(pointer), decoding, whole));
    }
    return new Reading(draft);
  }

  /** Returns it with further reads of each item, whose paths are relative to the item. */
  public Reading each(Reading... readings) {
    Draft draft = draft();
    draft.nested.addAll(List.of(readings));
    return new Reading(draft);
  }

  /** Returns it as one of something that a resource need not have: that it is not found is no gap. */
  public Reading optional() {
    Draft draft = draft();
    draft.optional = true;
    return new Reading(draft);
  }

  /** Returns it with another address than its path, relative to the resource; empty for the resource's. */
  public Reading addressed(String relative) {
    Draft draft = draft();
    draft.address = Optional.of(relative);
    return new Reading(draft);
  }

  /** Returns it as one of the resource's own endpoint instead of ARM's; the path is relative to that. */
  public Reading at(Plane own) {
    Draft draft = draft();
    draft.plane = Optional.of(own);
    return new Reading(draft);
  }

  Verb verb() {
    return verb;
  }

  String path() {
    return path;
  }

  Shape shape() {
    return shape;
  }

  String apiVersionOr(String kinds) {
    return apiVersion.isEmpty() ? kinds : apiVersion;
  }

  Map<String, String> parameters() {
    return query;
  }

  Optional<Clue> condition() {
    return condition;
  }

  List<Selection> selections() {
    return selections;
  }

  List<Reading> nested() {
    return nested;
  }

  boolean isOptional() {
    return optional;
  }

  Optional<Plane> plane() {
    return plane;
  }

  Optional<Walker> walker() {
    return walker;
  }

  /** The address of what is read, relative to what it is read of. */
  String address() {
    return address.orElseGet(() ->
        verb == Verb.POST && path.endsWith("/list") ? path.substring(0, path.length() - 5) : path);
  }

  /** The action that it needs of what is of a type: {@code Microsoft.Web/sites/config/list/action}. */
  String permissionOf(String type) {
    if (!permission.isEmpty()) {
      return permission;
    }
    return below(type) + (verb == Verb.POST ? "/action" : "/read");
  }

  /** The type of what is read, where that is of a type: what {@code providers/} begins is of another. */
  String below(String type) {
    return path.isEmpty()
        ? type
        : path.startsWith("providers/") ? path.substring(10) : type + "/" + path;
  }

  /** Whether the role Reader, which has all actions that end with {@code /read}, may do it. */
  boolean isForReaders(String type) {
    return plane.isEmpty() && (verb == Verb.SHOWN || permissionOf(type).endsWith("/read"));
  }

  /** Returns verb and path. */
  @Override
  public String toString() {
    return verb + " " + path;
  }
}
