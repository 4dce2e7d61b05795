package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The token endpoint: client credentials by secret, and nothing else. A token lives until it expires,
 * whatever becomes of the secret that it was got with.
 *
 * <p>A token looks like a JWT, but its signature is noise: the simulator knows its tokens by heart.
 */
final class Entra {
  private static final long LIFETIME_SECONDS = 3599;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final String DEFAULT_SCOPE = "/.default";

  static final String VAULT = "https://vault.azure.net";
  static final String STORAGE = "https://storage.azure.com";
  static final String LOGS = "https://api.loganalytics.io";
  static final String LOGS_DIRECT = "https://api.loganalytics.azure.com";
  static final List<String> CONFIGURATION =
      List.of("https://azconfig.io", "https://appconfig.azure.com");
  static final String SYNAPSE = "https://dev.azuresynapse.net";
  private static final Set<String> RESOURCES = Set.of(
      "https://management.azure.com",
      "https://management.core.windows.net",
      VAULT,
      STORAGE,
      LOGS,
      LOGS_DIRECT,
      CONFIGURATION.get(0),
      CONFIGURATION.get(1),
      SYNAPSE,
      "https://graph.microsoft.com");

  private final World world;
  private final Replicas replicas;
  private final Map<String, TokenRefusal> refusals = new HashMap<>();
  private final Map<String, Grant> grants = new HashMap<>();
  private final Set<String> endpoints = new HashSet<>();

  /** What a token allows. */
  record Grant(Scenario.Client client, String audience, Instant expires) {}

  Entra(World world, Replicas replicas) {
    this.world = world;
    this.replicas = replicas;
  }

  /** Gives tokens for an endpoint that is an audience of its own. */
  void serve(String endpoint) {
    endpoints.add(withoutSlash(endpoint));
  }

  /** Refuses an application every token from now on. */
  void refuse(String applicationId, TokenRefusal refusal) {
    refusals.put(applicationId.toLowerCase(Locale.ROOT), refusal);
  }

  /** Refuses an application no more. */
  void allow(String applicationId) {
    refusals.remove(applicationId.toLowerCase(Locale.ROOT));
  }

  /** Whether the path is Entra's: {@code /TENANT/oauth2/…} or {@code /TENANT/v2.0/…}. */
  static boolean owns(List<String> segments) {
    return segments.size() > 2
        && (segments.get(1).equalsIgnoreCase("oauth2") || segments.get(1).equals("v2.0"));
  }

  Reply answer(Call call) {
    List<String> path = call.segments();
    if (!path.get(0).equalsIgnoreCase(world.scenario().tenant())) {
      return problem(
          400,
          "invalid_request",
          90002,
          "Tenant '" + path.get(0)
              + "' not found. Check to make sure you have the correct tenant ID"
              + " and are signing into the correct cloud.");
    }
    List<String> rest = path.subList(1, path.size());
    if (rest.equals(List.of("v2.0", ".well-known", "openid-configuration"))) {
      return Reply.json(200, discovery());
    }
    if (!rest.equals(List.of("oauth2", "v2.0", "token"))) {
      return Reply.empty(404);
    }
    if (!call.method().equals("POST")) {
      return problem(
          400,
          "invalid_request",
          900561,
          "The endpoint only accepts POST requests. Received a " + call.method() + " request.");
    }
    Reply reply = token(call, Call.form(call.body()));
    // Client libraries warn when their correlation id does not come back.
    return call.header("client-request-id")
        .map(id -> reply.with("client-request-id", id))
        .orElse(reply);
  }

  private ObjectNode discovery() {
    String base = world.cloud() + world.scenario().tenant();
    ObjectNode json = Json.object();
    json.put("token_endpoint", base + "/oauth2/v2.0/token");
    json.put("authorization_endpoint", base + "/oauth2/v2.0/authorize");
    json.put("issuer", base + "/v2.0");
    json.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
    json.put("tenant_region_scope", "EU");
    json.put("cloud_instance_name", "microsoftonline.com");
    return json;
  }

  private Reply token(Call call, Map<String, String> form) {
    for (String needed : List.of("grant_type", "client_id", "scope")) {
      if (form.getOrDefault(needed, "").isEmpty()) {
        return problem(
            400,
            "invalid_request",
            900144,
            "The request body must contain the following parameter: '" + needed + "'.");
      }
    }
    if (!"client_credentials".equals(form.get("grant_type"))) {
      return problem(
          400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
    }
    String id = form.getOrDefault("client_id", "");
    Optional<TokenRefusal> refusal = Optional.ofNullable(refusals.get(id.toLowerCase(Locale.ROOT)));
    if (refusal.filter(TokenRefusal::beforeSecret).isPresent()) {
      return refused(refusal.get());
    }
    Optional<Registration> registration = world.directory().find(id);
    if (registration.isEmpty()) {
      return problem(
          400,
          "unauthorized_client",
          700016,
          "Application with identifier '" + id + "' was not found in the directory '"
              + world.scenario().tenant()
              + "'. This can happen if the application has not been installed by the administrator"
              + " of the tenant or consented to by any user in the tenant.");
    }
    String secret = form.getOrDefault("client_secret", "");
    if (secret.isEmpty()) {
      return problem(
          401,
          "invalid_client",
          7000218,
          "The request body must contain the following parameter: 'client_assertion' or"
              + " 'client_secret'.");
    }
    Instant seen = world.directory().seenAfter(replicas.forToken());
    if (!registration.get().enabled(seen)) {
      return problem(
          400,
          "unauthorized_client",
          7000112,
          "Application '" + id + "'(" + registration.get().from().name() + ") is disabled.");
    }
    List<Registration.Password> matching = registration.get().passwords(seen).stream()
        .filter(password -> equal(password.text(), secret))
        .toList();
    Instant now = world.clock().instant();
    if (matching.stream().noneMatch(password -> password.ends().isAfter(now))
        && !matching.isEmpty()) {
      return problem(
          401,
          "invalid_client",
          7000222,
          "The provided client secret keys for app '" + id
              + "' are expired. Visit the Azure portal to"
              + " create new keys for your app: https://aka.ms/NewClientSecret, or consider using"
              + " certificate credentials for added security: https://aka.ms/certCreds.");
    }
    if (matching.stream().noneMatch(password -> !password.starts().isAfter(now))) {
      return problem(
          401,
          "invalid_client",
          7000215,
          "Invalid client secret provided. Ensure the secret being sent in the request is the client"
              + " secret value, not the client secret ID, for a secret added to app '" + id + "'.");
    }
    String keyId = matching.get(0).keyId();
    if (refusal.isPresent()) {
      signedIn(call, id, keyId, Integer.toString(refusal.get().code()));
      return refused(refusal.get());
    }
    signedIn(call, id, keyId, "0");
    return grant(world.directory().client(id), form.getOrDefault("scope", ""));
  }

  /** Writes a sign-in by a right secret to the workspaces that are sent them. */
  private void signedIn(Call call, String applicationId, String keyId, String result) {
    ObjectNode entry = Json.object();
    entry.put("AppId", applicationId);
    entry.put("IPAddress", call.caller().replaceFirst(":\\d+$", ""));
    entry.put("ResultType", result);
    entry.put("ServicePrincipalCredentialKeyId", keyId);
    for (Asset asset : world.ofType(WorkspaceAsset.TYPE)) {
      if (asset instanceof WorkspaceAsset workspace && workspace.takesSignIns()) {
        workspace.write("AADServicePrincipalSignInLogs", world.clock().instant(), entry);
      }
    }
  }

  private static boolean equal(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private Reply refused(TokenRefusal refusal) {
    Reply reply = problem(refusal.status(), refusal.error(), refusal.code(), refusal.text());
    return refusal.status() == 400 ? reply : reply.with("Retry-After", "2");
  }

  private Reply grant(Scenario.Client client, String scopes) {
    // Client libraries add OpenID's own scopes, which mean nothing here.
    List<String> asked = List.of(scopes.trim().split("\\s+", -1)).stream()
        .filter(s -> !Set.of("openid", "profile", "offline_access").contains(s))
        .toList();
    if (asked.size() != 1 || !asked.get(0).endsWith(DEFAULT_SCOPE)) {
      return problem(
          400,
          "invalid_scope",
          1002012,
          "The provided value for scope " + scopes + " is not valid. Client credential flows must"
              + " have a scope value with /.default suffixed to the resource identifier (application"
              + " ID URI).");
    }
    String audience = asked.get(0).substring(0, asked.get(0).length() - DEFAULT_SCOPE.length());
    String resource = withoutSlash(audience);
    if (!RESOURCES.contains(resource)
        && !endpoints.contains(resource)
        && !resource.equals(withoutSlash(world.cloud()))) {
      return problem(
          400,
          "invalid_resource",
          500011,
          "The resource principal named " + audience + " was not found in the tenant named "
              + world.scenario().tenant() + ".");
    }
    ObjectNode json = Json.object();
    json.put("token_type", "Bearer");
    json.put("expires_in", LIFETIME_SECONDS);
    json.put("ext_expires_in", LIFETIME_SECONDS);
    json.put("access_token", issue(client, audience));
    return Reply.json(200, json).with("Cache-Control", "no-store, no-cache");
  }

  private String issue(Scenario.Client client, String audience) {
    Instant now = world.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expires = now.plusSeconds(LIFETIME_SECONDS);
    ObjectNode header = Json.object().put("typ", "JWT").put("alg", "RS256").put("kid", "simulator");
    ObjectNode claims = Json.object();
    claims.put("aud", audience);
    claims.put("iss", "https://sts.windows.net/" + world.scenario().tenant() + "/");
    claims.put("iat", now.getEpochSecond());
    claims.put("nbf", now.getEpochSecond());
    claims.put("exp", expires.getEpochSecond());
    claims.put("appid", client.id());
    claims.put("idtyp", "app");
    claims.put("oid", World.objectId(client));
    claims.put("tid", world.scenario().tenant());
    claims.put("uti", world.newVersionId());
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String token = base64.encodeToString(Json.bytes(header))
        + "."
        + base64.encodeToString(Json.bytes(claims))
        + "."
        + base64.encodeToString(world.newBytes(64));
    grants.put(token, new Grant(client, audience, expires));
    return token;
  }

  /** What a token allows; empty if it was not issued here. */
  Optional<Grant> grant(String token) {
    return Optional.ofNullable(grants.get(token));
  }

  static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private Reply problem(int status, String error, int code, String text) {
    String time = TIME.format(world.clock().instant());
    String trace = world.newId();
    String correlation = world.newId();
    ObjectNode json = Json.object();
    json.put("error", error);
    json.put(
        "error_description",
        "AADSTS" + code + ": " + text + " Trace ID: " + trace + " Correlation ID: " + correlation
            + " Timestamp: " + time);
    json.putArray("error_codes").add(code);
    json.put("timestamp", time);
    json.put("trace_id", trace);
    json.put("correlation_id", correlation);
    json.put("error_uri", world.cloud() + "error?code=" + code);
    return Reply.json(status, json).with("Cache-Control", "no-store, no-cache");
  }
}
