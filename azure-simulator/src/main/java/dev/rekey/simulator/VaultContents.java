package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The secrets of one vault: by name, each a list of versions, newest last; and those soft-deleted.
 * Names are found in any letter case and shown as first written. Guarded by the {@link World}'s
 * lock.
 */
final class VaultContents {
  private final Map<String, Named> live = new TreeMap<>();
  private final Map<String, Deleted> deleted = new TreeMap<>();

  /** All versions of one secret. */
  record Named(String name, List<Version> versions) {
    Version newest() {
      return versions.get(versions.size() - 1);
    }

    boolean managed() {
      return newest().keyId.isPresent();
    }

    Optional<Version> version(String id) {
      return versions.stream()
          .filter(version -> version.id.equalsIgnoreCase(id))
          .findFirst();
    }
  }

  /** A soft-deleted secret; times are seconds since 1970. */
  static final class Deleted {
    final Named secret;
    final long deletedDate;
    final long scheduledPurgeDate;
    private int deletionUses;

    Deleted(Named secret, long deletedDate, long scheduledPurgeDate, int deletionUses) {
      this.secret = secret;
      this.deletedDate = deletedDate;
      this.scheduledPurgeDate = scheduledPurgeDate;
      this.deletionUses = deletionUses;
    }

    /** Whether a request for it finds it still being deleted; asking brings the end nearer. */
    boolean isBeingDeleted() {
      if (deletionUses == 0) {
        return false;
      }
      deletionUses--;
      return true;
    }
  }

  /** One version: the value never changes, the rest may. */
  static final class Version {
    final String id;
    final String value;
    final long created;
    long updated;
    boolean enabled = true;
    OptionalLong notBefore = OptionalLong.empty();
    OptionalLong expires = OptionalLong.empty();
    Optional<String> contentType = Optional.empty();
    Optional<ObjectNode> tags = Optional.empty();
    /** The key of the certificate that manages it. */
    Optional<String> keyId = Optional.empty();

    Version(String id, String value, long now) {
      this.id = id;
      this.value = value;
      this.created = now;
      this.updated = now;
    }
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  Optional<Named> find(String name) {
    return Optional.ofNullable(live.get(key(name)));
  }

  Optional<Deleted> findDeleted(String name) {
    return Optional.ofNullable(deleted.get(key(name)));
  }

  /** The live secrets in the order of their names. */
  List<Named> all() {
    return List.copyOf(live.values());
  }

  /** The live secrets as Resource Manager mirrors them; {@code uri} is that of the vault. */
  List<ObjectNode> mirrored(String uri) {
    return live.values().stream()
        .map(secret -> {
          Version newest = secret.newest();
          ObjectNode json = Json.object().put("name", secret.name());
          newest.tags.ifPresent(tags -> json.set("tags", tags.deepCopy()));
          ObjectNode properties = json.putObject("properties");
          newest.contentType.ifPresent(type -> properties.put("contentType", type));
          ObjectNode attributes = properties.putObject("attributes");
          attributes.put("enabled", newest.enabled);
          newest.notBefore.ifPresent(time -> attributes.put("nbf", time));
          newest.expires.ifPresent(time -> attributes.put("exp", time));
          attributes.put("created", newest.created);
          attributes.put("updated", newest.updated);
          String address = uri + "secrets/" + secret.name();
          properties.put("secretUri", address);
          properties.put("secretUriWithVersion", address + "/" + newest.id);
          return json;
        })
        .toList();
  }

  List<Deleted> allDeleted() {
    return List.copyOf(deleted.values());
  }

  void add(String name, Version version) {
    live.computeIfAbsent(key(name), unused -> new Named(name, new ArrayList<>()))
        .versions()
        .add(version);
  }

  /** Takes a secret out with all its versions; keeps it for recovery if {@code soft}. */
  void delete(Named secret, boolean soft, long now, long purgeAt, int deletionUses) {
    live.remove(key(secret.name()));
    if (soft) {
      deleted.put(key(secret.name()), new Deleted(secret, now, purgeAt, deletionUses));
    }
  }

  void recover(Deleted secret) {
    deleted.remove(key(secret.secret.name()));
    live.put(key(secret.secret.name()), secret.secret);
  }

  void purge(Deleted secret) {
    deleted.remove(key(secret.secret.name()));
  }
}
