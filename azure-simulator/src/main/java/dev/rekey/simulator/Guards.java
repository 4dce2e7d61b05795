package dev.rekey.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What stops callers of ARM, whatever their roles: locks, deny assignments, and assignments of Azure
 * Policy that deny. Each has a scope, and holds for whatever is in it. Thread-safe.
 *
 * <p>At the start there are the locks of the scenario's groups.
 */
public final class Guards {
  private final List<Lock> locks = new ArrayList<>();
  private final List<Denial> denials = new ArrayList<>();
  private final List<Policy> policies = new ArrayList<>();

  Guards() {}

  /** How much a lock stops, in ARM's words. */
  public enum Level {
    /** Everything but GET. */
    READ_ONLY("ReadOnly"),
    /** DELETE. */
    CAN_NOT_DELETE("CanNotDelete");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** A management lock. */
  record Lock(String scope, String name, Level level) {}

  /**
   * A deny assignment.
   *
   * @param scope the id of what it is on
   * @param name its display name
   * @param actions what it denies; {@code *} stands for any text
   * @param notActions what of that it does not deny
   * @param principals the object ids of those to whom it denies it; everybody if none is named
   * @param excluded the object ids of those to whom it does not
   * @param childScopes whether it holds for what is in the scope, too
   */
  public record Denial(
      String scope,
      String name,
      List<String> actions,
      List<String> notActions,
      List<String> principals,
      List<String> excluded,
      boolean childScopes) {
    /** Copies the lists. */
    public Denial {
      actions = Copies.list(actions);
      notActions = Copies.list(notActions);
      principals = Copies.list(principals);
      excluded = Copies.list(excluded);
    }

    /** Returns one that denies actions to everybody, in the scope and below. */
    public static Denial toAll(String scope, String name, String... actions) {
      return new Denial(scope, name, List.of(actions), List.of(), List.of(), List.of(), true);
    }

    /** Returns this, but not for these actions. */
    public Denial notFor(String... others) {
      return new Denial(scope, name, actions, List.of(others), principals, excluded, childScopes);
    }

    /** Returns this, but not for these principals. */
    public Denial excluding(String... objectIds) {
      return new Denial(
          scope, name, actions, notActions, principals, List.of(objectIds), childScopes);
    }

    /** Returns this, for the scope itself only. */
    public Denial withoutChildScopes() {
      return new Denial(scope, name, actions, notActions, principals, excluded, false);
    }

    private boolean stops(String principal, String action, String id) {
      return (childScopes ? isIn(id, scope) : id.equalsIgnoreCase(scope))
          && (principals.isEmpty() || principals.contains(principal))
          && !excluded.contains(principal)
          && matchesAny(actions, action)
          && !matchesAny(notActions, action);
    }
  }

  /**
   * An assignment of Azure Policy that denies resources of a type whose property has a value.
   *
   * @param scope the id of what it is assigned to
   * @param name its display name
   * @param type the type of resource
   * @param property a property of the resource, as {@code allowSharedKeyAccess}
   * @param value the value as text
   */
  public record Policy(String scope, String name, String type, String property, String value) {}

  /** Locks a scope. */
  public synchronized void lock(String scope, String name, Level level) {
    locks.add(new Lock(scope, name, level));
  }

  /** Removes a lock. */
  public synchronized void unlock(String name) {
    locks.removeIf(lock -> lock.name().equals(name));
  }

  /** Adds a deny assignment. */
  public synchronized void deny(Denial denial) {
    denials.add(denial);
  }

  /** Assigns a policy. */
  public synchronized void disallow(Policy policy) {
    policies.add(policy);
  }

  /** Removes all locks, deny assignments and policies. */
  public synchronized void clear() {
    locks.clear();
    denials.clear();
    policies.clear();
  }

  /** The locks at a scope and above and, if wanted, below. */
  synchronized List<Lock> locks(String id, boolean below) {
    return locks.stream()
        .filter(lock -> isIn(id, lock.scope()) || (below && isIn(lock.scope(), id)))
        .toList();
  }

  /** The deny assignments at a scope and above. */
  synchronized List<Denial> denials(String id) {
    return denials.stream().filter(denial -> isIn(id, denial.scope())).toList();
  }

  synchronized Optional<Denial> denial(String principal, String action, String id) {
    return denials.stream()
        .filter(denial -> denial.stops(principal, action, id))
        .findFirst();
  }

  /** The scopes whose locks stop a method. */
  synchronized List<String> lockedScopes(String id, String method, String action) {
    return locks(id, false).stream()
        .filter(lock ->
            lock.level() == Level.READ_ONLY ? !action.endsWith("/read") : method.equals("DELETE"))
        .map(Lock::scope)
        .distinct()
        .toList();
  }

  /** The policies for a type of resource in a scope. */
  synchronized List<Policy> policies(String id, String type) {
    return policies.stream()
        .filter(policy -> isIn(id, policy.scope()) && policy.type().equalsIgnoreCase(type))
        .toList();
  }

  static boolean isIn(String id, String scope) {
    return (id.toLowerCase(Locale.ROOT) + "/").startsWith(scope.toLowerCase(Locale.ROOT) + "/");
  }

  private static boolean matchesAny(List<String> patterns, String action) {
    String lower = action.toLowerCase(Locale.ROOT);
    return patterns.stream()
        .anyMatch(pattern -> lower.matches(
            Pattern.quote(pattern.toLowerCase(Locale.ROOT)).replace("*", "\\E.*\\Q")));
  }
}
