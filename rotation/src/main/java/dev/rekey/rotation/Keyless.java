package dev.rekey.rotation;

import java.util.List;
import java.util.Objects;

/**
 * How an issuer's resource is opened without a secret, so that there is none to be exposed.
 *
 * @param how by what, as part of a sentence: "a managed identity"
 * @param roles the roles that allow what the credential allows, by their names; who needs less takes
 *     less
 * @param scope where they are assigned
 */
public record Keyless(String how, List<String> roles, String scope) {
  /** Copies the list. */
  public Keyless {
    Objects.requireNonNull(how, "how");
    roles = List.copyOf(roles);
    Objects.requireNonNull(scope, "scope");
  }
}
