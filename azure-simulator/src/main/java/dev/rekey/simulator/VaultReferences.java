package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a site's Key Vault references stand for, as it was fetched last: a version that is put later is
 * not seen until all of them are fetched again. What could not be fetched stays so, too.
 */
final class VaultReferences {
  private static final Pattern REFERENCE = Pattern.compile("@Microsoft\\.KeyVault\\((.*)\\)");
  private static final Pattern SECRET_URI =
      Pattern.compile("(https://[^/]+)/secrets/([0-9a-zA-Z-]{1,127})(?:/([0-9a-fA-F]{32}))?/?");
  private static final Duration CACHED = Duration.ofHours(24);

  private final World world;
  private final Resource.SiteIdentity identity;
  private Map<String, ObjectNode> ofSettings = Map.of();
  private Map<String, ObjectNode> ofStrings = Map.of();
  private ObjectNode settings = Json.object();
  private ObjectNode strings = Json.object();
  private Instant fetched = Instant.EPOCH;

  VaultReferences(World world, Resource.SiteIdentity identity) {
    this.world = world;
    this.identity = identity;
  }

  /** Fetches what both sets of settings refer to now. */
  void fetch(ObjectNode appSettings, ObjectNode connectionStrings) {
    settings = appSettings;
    strings = connectionStrings;
    ofSettings = fetched(appSettings, false, ofSettings);
    ofStrings = fetched(connectionStrings, true, ofStrings);
    fetched = world.clock().instant();
  }

  /** The references of one set of settings, by the names of the settings. */
  Map<String, ObjectNode> of(boolean connectionStrings) {
    if (!world.clock().instant().isBefore(fetched.plus(CACHED))) {
      fetch(settings, strings);
    }
    return connectionStrings ? ofStrings : ofSettings;
  }

  private Map<String, ObjectNode> fetched(
      ObjectNode all, boolean connectionStrings, Map<String, ObjectNode> before) {
    Map<String, ObjectNode> resolved = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : all.properties()) {
      JsonNode value = connectionStrings ? field.getValue().path("value") : field.getValue();
      Matcher matcher = REFERENCE.matcher(value.asText().strip());
      if (matcher.matches()) {
        ObjectNode json = resolve(matcher.group(1));
        json.put("reference", value.asText());
        keep(json, before.get(field.getKey()));
        resolved.put(field.getKey(), json);
      }
    }
    return resolved;
  }

  /** An app goes on with the version that it has, where the same reference can't be fetched. */
  private static void keep(ObjectNode now, @Nullable ObjectNode before) {
    if (before != null
        && now.path("activeVersion").isMissingNode()
        && now.path("reference").equals(before.path("reference"))
        && before.has("activeVersion")) {
      now.set("activeVersion", before.get("activeVersion"));
    }
  }

  private ObjectNode resolve(String words) {
    ObjectNode json = Json.object();
    json.put("source", "KeyVault");
    json.putObject("identityType").put("type", identity.exists() ? "SystemAssigned" : "None");
    Map<String, String> parts = parts(words);
    Matcher uri = SECRET_URI.matcher(parts.getOrDefault("secreturi", ""));
    Optional<VaultAsset> vault;
    String name;
    String version;
    if (uri.matches()) {
      vault = vaultAt(uri.group(1));
      json.put("vaultName", vault.map(Asset::name).orElse(uri.group(1)));
      name = uri.group(2);
      version = uri.group(3) == null ? "" : uri.group(3);
    } else if (parts.containsKey("vaultname") && parts.containsKey("secretname")) {
      vault = world.vault(parts.get("vaultname"));
      json.put("vaultName", parts.get("vaultname"));
      name = parts.get("secretname");
      version = parts.getOrDefault("secretversion", "");
    } else {
      return json.put("status", "InvalidSyntax");
    }
    json.put("secretName", name);
    if (!version.isEmpty()) {
      json.put("secretVersion", version);
    }
    return fetch(json, vault, name, version);
  }

  private ObjectNode fetch(
      ObjectNode json, Optional<VaultAsset> vault, String name, String version) {
    if (!identity.exists()) {
      return json.put("status", "MSINotEnabled");
    }
    if (vault.isEmpty()) {
      return json.put("status", "VaultNotFound");
    }
    boolean allowed = identity.vaults().stream().anyMatch(vault.get().name()::equalsIgnoreCase);
    if (!allowed || vault.get().firewallClosed()) {
      return json.put("status", "AccessToKeyVaultDenied");
    }
    Optional<VaultContents.Named> secret = vault.get().contents().find(name);
    if (secret.isEmpty()) {
      return json.put("status", "SecretNotFound");
    }
    Optional<VaultContents.Version> found =
        version.isEmpty() ? Optional.of(secret.get().newest()) : secret.get().version(version);
    if (found.isEmpty()) {
      return json.put("status", "SecretVersionNotFound");
    }
    if (!found.get().enabled) {
      return json.put("status", "OtherReasons");
    }
    return json.put("status", "Resolved").put("activeVersion", found.get().id);
  }

  private Optional<VaultAsset> vaultAt(String address) {
    return world.ofType("Microsoft.KeyVault/vaults").stream()
        .map(VaultAsset.class::cast)
        .filter(vault -> vault.uri().equalsIgnoreCase(address + "/"))
        .findFirst();
  }

  private static Map<String, String> parts(String words) {
    Map<String, String> parts = new HashMap<>();
    for (String word : words.split(";", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        parts.put(
            word.substring(0, equals).strip().toLowerCase(Locale.ROOT),
            word.substring(equals + 1).strip());
      }
    }
    return parts;
  }
}
