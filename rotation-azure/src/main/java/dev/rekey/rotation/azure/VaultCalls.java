package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls to one vault. What may be made again is made again while the vault is too busy; what
 * creates a version is made once, in its turn. Thread-safe.
 */
final class VaultCalls {
  private final SecretClient client;
  private final VaultThrottle throttle;

  VaultCalls(SecretClient client, VaultThrottle throttle) {
    this.client = client;
    this.throttle = throttle;
  }

  /** Returns the address of the vault, without a slash at its end. */
  String address() {
    String url = client.getVaultUrl();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  VaultThrottle throttle() {
    return throttle;
  }

  /** Returns the version that followers of a name get. */
  KeyVaultSecret get(String name) {
    return throttle.patiently(() -> client.getSecret(name));
  }

  KeyVaultSecret get(String name, String version) {
    return throttle.patiently(() -> client.getSecret(name, version));
  }

  /** Returns all secrets, without values. */
  List<SecretProperties> secrets() {
    return all(client.listPropertiesOfSecrets());
  }

  /** Returns all versions of a secret, without values, in no order. */
  List<SecretProperties> versions(String name) {
    return all(client.listPropertiesOfSecretVersions(name));
  }

  /** Page by page, so that a busy vault is not asked for all of them again. */
  private <T> List<T> all(PagedIterable<T> listed) {
    List<T> all = new ArrayList<>();
    String from = "";
    do {
      String start = from;
      PagedResponse<T> page = throttle.patiently(
          () -> (start.isEmpty() ? listed.iterableByPage() : listed.iterableByPage(start))
              .iterator()
              .next());
      all.addAll(page.getValue());
      from = page.getContinuationToken() == null ? "" : page.getContinuationToken();
    } while (!from.isEmpty());
    return all;
  }

  /** Returns whether a name is soft-deleted; while it is being deleted, it is not yet. */
  boolean isDeleted(String name) {
    try {
      throttle.patiently(() -> client.getDeletedSecret(name));
      return true;
    } catch (HttpResponseException refused) {
      if (isAbsent(refused)) {
        return false;
      }
      throw refused;
    }
  }

  /** Makes a new version, once, when it is its turn. */
  SecretProperties set(KeyVaultSecret secret) {
    throttle.beforeCreate();
    return client.setSecret(secret).getProperties();
  }

  /** Changes what is said about a version; the same change made twice is one. */
  void update(SecretProperties properties) {
    throttle.patiently(() -> client.updateSecretProperties(properties));
  }

  /** By Key Vault's own word: a wrong address answers 404 too. */
  static boolean isAbsent(RuntimeException failed) {
    return VaultRefusal.of(failed) == VaultRefusal.NOT_FOUND;
  }

  /** Whether a certificate manages a secret. Its value is a certificate, and nobody sets it. */
  static boolean isManaged(SecretProperties secret) {
    return Boolean.TRUE.equals(secret.isManaged()) || secret.getKeyId() != null;
  }
}
