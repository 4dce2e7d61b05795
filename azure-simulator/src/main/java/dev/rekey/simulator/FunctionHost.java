package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The runtime of a function app: it runs only if its own storage takes its key. */
final class FunctionHost {
  static final String STORAGE = "AzureWebJobsStorage";
  static final String CONTENT = "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING";
  static final String SKIP_VALIDATION = "WEBSITE_SKIP_CONTENTSHARE_VALIDATION";

  private final World world;

  FunctionHost(World world) {
    this.world = world;
  }

  /** What the host says of itself. */
  ObjectNode status(SiteAsset site) {
    ObjectNode json = Json.object();
    json.put("id", site.name().replace('/', '-').toLowerCase(Locale.ROOT));
    boolean starts = opens(site, STORAGE);
    json.put("state", starts ? "Running" : "Error");
    json.put("version", "4.0.0.0");
    json.put("versionDetails", "4.0.0");
    if (!starts) {
      json.putArray("errors")
          .add("Server failed to authenticate the request. Status: 403 ErrorCode:"
              + " AuthenticationFailed");
    }
    return json;
  }

  /**
   * Whether a connection string, or what it refers to, opens its account. Without one, or with one of
   * an account that is not simulated, nothing speaks against it.
   */
  private boolean opens(SiteAsset site, String setting) {
    String value = site.appSettings().path(setting).asText();
    return Optional.ofNullable(site.references().of(false).get(setting))
        .map(reference ->
            reference.path("status").asText().equals("Resolved") && opens(meant(reference)))
        .orElseGet(() -> opens(value));
  }

  private String meant(ObjectNode reference) {
    return world
        .vault(reference.path("vaultName").asText())
        .flatMap(vault -> vault.contents().find(reference.path("secretName").asText()))
        .flatMap(secret -> secret.version(reference.path("activeVersion").asText()))
        .map(version -> version.value)
        .orElse("");
  }

  /** Refuses settings with which the content share could not be mounted. */
  void requireContentShare(ObjectNode settings) {
    String content = settings.path(CONTENT).asText();
    boolean skipped = settings.path(SKIP_VALIDATION).asText().equals("1");
    if (!skipped && (content.startsWith("@Microsoft.KeyVault(") || !opens(content))) {
      throw ArmProblem.appService(
          400,
          "BadRequest",
          "01020",
          "Creation of storage file share failed with: 'The remote server returned an error: (403)"
              + " Forbidden.'. Please check if the storage account is accessible.");
    }
  }

  private boolean opens(String connection) {
    Map<String, String> parts = new HashMap<>();
    Arrays.stream(connection.split(";", -1)).forEach(part -> {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(part.substring(0, equals), part.substring(equals + 1));
      }
    });
    Optional<StorageAsset> account = world.storage(parts.getOrDefault("AccountName", ""));
    return account.isEmpty()
        || List.of("key1", "key2").stream()
            .flatMap(key -> account.get().key(key).stream())
            .anyMatch(parts.getOrDefault("AccountKey", "")::equals);
  }
}
