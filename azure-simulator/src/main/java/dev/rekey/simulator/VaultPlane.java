package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;

/** The data plane of one key vault: secrets, their versions, and those soft-deleted. */
final class VaultPlane {
  private static final List<String> VERSIONS =
      List.of("2016-10-01", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-07-01");
  private static final String NAME = "[0-9a-zA-Z-]{1,127}";
  private static final int LARGEST_VALUE = 25 * 1024;
  private static final int LARGEST_PAGE = 25;
  private static final int MOST_CREATED = 300;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** What an access policy calls what a role calls an action. */
  private static final Map<String, String> PERMISSIONS = Map.of(
      "readMetadata/action", "list",
      "getSecret/action", "get",
      "setSecret/action", "set",
      "update/action", "set",
      "delete", "delete",
      "recover/action", "recover",
      "purge/action", "purge");

  private final World world;
  private final Entra entra;
  private final VaultAsset vault;
  private final Deque<Instant> created = new ArrayDeque<>();

  VaultPlane(World world, Entra entra, VaultAsset vault) {
    this.world = world;
    this.entra = entra;
    this.vault = vault;
  }

  Reply answer(Call call) {
    Reply reply;
    try {
      reply = route(call);
    } catch (Refusal refusal) {
      reply = refusal.reply();
    }
    return reply
        .with("Cache-Control", "no-cache")
        .with("x-ms-keyvault-region", vault.location())
        .with("x-ms-request-id", world.newId());
  }

  private Reply route(Call call) {
    Scenario.Client client = authenticate(call);
    String version = version(call);
    if (vault.firewallClosed()) {
      throw VaultProblem.refuse(
          403,
          "Forbidden",
          "Client address is not authorized and caller is not a trusted service.\r\nClient address:"
              + " 127.0.0.1\r\n" + caller(client) + "\r\nVault: " + vault.name() + ";location="
              + vault.location(),
          "ForbiddenByFirewall");
    }
    List<String> path = call.segments();
    String first = path.isEmpty() ? "" : path.get(0).toLowerCase(Locale.ROOT);
    if (path.size() > 1 && !path.get(1).matches(NAME)) {
      throw VaultProblem.bad("The request URI contains an invalid name: " + path.get(1));
    }
    if (first.equals("secrets") && path.size() <= 3) {
      return secrets(call, client, path, version);
    }
    if (first.equals("deletedsecrets") && path.size() <= 3) {
      return deleted(call, client, path, version);
    }
    throw VaultProblem.refuse(
        404, "NotFound", "The simulator knows secrets only, not " + call.rawPath(), "");
  }

  private Scenario.Client authenticate(Call call) {
    String token = call.bearer()
        .orElseThrow(() -> challenge("AKV10000: Request is missing a Bearer or PoP token."));
    Entra.Grant grant =
        entra.grant(token).orElseThrow(() -> challenge("AKV10000: The token is not valid."));
    if (!grant.audience().equals(Entra.VAULT)) {
      throw challenge("AKV10022: Invalid audience. Expected " + Entra.VAULT + ", found: "
          + grant.audience() + ".");
    }
    if (!vault.tenant().equalsIgnoreCase(world.scenario().tenant())) {
      throw challenge("AKV10032: Invalid issuer. Expected one of https://sts.windows.net/"
          + vault.tenant() + "/, found " + issuer() + ".");
    }
    if (!world.clock().instant().isBefore(grant.expires())) {
      throw challenge("AKV10000: The token has expired.");
    }
    return grant.client();
  }

  private Refusal challenge(String message) {
    return new Refusal(Reply.json(401, Json.error("Unauthorized", message))
        .with(
            "WWW-Authenticate",
            "Bearer authorization=\"" + world.cloud() + vault.tenant() + "\", resource=\""
                + Entra.VAULT + "\""));
  }

  private static String version(Call call) {
    String version = call.query("api-version")
        .orElseThrow(() -> VaultProblem.bad("api-version must be specified"));
    if (!VERSIONS.contains(version)) {
      throw VaultProblem.bad(
          "The specified version (" + version + ") is not recognized. Consider using the latest"
              + " supported version (" + VERSIONS.get(VERSIONS.size() - 1) + ").");
    }
    return version;
  }

  private Reply secrets(Call call, Scenario.Client client, List<String> path, String version) {
    if (path.size() == 1) {
      require(call, "GET");
      permit(client, "readMetadata/action", "");
      List<VaultContents.Named> all = vault.contents().all();
      return list(
          call,
          version,
          all.size(),
          i -> shown(all.get(i).name(), Optional.empty(), all.get(i).newest(), version));
    }
    String name = path.get(1);
    if (path.size() == 3 && path.get(2).equalsIgnoreCase("versions")) {
      require(call, "GET");
      permit(client, "readMetadata/action", name);
      return versions(call, live(name), version);
    }
    return switch (call.method()) {
      case "GET" -> get(client, path, version);
      case "PUT" -> put(call, client, path, version);
      case "PATCH" -> patch(call, client, path, version);
      case "DELETE" -> delete(client, path, version);
      default -> throw VaultProblem.method(call);
    };
  }

  private VaultContents.Named live(String name) {
    return vault
        .contents()
        .find(name)
        .orElseThrow(() -> VaultProblem.refuse(
            404,
            "SecretNotFound",
            "A secret with (name/id) " + name + " was not found in this key vault. If you"
                + " recently deleted this secret you may be able to recover it using the"
                + " correct recovery command. For help resolving this issue, please see"
                + " https://go.microsoft.com/fwlink/?linkid=2125182",
            ""));
  }

  private VaultContents.Version version(VaultContents.Named secret, List<String> path) {
    return path.size() == 2
        ? secret.newest()
        : secret
            .version(path.get(2))
            .orElseThrow(() -> VaultProblem.refuse(
                404,
                "SecretNotFound",
                "A secret with (name/id) " + path.get(1) + "/" + path.get(2)
                    + " was not found in this key vault.",
                ""));
  }

  private Reply get(Scenario.Client client, List<String> path, String version) {
    permit(client, "getSecret/action", path.get(1));
    VaultContents.Named secret = live(path.get(1));
    VaultContents.Version found = version(secret, path);
    if (!found.enabled) {
      throw VaultProblem.refuse(
          403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
    }
    return Reply.json(200, withValue(secret, found, version));
  }

  private Reply put(Call call, Scenario.Client client, List<String> path, String version) {
    if (path.size() != 2) {
      throw VaultProblem.method(call);
    }
    String name = path.get(1);
    permit(client, "setSecret/action", name);
    ObjectNode body = body(call);
    JsonNode value = body.path("value");
    if (!value.isTextual()) {
      throw VaultProblem.bad("The parameter is incorrect: value");
    }
    if (value.asText().length() > LARGEST_VALUE) {
      throw VaultProblem.bad(
          "The secret value is too long: at most " + LARGEST_VALUE + " characters.");
    }
    VaultContents.Version fresh = new VaultContents.Version(
        world.newVersionId(), value.asText(), world.clock().instant().getEpochSecond());
    SecretChange change = SecretChange.read(body);
    Optional<VaultContents.Deleted> gone = vault.contents().findDeleted(name);
    if (gone.isPresent() && gone.get().isBeingDeleted()) {
      throw VaultProblem.refuse(
          409, "Conflict", "Secret is currently being deleted.", "ObjectIsBeingDeleted");
    }
    if (gone.isPresent()) {
      throw VaultProblem.refuse(
          409,
          "Conflict",
          "Secret " + name + " is currently in a deleted but recoverable state, and its name cannot"
              + " be reused; in this state, the secret can only be recovered or purged.",
          "ObjectIsDeletedButRecoverable");
    }
    vault.contents().find(name).ifPresent(present -> refuseIfManaged(present, "set"));
    change.apply(fresh);
    for (SecretPolicy policy : vault.policies()) {
      if (policy.denies(fresh)) {
        throw VaultProblem.refuse(
            403,
            "Forbidden",
            "Secret '" + name + "' was disallowed by policy. Policy identifiers: '"
                + policy.identifiers(vault.subscription()) + "'.",
            "ForbiddenByGovernancePolicy");
      }
    }
    throttle();
    vault.contents().add(name, fresh);
    return Reply.json(200, withValue(live(name), fresh, version));
  }

  private static void refuseIfManaged(VaultContents.Named secret, String operation) {
    if (secret.managed()) {
      throw VaultProblem.refuse(
          403,
          "Forbidden",
          "Operation \"" + operation
              + "\" is not allowed on this secret, since it is associated with"
              + " a certificate. Perform the operation on the corresponding certificate. For more"
              + " information refer to"
              + " https://docs.microsoft.com/en-us/azure/key-vault/certificates/about-certificates"
              + "#composition-of-a-certificate",
          "SecretManagedByKeyVault");
    }
  }

  /** Refuses a version too many; what is refused does not count. */
  private void throttle() {
    Instant now = world.clock().instant();
    created.removeIf(time -> !time.isAfter(now.minus(WINDOW)));
    if (created.size() >= MOST_CREATED) {
      throw VaultProblem.refuse(
          429,
          "Throttled",
          "Request was not processed because too many requests were received. Reason:"
              + " VaultRequestTypeLimitReached",
          "");
    }
    created.addLast(now);
  }

  private Reply patch(Call call, Scenario.Client client, List<String> path, String version) {
    permit(client, "update/action", path.get(1));
    VaultContents.Named secret = live(path.get(1));
    VaultContents.Version found = version(secret, path);
    ObjectNode body = body(call);
    if (body.has("value")) {
      throw VaultProblem.bad("The value of a secret cannot be updated.");
    }
    SecretChange change = SecretChange.read(body);
    refuseIfManaged(secret, "update");
    change.apply(found);
    found.updated = Math.max(found.updated, world.clock().instant().getEpochSecond());
    return Reply.json(200, shown(secret.name(), Optional.of(found.id), found, version));
  }

  private Reply delete(Scenario.Client client, List<String> path, String version) {
    if (path.size() != 2) {
      throw VaultProblem.bad("A single version cannot be deleted.");
    }
    permit(client, "delete", path.get(1));
    VaultContents.Named secret = live(path.get(1));
    refuseIfManaged(secret, "delete");
    long now = world.clock().instant().getEpochSecond();
    long purge = now + vault.retentionDays() * 86_400L;
    vault.contents().delete(secret, vault.softDelete(), now, purge, vault.deletionUses());
    ObjectNode json =
        shown(secret.name(), Optional.of(secret.newest().id), secret.newest(), version);
    vault.contents().findDeleted(secret.name()).ifPresent(gone -> stamp(json, gone));
    return Reply.json(200, json);
  }

  private void stamp(ObjectNode json, VaultContents.Deleted gone) {
    json.put("recoveryId", vault.uri() + "deletedsecrets/" + gone.secret.name());
    json.put("deletedDate", gone.deletedDate);
    json.put("scheduledPurgeDate", gone.scheduledPurgeDate);
  }

  private Reply versions(Call call, VaultContents.Named secret, String version) {
    List<VaultContents.Version> all = secret.versions();
    int last = all.size() - 1;
    // Newest first; clients must not rely on it, for Azure promises no order.
    return list(
        call,
        version,
        all.size(),
        i -> shown(secret.name(), Optional.of(all.get(last - i).id), all.get(last - i), version));
  }

  private Reply deleted(Call call, Scenario.Client client, List<String> path, String version) {
    if (path.size() == 1) {
      require(call, "GET");
      permit(client, "readMetadata/action", "");
      List<VaultContents.Deleted> all = vault.contents().allDeleted();
      return list(call, version, all.size(), i -> {
        VaultContents.Named secret = all.get(i).secret;
        ObjectNode json = shown(secret.name(), Optional.empty(), secret.newest(), version);
        stamp(json, all.get(i));
        return json;
      });
    }
    String name = path.get(1);
    permit(client, operationOnDeleted(call, path), name);
    VaultContents.Deleted gone = vault
        .contents()
        .findDeleted(name)
        .orElseThrow(() ->
            VaultProblem.refuse(404, "SecretNotFound", "Deleted Secret not found: " + name, ""));
    if (gone.isBeingDeleted()) {
      throw call.method().equals("GET")
          ? VaultProblem.refuse(404, "SecretNotFound", "Deleted Secret not found: " + name, "")
          : VaultProblem.refuse(
              409, "Conflict", "Secret is currently being deleted.", "ObjectIsBeingDeleted");
    }
    VaultContents.Version newest = gone.secret.newest();
    ObjectNode json = shown(gone.secret.name(), Optional.of(newest.id), newest, version);
    if (path.size() == 3) {
      if (!path.get(2).equalsIgnoreCase("recover")) {
        throw VaultProblem.refuse(
            404, "NotFound", "The simulator does not know " + call.rawPath(), "");
      }
      require(call, "POST");
      vault.contents().recover(gone);
      return Reply.json(200, json);
    }
    if (call.method().equals("DELETE")) {
      if (vault.purgeProtection()) {
        throw VaultProblem.refuse(
            403,
            "Forbidden",
            "Operation \"purge\" is not allowed because purge protection is enabled"
                + " for this vault.",
            "ForbiddenByPolicy");
      }
      vault.contents().purge(gone);
      return Reply.empty(204);
    }
    require(call, "GET");
    stamp(json, gone);
    return Reply.json(200, json);
  }

  private String operationOnDeleted(Call call, List<String> path) {
    if (path.size() == 3) {
      return "recover/action";
    }
    if (call.method().equals("DELETE")) {
      return "purge/action";
    }
    // An access policy must allow to get it, a role to read its properties.
    return vault.byRoles() ? "readMetadata/action" : "getSecret/action";
  }

  /** One page of a list of {@code total} items. */
  private Reply list(Call call, String version, int total, IntFunction<ObjectNode> item) {
    int size = pageSize(call);
    String listName = vault.name() + "/" + String.join("/", call.segments());
    int start = call.query("$skiptoken")
        .map(token -> Marker.read(listName, token)
            .map(Integer::parseInt)
            .orElseThrow(() -> VaultProblem.bad("The skip token is not valid.")))
        .orElse(0);
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    int end = Math.min(total, start + size);
    for (int i = start; i < end; i++) {
      value.add(item.apply(i));
    }
    if (end < total) {
      json.put(
          "nextLink",
          vault.uri() + String.join("/", call.segments()) + "?api-version=" + version
              + "&$skiptoken=" + Marker.of(listName, Integer.toString(end))
              + "&maxresults=" + size);
    } else {
      json.putNull("nextLink");
    }
    return Reply.json(200, json);
  }

  private static int pageSize(Call call) {
    String text = call.query("maxresults").orElse(Integer.toString(LARGEST_PAGE));
    if (!text.matches("[0-9]{1,2}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > LARGEST_PAGE) {
      throw VaultProblem.bad(
          "Invalid value for maxresults: it must be from 1 to " + LARGEST_PAGE + ".");
    }
    return Integer.parseInt(text);
  }

  private ObjectNode withValue(
      VaultContents.Named secret, VaultContents.Version found, String version) {
    ObjectNode json = Json.object();
    json.put("value", found.value);
    json.setAll(shown(secret.name(), Optional.of(found.id), found, version));
    found.keyId.ifPresent(key -> json.put("kid", key));
    return json;
  }

  private ObjectNode shown(
      String name, Optional<String> id, VaultContents.Version from, String version) {
    ObjectNode json = Json.object();
    from.contentType.ifPresent(type -> json.put("contentType", type));
    json.put("id", vault.uri() + "secrets/" + name + id.map(v -> "/" + v).orElse(""));
    ObjectNode attributes = json.putObject("attributes");
    attributes.put("enabled", from.enabled);
    from.notBefore.ifPresent(time -> attributes.put("nbf", time));
    from.expires.ifPresent(time -> attributes.put("exp", time));
    attributes.put("created", from.created);
    attributes.put("updated", from.updated);
    attributes.put("recoveryLevel", vault.recoveryLevel());
    if (vault.softDelete() && !version.equals("2016-10-01")) {
      attributes.put("recoverableDays", vault.retentionDays());
    }
    from.tags.ifPresent(tags -> json.set("tags", tags.deepCopy()));
    from.keyId.ifPresent(key -> json.put("managed", true));
    return json;
  }

  private void permit(Scenario.Client client, String operation, String name) {
    if (!vault.byRoles()) {
      permitByPolicy(client, operation);
      return;
    }
    String action = "Microsoft.KeyVault/vaults/secrets/" + operation;
    if (World.denies(client, action)) {
      String secret = name.isEmpty() ? "" : "/secrets/" + name;
      throw VaultProblem.refuse(
          403,
          "Forbidden",
          "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny"
              + " assignments or role definitions were changed recently, please observe propagation"
              + " time.\r\n" + caller(client) + "\r\nAction: '" + action + "'\r\nResource: '"
              + vault.id().toLowerCase(Locale.ROOT) + secret
              + "'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason:"
              + " 'DeniedWithNoValidRBAC' \r\nVault: " + vault.name() + ";location="
              + vault.location() + "\r\n",
          "ForbiddenByRbac");
    }
  }

  private void permitByPolicy(Scenario.Client client, String operation) {
    String permission = Objects.requireNonNull(PERMISSIONS.get(operation), operation);
    if (!vault.permits(World.objectId(client), permission)) {
      throw VaultProblem.refuse(
          403,
          "Forbidden",
          "The user, group or application '" + caller(client).replaceFirst("^Caller: ", "")
              + "' does not have secrets " + permission + " permission on key vault '"
              + vault.name() + ";location=" + vault.location() + "'. For help resolving this issue,"
              + " please see https://go.microsoft.com/fwlink/?linkid=2125287",
          "ForbiddenByPolicy");
    }
  }

  private String caller(Scenario.Client client) {
    return "Caller: appid=" + client.id() + ";oid=" + World.objectId(client) + ";iss=" + issuer();
  }

  private String issuer() {
    return "https://sts.windows.net/" + world.scenario().tenant() + "/";
  }

  private static ObjectNode body(Call call) {
    String type = call.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    if (!type.startsWith("application/json")) {
      throw VaultProblem.refuse(
          415, "UnsupportedMediaType", "The content type must be application/json.", "");
    }
    return Json.readObject(call.body())
        .orElseThrow(() -> VaultProblem.bad("The request body is not a JSON object."));
  }

  private static void require(Call call, String method) {
    if (!call.method().equals(method)) {
      throw VaultProblem.method(call);
    }
  }
}
