package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.simulator.Registration.Holder;
import dev.rekey.simulator.Registration.Password;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Microsoft Graph v1.0, as far as applications, service principals and their secrets go. What each
 * behaviour is known from is in {@code docs/SIMULATOR.md}.
 *
 * <p>Each request is answered by the next of the {@link Replicas}. A change goes to all of them, but it
 * is refused where the replica that is asked does not yet know what it changes.
 */
final class Graph {
  private static final String RESOURCE = "https://graph.microsoft.com";
  private static final String READ = "Application.Read.All";
  private static final String WRITE_OWNED = "Application.ReadWrite.OwnedBy";
  private static final String WRITE = "Application.ReadWrite.All";
  private static final String PERSONAL = "AzureADandPersonalMicrosoftAccount";
  private static final int MOST_SECRETS_OF_PERSONAL = 2;
  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 999;

  private static final Pattern COLLECTION = Pattern.compile(
      "(applications|servicePrincipals)(?:\\(appId='([^']*)'\\))?", Pattern.CASE_INSENSITIVE);
  private static final Pattern EQUALS =
      Pattern.compile("(appId|displayName)\\s+eq\\s+'((?:[^']|'')*)'");
  private static final Pattern STARTS =
      Pattern.compile("startswith\\(\\s*displayName\\s*,\\s*'((?:[^']|'')*)'\\s*\\)");
  private static final Pattern GUID = Pattern.compile(Scenario.GUID);
  private static final Set<String> PARAMETERS = Set.of("$filter", "$select", "$top", "$skiptoken");
  private static final DateTimeFormatter ERROR_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private final World world;
  private final Entra entra;
  private final Replicas replicas;

  Graph(World world, Entra entra, Replicas replicas) {
    this.world = world;
    this.entra = entra;
    this.replicas = replicas;
  }

  static boolean owns(List<String> segments) {
    return !segments.isEmpty() && segments.get(0).equalsIgnoreCase("v1.0");
  }

  /** One of the two collections: what its objects are, and who holds their secrets. */
  private record Kind(String collection, String type, Holder holder) {
    private static final Kind APPLICATIONS =
        new Kind("applications", "application", Holder.APPLICATION);
    private static final Kind PRINCIPALS =
        new Kind("servicePrincipals", "servicePrincipal", Holder.PRINCIPAL);

    String objectId(Registration of) {
      String id = of.from().id();
      return holder == Holder.APPLICATION
          ? Directory.applicationObjectId(id)
          : Directory.principalObjectId(id);
    }
  }

  /** Says no; the ids and the time are added when it is answered. */
  private static Refusal refusal(int status, String code, String message) {
    return new Refusal(Reply.json(status, Json.error(code, message)));
  }

  private static Refusal bad(String message) {
    return refusal(400, "Request_BadRequest", message);
  }

  Reply answer(Call call) {
    String id = world.newId();
    String clientId = call.header("client-request-id").orElse(id);
    Reply reply;
    try {
      reply = route(call, authenticate(call));
    } catch (Refusal refused) {
      reply = explained(refused.reply(), id, clientId);
    }
    Reply marked = reply
        .with("request-id", id)
        .with("client-request-id", clientId)
        .with("Cache-Control", "no-cache")
        .with("x-ms-resource-unit", reply.status() == 204 ? "1" : "2");
    return reply.status() == 200
        ? marked
            .with("OData-Version", "4.0")
            .with(
                "Content-Type",
                "application/json;odata.metadata=minimal;odata.streaming=true;"
                    + "IEEE754Compatible=false;charset=utf-8")
        : marked;
  }

  private Reply explained(Reply reply, String id, String clientId) {
    ObjectNode body = Json.readObject(reply.body()).orElseThrow();
    if (body.get("error") instanceof ObjectNode error) {
      error
          .putObject("innerError")
          .put("date", ERROR_TIME.format(world.clock().instant()))
          .put("request-id", id)
          .put("client-request-id", clientId);
    }
    return reply.withBody(body.toString()).with("Content-Type", "application/json");
  }

  private Scenario.Client authenticate(Call call) {
    if (call.bearer().filter(token -> !token.isEmpty()).isEmpty()) {
      throw unauthenticated("Access token is empty.");
    }
    Entra.Grant grant = call.bearer()
        .flatMap(entra::grant)
        .orElseThrow(
            () -> unauthenticated("CompactToken parsing failed with error code: 80049217"));
    String audience = Entra.withoutSlash(grant.audience());
    if (!audience.equals(RESOURCE) && !audience.equals(Entra.withoutSlash(world.cloud()))) {
      throw unauthenticated("Access token validation failure. Invalid audience.");
    }
    if (!world.clock().instant().isBefore(grant.expires())) {
      throw unauthenticated("Lifetime validation failed, the token is expired.");
    }
    return grant.client();
  }

  private static Refusal unauthenticated(String message) {
    return new Refusal(Reply.json(401, Json.error("InvalidAuthenticationToken", message))
        .with("WWW-Authenticate", "Bearer"));
  }

  private Reply route(Call call, Scenario.Client client) {
    List<String> path = call.segments();
    Matcher collection = COLLECTION.matcher(path.size() > 1 ? path.get(1) : "");
    if (!collection.matches()) {
      throw refusal(
          400,
          "BadRequest",
          "Resource not found for the segment '" + (path.size() > 1 ? path.get(1) : "") + "'.");
    }
    Kind kind =
        collection.group(1).equalsIgnoreCase("applications") ? Kind.APPLICATIONS : Kind.PRINCIPALS;
    Instant seen = world.directory().seenAfter(replicas.forGraph());
    boolean byAppId = collection.group(2) != null;
    if (path.size() == 2 && !byAppId) {
      allow(call, "GET");
      requireRead(client);
      return list(call, kind, seen);
    }
    List<String> rest = path.subList(byAppId ? 2 : 3, path.size());
    String key = byAppId ? collection.group(2) : path.get(2);
    return one(call, client, kind, seen, find(kind, key, byAppId), key, rest);
  }

  private static void allow(Call call, String... methods) {
    if (!List.of(methods).contains(call.method())) {
      throw refusal(
          405,
          "Request_BadRequest",
          "Specified HTTP method is not allowed for the request target.");
    }
  }

  /** The object with this id; empty if the key is well formed and there is none. */
  private Optional<Registration> find(Kind kind, String key, boolean byAppId) {
    if (!GUID.matcher(key).matches()) {
      throw bad("Invalid object identifier '" + key + "'.");
    }
    return shown(kind)
        .filter(one -> key.equalsIgnoreCase(byAppId ? one.from().id() : kind.objectId(one)))
        .findFirst();
  }

  /** The objects of a kind that this tenant has: of another tenant's application it has none. */
  private Stream<Registration> shown(Kind kind) {
    return world.directory().all().stream()
        .filter(one -> kind.holder() == Holder.PRINCIPAL
            || one.from().homeTenant().isEmpty()
            || one.from().homeTenant().equalsIgnoreCase(world.scenario().tenant()));
  }

  private static boolean has(Scenario.Client client, String permission) {
    return !World.denies(client, permission);
  }

  private static void requireRead(Scenario.Client client) {
    if (!has(client, READ) && !has(client, WRITE_OWNED) && !has(client, WRITE)) {
      throw denied();
    }
  }

  private static void requireWrite(Scenario.Client client, Registration of) {
    boolean owns = of.from().owners().stream().anyMatch(client.id()::equalsIgnoreCase);
    if (!has(client, WRITE) && !(has(client, WRITE_OWNED) && owns)) {
      throw denied();
    }
  }

  private static Refusal denied() {
    return refusal(
        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  }

  private Reply one(
      Call call,
      Scenario.Client client,
      Kind kind,
      Instant seen,
      Optional<Registration> found,
      String key,
      List<String> rest) {
    requireRead(client);
    Registration registration = found.orElseThrow(() -> refusal(
        404,
        "Request_ResourceNotFound",
        "Resource '" + key + "' does not exist or one of its queried reference-property objects are"
            + " not present."));
    if (rest.isEmpty()) {
      allow(call, "GET", "PATCH");
      return call.method().equals("GET")
          ? entity(call, kind, registration, seen)
          : patch(call, client, kind, registration);
    }
    String action = rest.get(0).replaceFirst("^microsoft\\.graph\\.", "").toLowerCase(Locale.ROOT);
    if (rest.size() != 1 || !Set.of("addpassword", "removepassword").contains(action)) {
      throw refusal(400, "BadRequest", "Resource not found for the segment '" + rest.get(0) + "'.");
    }
    allow(call, "POST");
    requireWrite(client, registration);
    return action.equals("addpassword")
        ? add(call, kind, registration)
        : remove(call, kind, registration, seen);
  }

  // Reads.

  private Reply list(Call call, Kind kind, Instant seen) {
    Map<String, String> query = call.parameters();
    parameters(query, PARAMETERS);
    Predicate<Registration> wanted = filter(query.getOrDefault("$filter", ""));
    int page = page(query);
    int from = skipped(query);
    List<Registration> all = shown(kind).filter(wanted).toList();
    ObjectNode json = Json.object();
    json.put("@odata.context", context(kind.collection() + selection(query)));
    if (from + page < all.size()) {
      json.put("@odata.nextLink", next(kind, query, from + page));
    }
    ArrayNode value = json.putArray("value");
    for (Registration registration :
        all.subList(Math.min(from, all.size()), Math.min(from + page, all.size()))) {
      value.add(selected(query, kind, shown(kind, registration, seen)));
    }
    return Reply.json(200, json);
  }

  private Reply entity(Call call, Kind kind, Registration registration, Instant seen) {
    Map<String, String> query = call.parameters();
    parameters(query, Set.of("$select"));
    ObjectNode json = Json.object();
    json.put("@odata.context", context(kind.collection() + selection(query) + "/$entity"));
    json.setAll(selected(query, kind, shown(kind, registration, seen)));
    return Reply.json(200, json);
  }

  private static void parameters(Map<String, String> query, Set<String> known) {
    query.keySet().stream()
        .filter(name -> name.startsWith("$") && !known.contains(name))
        .findFirst()
        .ifPresent(name -> {
          throw refusal(
              400, "Request_UnsupportedQuery", "Unsupported query parameter '" + name + "'.");
        });
  }

  private static Predicate<Registration> filter(String filter) {
    if (filter.isEmpty()) {
      return one -> true;
    }
    Matcher equal = EQUALS.matcher(filter.trim());
    if (equal.matches()) {
      String value = equal.group(2).replace("''", "'");
      return equal.group(1).equals("appId")
          ? one -> one.from().id().equalsIgnoreCase(value)
          : one -> one.from().name().equalsIgnoreCase(value);
    }
    Matcher starts = STARTS.matcher(filter.trim());
    if (starts.matches()) {
      String prefix = starts.group(1).replace("''", "'").toLowerCase(Locale.ROOT);
      return one -> one.from().name().toLowerCase(Locale.ROOT).startsWith(prefix);
    }
    throw refusal(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.");
  }

  private static int page(Map<String, String> query) {
    String top = query.getOrDefault("$top", Integer.toString(PAGE));
    if (!top.matches("[1-9][0-9]{0,2}") || Integer.parseInt(top) > LARGEST_PAGE) {
      throw bad("Invalid page size specified: '" + top + "'. Must be between 1 and 999 inclusive.");
    }
    return Integer.parseInt(top);
  }

  private static int skipped(Map<String, String> query) {
    String token = query.getOrDefault("$skiptoken", "");
    try {
      return token.isEmpty()
          ? 0
          : Integer.parseInt(
              new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException malformed) {
      throw bad("Invalid skiptoken.");
    }
  }

  private String next(Kind kind, Map<String, String> query, int from) {
    StringBuilder link = new StringBuilder(world.cloud())
        .append("v1.0/")
        .append(kind.collection())
        .append('?');
    for (String name : List.of("$filter", "$select", "$top")) {
      if (query.containsKey(name)) {
        link.append(name)
            .append('=')
            .append(URLEncoder.encode(query.get(name), StandardCharsets.UTF_8))
            .append('&');
      }
    }
    String token = Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Integer.toString(from).getBytes(StandardCharsets.US_ASCII));
    return link.append("$skiptoken=").append(token).toString();
  }

  private String context(String what) {
    return world.cloud() + "v1.0/$metadata#" + what;
  }

  private static String selection(Map<String, String> query) {
    return query.containsKey("$select") ? "(" + query.get("$select") + ")" : "";
  }

  private static ObjectNode selected(Map<String, String> query, Kind kind, ObjectNode whole) {
    if (!query.containsKey("$select")) {
      return whole;
    }
    ObjectNode part = Json.object();
    for (String name : query.get("$select").split(",", -1)) {
      if (!whole.has(name.trim())) {
        throw refusal(
            400,
            "BadRequest",
            "Parsing OData Select and Expand failed: Could not find a property named '"
                + name.trim() + "' on type 'microsoft.graph." + kind.type() + "'.");
      }
      part.set(name.trim(), whole.get(name.trim()));
    }
    return part;
  }

  private ObjectNode shown(Kind kind, Registration registration, Instant seen) {
    Application from = registration.from();
    ObjectNode json = Json.object();
    json.put("id", kind.objectId(registration));
    json.putNull("deletedDateTime");
    json.put("appId", from.id());
    if (kind.holder() == Holder.APPLICATION) {
      json.put("createdDateTime", seconds(registration.created()));
      json.put("displayName", from.name());
      json.putNull("description");
      json.putNull("notes");
      json.putArray("identifierUris");
      json.putObject("web").putNull("homePageUrl").putArray("redirectUris");
      json.putObject("spa").putArray("redirectUris");
      json.putObject("publicClient").putArray("redirectUris");
      json.put("publisherDomain", "example.onmicrosoft.com");
      json.put("signInAudience", from.audience());
    } else {
      json.put("accountEnabled", registration.enabled(seen));
      json.put("appDisplayName", from.name());
      json.put(
          "appOwnerOrganizationId",
          from.homeTenant().isEmpty() ? world.scenario().tenant() : from.homeTenant());
      json.put("displayName", from.name());
      json.putNull("description");
      json.putNull("notes");
      json.putNull("homepage");
      json.putNull("loginUrl");
      json.putNull("logoutUrl");
      json.putArray("replyUrls");
      json.put("servicePrincipalType", "Application");
      json.put("signInAudience", from.audience());
    }
    json.putArray("tags");
    json.putArray("keyCredentials");
    for (Map.Entry<String, JsonNode> more : Json.tree(from.properties()).properties()) {
      if (json.has(more.getKey())) {
        json.set(more.getKey(), more.getValue());
      }
    }
    ArrayNode passwords = json.putArray("passwordCredentials");
    for (Password password : registration.passwords(kind.holder(), seen)) {
      passwords.add(shown(password, false));
    }
    return json;
  }

  private static ObjectNode shown(Password password, boolean withText) {
    ObjectNode json = Json.object();
    json.putNull("customKeyIdentifier");
    json.put("displayName", password.displayName().orElse(null));
    json.put("endDateTime", time(password.ends()));
    json.put("hint", password.text().substring(0, Math.min(3, password.text().length())));
    json.put("keyId", password.keyId());
    json.put("secretText", withText ? password.text() : null);
    json.put("startDateTime", time(password.starts()));
    return json;
  }

  private static String seconds(Instant instant) {
    return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.SECONDS));
  }

  /** Whole seconds have no point, as in the recordings; else there are seven digits. */
  private static String time(Instant instant) {
    return instant.equals(instant.truncatedTo(ChronoUnit.SECONDS))
        ? seconds(instant)
        : Ticks.format(instant);
  }

  // Changes.

  private static ObjectNode body(Call call) {
    if (call.body().isEmpty()) {
      return Json.object();
    }
    String media = call.header("Content-Type").orElse("").split(";", -1)[0].trim();
    return Json.readObject(call.body())
        .filter(unused -> media.equalsIgnoreCase("application/json"))
        .orElseThrow(() -> refusal(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload"
                + " is of valid JSON format."));
  }

  private Reply add(Call call, Kind kind, Registration registration) {
    ObjectNode body = body(call);
    only(body, Set.of("passwordCredential"));
    JsonNode given = body.path("passwordCredential");
    if (!given.isMissingNode() && !given.isNull() && !given.isObject()) {
      throw bad("Invalid value specified for property 'passwordCredential'.");
    }
    if (given instanceof ObjectNode object) {
      only(object, Set.of("displayName", "startDateTime", "endDateTime"));
    }
    Instant now = Ticks.floor(world.clock().instant());
    Instant starts = time(given, "startDateTime").orElse(now);
    Instant ends = time(given, "endDateTime")
        .orElseGet(() -> starts.atOffset(ZoneOffset.UTC).plusYears(2).toInstant());
    if (!ends.isAfter(starts) || !ends.isAfter(now)) {
      throw bad("Credential end date is invalid.");
    }
    if (registration.from().audience().equals(PERSONAL)
        && registration.passwords(kind.holder(), now).size() >= MOST_SECRETS_OF_PERSONAL) {
      throw bad("You can only add a maximum of 2 encrypted credentials.");
    }
    JsonNode name = given.path("displayName");
    if (!name.isMissingNode() && !name.isNull() && !name.isTextual()) {
      throw bad("Invalid value specified for property 'displayName'.");
    }
    Password password = new Password(
        kind.holder(),
        world.newId(),
        Optional.ofNullable(name.textValue()),
        world.newClientSecret(),
        starts,
        ends,
        now);
    registration.add(password);
    ObjectNode json = Json.object();
    json.put("@odata.context", context("microsoft.graph.passwordCredential"));
    json.setAll(shown(password, true));
    return Reply.json(200, json).with("Location", Entra.withoutSlash(world.cloud()));
  }

  /** Refuses properties that are not known, or that only Graph itself sets. */
  private static void only(ObjectNode object, Set<String> settable) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      boolean harmless = field.getValue().isNull() || field.getKey().startsWith("@odata.");
      if (!settable.contains(field.getKey()) && !harmless) {
        throw bad("Property '" + field.getKey() + "' is invalid or read-only.");
      }
    }
  }

  private static Optional<Instant> time(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Ticks.floor(OffsetDateTime.parse(value.asText()).toInstant()));
    } catch (DateTimeException malformed) {
      throw bad("Invalid value specified for property '" + name + "'.");
    }
  }

  private Reply remove(Call call, Kind kind, Registration registration, Instant seen) {
    ObjectNode body = body(call);
    String keyId = body.path("keyId").asText();
    if (body.size() != 1 || !GUID.matcher(keyId).matches()) {
      throw bad("Invalid value specified for property 'keyId'.");
    }
    Instant now = world.clock().instant();
    // Of a secret that is gone already, a replica that lags does not know it yet: it agrees.
    Password password = registration.passwords(kind.holder(), seen).stream()
        .filter(one -> one.keyId().equalsIgnoreCase(keyId))
        .findFirst()
        .orElseThrow(() -> bad("No password credential found with keyId " + keyId + "."));
    if (registration.passwords(kind.holder(), now).contains(password)) {
      password.remove(now);
    }
    return Reply.empty(204);
  }

  private Reply patch(Call call, Scenario.Client client, Kind kind, Registration registration) {
    requireWrite(client, registration);
    ObjectNode body = body(call);
    List<String> names = new ArrayList<>();
    body.fieldNames().forEachRemaining(names::add);
    if (kind.holder() != Holder.PRINCIPAL
        || !names.equals(List.of("accountEnabled"))
        || !body.path("accountEnabled").isBoolean()) {
      throw bad("Of an object only accountEnabled of a service principal can be updated here;"
          + " addPassword and removePassword change its secrets.");
    }
    registration.enable(body.path("accountEnabled").asBoolean(), world.clock().instant());
    return Reply.empty(204);
  }
}
