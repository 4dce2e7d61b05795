package dev.rekey.azure.surface;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An application of Entra, or a service principal, with what is known of its client secrets. Immutable.
 *
 * @param kind which of the two it is
 * @param tenant the id of the tenant
 * @param objectId its id in the directory
 * @param appId its client id, which an application and its service principals share
 * @param name what people see
 * @param passwords its client secrets
 */
public record ApplicationEntry(
    Kind kind,
    String tenant,
    String objectId,
    String appId,
    String name,
    List<Password> passwords) {
  /** What an object is. */
  public enum Kind {
    /** What an application is, in the tenant where it is registered. */
    APPLICATION("applications"),
    /** What an application may do in a tenant. */
    SERVICE_PRINCIPAL("servicePrincipals");

    private final String list;

    Kind(String list) {
      this.list = list;
    }

    String list() {
      return list;
    }
  }

  /**
   * A client secret without its value, which Entra shows to nobody.
   *
   * @param keyId its id
   * @param hint its first characters, or an empty text
   * @param name what its owner calls it, or an empty text
   * @param starts from when it opens something, if that is shown
   * @param ends until when, if that is shown
   * @param expired whether that is past
   */
  public record Password(
      String keyId,
      String hint,
      String name,
      Optional<Instant> starts,
      Optional<Instant> ends,
      boolean expired) {
    /** Checks that nothing is null. */
    public Password {
      Objects.requireNonNull(keyId, "keyId");
      Objects.requireNonNull(hint, "hint");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(starts, "starts");
      Objects.requireNonNull(ends, "ends");
    }

    /** Shows the key id; not the hint, which is a part of the value. */
    @Override
    public String toString() {
      return keyId;
    }
  }

  /** Checks that nothing is null and copies the client secrets. */
  public ApplicationEntry {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(objectId, "objectId");
    Objects.requireNonNull(appId, "appId");
    Objects.requireNonNull(name, "name");
    passwords = List.copyOf(passwords);
  }

  /** Returns its address, {@code /tenants/{tenant}/applications/{objectId}} for an application. */
  public String address() {
    return "/tenants/" + tenant + "/" + kind.list() + "/" + objectId;
  }

  /** Shows the address. */
  @Override
  public String toString() {
    return address();
  }
}
