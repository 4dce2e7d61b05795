package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The data plane of one configuration store: it lists values and their revisions. */
final class ConfigurationPlane {
  private static final String READ =
      "Microsoft.AppConfiguration/configurationStores/keyValues/read";
  private static final String SET = "application/vnd.microsoft.appconfig.kvset+json; charset=utf-8";
  private static final String CHALLENGE = "HMAC-SHA256, Bearer";
  private static final List<String> VERSIONS =
      List.of("1.0", "2023-10-01", "2023-11-01", "2024-09-01");
  private static final int PAGE = 100;
  private static final int MOST_NAMES = 5;
  private static final Set<String> PARAMETERS =
      Set.of("api-version", "key", "label", "after", "$select");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'+00:00'").withZone(ZoneOffset.UTC);

  private final World world;
  private final Entra entra;
  private final ConfigurationAsset store;

  ConfigurationPlane(World world, Entra entra, ConfigurationAsset store) {
    this.world = world;
    this.entra = entra;
    this.store = store;
  }

  Reply answer(Call call) {
    Reply reply;
    try {
      authorize(call);
      reply = list(call);
    } catch (Refusal refusal) {
      reply = refusal.reply();
    }
    Reply marked = reply
        .with(
            "Sync-Token",
            "simulator=" + base64(store.name()) + ";sn=" + store.history().size())
        .with("x-ms-correlation-request-id", world.newId());
    return call.method().equals("HEAD") ? marked.withoutBody() : marked;
  }

  private void authorize(Call call) {
    Optional<String> token = call.bearer();
    if (token.isEmpty()) {
      // Signatures by an access key are not simulated, so that they are no more than no token.
      throw new Refusal(Reply.empty(401).with("WWW-Authenticate", CHALLENGE));
    }
    Entra.Grant grant = token
        .flatMap(entra::grant)
        .filter(one -> world.clock().instant().isBefore(one.expires()))
        .filter(one -> isAudience(Entra.withoutSlash(one.audience())))
        .orElseThrow(() -> new Refusal(Reply.empty(401)
            .with(
                "WWW-Authenticate",
                CHALLENGE + " error=\"invalid_token\", error_description=\"Authorization token"
                    + " failed validation\"")));
    if (store.firewallClosed() || World.denies(grant.client(), READ)) {
      throw new Refusal(Reply.empty(403));
    }
  }

  private boolean isAudience(String audience) {
    return Entra.CONFIGURATION.contains(audience)
        || audience.equals(Entra.withoutSlash(store.endpoint()));
  }

  private Reply list(Call call) {
    version(call);
    String path = String.join("/", call.segments());
    if (!Set.of("kv", "revisions").contains(path)) {
      throw new Refusal(Reply.empty(404));
    }
    if (!List.of("GET", "HEAD").contains(call.method())) {
      throw new Refusal(Reply.empty(405).with("Allow", "GET, HEAD"));
    }
    for (String name : call.parameters().keySet()) {
      if (!PARAMETERS.contains(name)) {
        throw invalid("Unknown parameter", name, "The simulator does not know this parameter.");
      }
    }
    String key = call.query("key").orElse("*");
    String label = call.query("label").orElse("*");
    List<ConfigurationAsset.Entry> all = (path.equals("kv") ? store.values() : store.history())
        .stream()
            .filter(entry -> matches("key", key, entry.from().key()))
            .filter(entry -> matches("label", label, entry.from().label()))
            .toList();
    int from = call.query("after").map(after -> position(path, after)).orElse(0);
    int to = Math.min(all.size(), from + PAGE);
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    all.subList(Math.min(from, all.size()), to).forEach(entry -> items.add(shown(call, entry)));
    if (to == all.size()) {
      return Reply.json(200, json).with("Content-Type", SET);
    }
    String next = next(call, path, to);
    json.put("@nextLink", next);
    return Reply.json(200, json)
        .with("Content-Type", SET)
        .with("Link", "<" + next + ">; rel=\"next\"");
  }

  private static void version(Call call) {
    String version = call.query("api-version").orElse("");
    if (version.isEmpty()) {
      throw invalid(
          "API version is not specified",
          "api-version",
          "An API version is required, but was not specified.");
    }
    if (!VERSIONS.contains(version)) {
      throw invalid(
          "Unsupported API version",
          "api-version",
          "The HTTP resource that matches the request URI '" + call.rawPath()
              + "' does not support the API version '" + version + "'.");
    }
  }

  private static int position(String path, String after) {
    return Marker.read(path, after)
        .map(Integer::parseInt)
        .orElseThrow(
            () -> invalid("Invalid request parameter 'after'", "after", "after(0): Invalid"));
  }

  private static String next(Call call, String path, int position) {
    StringBuilder next = new StringBuilder("/").append(path).append('?');
    Map<String, String> parameters = call.parameters();
    for (String name : List.of("key", "label", "$select", "api-version")) {
      if (parameters.containsKey(name)) {
        next.append(name)
            .append('=')
            .append(URLEncoder.encode(parameters.get(name), StandardCharsets.UTF_8))
            .append('&');
      }
    }
    return next.append("after=")
        .append(Marker.of(path, Integer.toString(position)))
        .toString();
  }

  /** Whether a filter, {@code abc}, {@code abc*} or {@code abc,xyz}, lets a name through. */
  private static boolean matches(String parameter, String filter, String name) {
    List<String> names = new ArrayList<>(List.of(""));
    boolean escaped = false;
    boolean prefix = false;
    for (int i = 0; i < filter.length(); i++) {
      char c = filter.charAt(i);
      int last = names.size() - 1;
      if (!escaped && c == '\\') {
        escaped = true;
      } else if (!escaped && c == ',') {
        names.add("");
      } else if (!escaped && c == '*') {
        if (i != filter.length() - 1 || names.size() > 1) {
          throw invalid(
              "Invalid request parameter '" + parameter + "'",
              parameter,
              parameter + "(" + (i + 1) + "): Invalid character");
        }
        prefix = true;
      } else {
        // No label at all is asked for by the character with code 0.
        boolean none = c == '\0' || (escaped && c == '0' && parameter.equals("label"));
        names.set(last, names.get(last) + (none ? "" : Character.toString(c)));
        escaped = false;
      }
    }
    if (names.size() > MOST_NAMES) {
      throw invalid(
          "Invalid request parameter '" + parameter + "'",
          parameter,
          "Too many names are asked for");
    }
    return prefix ? name.startsWith(names.get(0)) : names.contains(name);
  }

  private static ObjectNode shown(Call call, ConfigurationAsset.Entry entry) {
    Resource.KeyValue from = entry.from();
    ObjectNode whole = Json.object();
    whole.put("etag", entry.etag());
    whole.put("key", from.key());
    whole.put("label", from.label().isEmpty() ? null : from.label());
    whole.put("content_type", from.contentType().isEmpty() ? null : from.contentType());
    whole.put("value", entry.value());
    whole.set("tags", Json.tree(from.tags()));
    whole.put("locked", false);
    whole.put("last_modified", TIME.format(entry.since()));
    call.query("$select")
        .ifPresent(
            fields -> whole.retain(List.of(fields.toLowerCase(Locale.ROOT).split(",", -1))));
    return whole;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Refusal invalid(String title, String name, String detail) {
    ObjectNode json = Json.object();
    json.put("type", "https://azconfig.io/errors/invalid-argument");
    json.put("title", title);
    json.put("name", name);
    json.put("detail", detail);
    json.put("status", 400);
    return new Refusal(
        Reply.json(400, json).with("Content-Type", "application/problem+json; charset=utf-8"));
  }
}
