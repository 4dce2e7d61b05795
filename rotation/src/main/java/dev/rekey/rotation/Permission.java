package dev.rekey.rotation;

import java.util.Comparator;
import java.util.Objects;

/**
 * What a call needs: an action, by the name that Azure has for it, and where.
 *
 * @param action the action, such as {@code Microsoft.Storage/storageAccounts/regeneratekey/action}, or
 *     the app role, such as {@code Application.ReadWrite.OwnedBy}
 * @param scope a resource id, or the address of a vault or an application; {@link #EVERYWHERE} for wherever dependents may
 *     be
 * @param data whether it is an action on data
 */
public record Permission(String action, String scope, boolean data)
    implements Comparable<Permission> {
  /** The scope of who looks for dependents: what it may not see, it does not find. */
  public static final String EVERYWHERE = "";

  private static final Comparator<Permission> ORDER = Comparator.comparing(Permission::scope)
      .thenComparing(Permission::data)
      .thenComparing(Permission::action);

  /** Checks that nothing is null. */
  public Permission {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(scope, "scope");
  }

  /**
   * Returns whether it is an action, which a role of Azure can hold. The name of each has a slash. What
   * has none is granted elsewhere, such as an app role of Microsoft Graph, to which an administrator
   * consents.
   */
  public boolean isAction() {
    return action.indexOf('/') >= 0;
  }

  /** Compares by scope, then actions before those on data, then by name. */
  @Override
  public int compareTo(Permission other) {
    return ORDER.compare(this, other);
  }
}
