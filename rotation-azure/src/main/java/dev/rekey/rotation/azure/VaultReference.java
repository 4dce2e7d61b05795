package dev.rekey.rotation.azure;

import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting that stands for a secret in a key vault: {@code @Microsoft.KeyVault(SecretUri=…)}, or {@code
 * @Microsoft.KeyVault(VaultName=…;SecretName=…;SecretVersion=…)}.
 *
 * @param text the setting as it is written
 * @param vault the address of the vault, or its name where the reference has that
 * @param name the name of the secret
 * @param version the version, or empty for whichever is the newest
 */
record VaultReference(String text, String vault, String name, Optional<String> version) {
  private static final Pattern FORM =
      Pattern.compile("\\s*@Microsoft\\.KeyVault\\((.*)\\)\\s*", Pattern.CASE_INSENSITIVE);
  private static final Pattern SECRET =
      Pattern.compile("(https://[^/]+)/secrets/([0-9a-zA-Z-]+)(?:/([0-9a-zA-Z]+))?/?");

  /** Returns the reference that a setting is, if it is one. */
  static Optional<VaultReference> of(String setting) {
    Matcher form = FORM.matcher(setting);
    return form.matches() ? parsed(setting, words(form.group(1))) : Optional.empty();
  }

  private static Optional<VaultReference> parsed(String setting, Map<String, String> words) {
    Matcher uri = SECRET.matcher(words.getOrDefault("secreturi", ""));
    if (uri.matches()) {
      return Optional.of(new VaultReference(
          setting, uri.group(1), uri.group(2), Optional.ofNullable(uri.group(3))));
    }
    String vault = words.getOrDefault("vaultname", "");
    String name = words.getOrDefault("secretname", "");
    return vault.isEmpty() || name.isEmpty()
        ? Optional.empty()
        : Optional.of(new VaultReference(
            setting,
            vault,
            name,
            Optional.ofNullable(words.get("secretversion")).filter(word -> !word.isEmpty())));
  }

  private static Map<String, String> words(String inside) {
    Map<String, String> words = new HashMap<>();
    for (String word : inside.split(";", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        words.put(
            word.substring(0, equals).strip().toLowerCase(Locale.ROOT),
            word.substring(equals + 1).strip());
      }
    }
    return words;
  }

  /** Returns the reference to the newest version of a secret. */
  static String toNewest(String address, String name) {
    return "@Microsoft.KeyVault(SecretUri=" + address + "/secrets/" + name + ")";
  }

  /**
   * Returns whether it refers to the vault with an address. A name stands for the vault whose host
   * begins with it, which is how App Service reads it.
   */
  boolean isIn(String address) {
    String host = Optional.ofNullable(URI.create(address).getHost()).orElse("");
    return vault.startsWith("https://")
        ? vault.equalsIgnoreCase(address)
        : vault.equalsIgnoreCase(host.replaceFirst("\\..*", ""));
  }

  /** Returns the same text with another version in it; there must be one. */
  String withVersion(String other) {
    int at = text.lastIndexOf(version.orElseThrow());
    return text.substring(0, at)
        + other
        + text.substring(at + version.orElseThrow().length());
  }
}
