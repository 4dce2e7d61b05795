package dev.rekey.azure.surface;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A secret in a key vault, or one version of it: what is known of it without its value. Immutable.
 *
 * @param vault the id of the vault
 * @param name the secret's name
 * @param version the version, or an empty text for the newest where versions were not asked for
 * @param newest whether it is the newest version
 * @param enabled whether its value can be read at all
 * @param created when the version was made, if that is shown
 * @param updated when anything of it was last changed, if that is shown
 * @param notBefore from when it is to be used, if that is set
 * @param expires when it expires, if that is set
 * @param expired whether that was in the past
 * @param ageDays how many days ago the version was made, where that is shown
 * @param managed whether a certificate manages it
 * @param contentType what its owner wrote as its type, which may be anything, also a secret
 * @param tagNames the names of its tags; their values are contents to scan
 */
public record VaultSecretEntry(
    String vault,
    String name,
    String version,
    boolean newest,
    boolean enabled,
    Optional<Instant> created,
    Optional<Instant> updated,
    Optional<Instant> notBefore,
    Optional<Instant> expires,
    boolean expired,
    OptionalLong ageDays,
    boolean managed,
    String contentType,
    List<String> tagNames) {
  private static final String MEDIA_TYPE =
      "(application|text|image)/[a-z][a-z0-9.+-]{0,40}(; ?charset=[a-zA-Z0-9-]{1,20})?";

  /** Checks that nothing is null and copies the names. */
  public VaultSecretEntry {
    Objects.requireNonNull(vault, "vault");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(updated, "updated");
    Objects.requireNonNull(notBefore, "notBefore");
    Objects.requireNonNull(expires, "expires");
    Objects.requireNonNull(ageDays, "ageDays");
    Objects.requireNonNull(contentType, "contentType");
    tagNames = List.copyOf(tagNames);
  }

  /** Returns whether it never expires, because nobody said when. */
  public boolean missesExpiry() {
    return expires.isEmpty();
  }

  /** The content type as far as it is one; else it may be a secret, and is not shown. */
  String shownType() {
    return contentType.isEmpty() || contentType.matches(MEDIA_TYPE) ? contentType : "(not shown)";
  }

  /** The id under which ARM has it: with the version, where it is of one. */
  String address() {
    return vault + "/secrets/" + name + (version.isEmpty() ? "" : "/versions/" + version);
  }

  /** Shows where it is; neither content type nor tags, which may be secrets. */
  @Override
  public String toString() {
    return address();
  }
}
