package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A call that a plan would make, as data. It holds no value: where one is sent, a file's name stands.
 *
 * @param text the call itself: method, address, and what of its body is no value
 * @param az commands of Azure's command line that do the same, in order; empty where there are none
 * @param permissions what the call, and what is looked at before and after it, needs
 * @param effects what else happens by it, in sentences
 */
public record PlannedCall(
    String text, List<String> az, List<Permission> permissions, List<String> effects) {
  /** Copies the lists. */
  public PlannedCall {
    Objects.requireNonNull(text, "text");
    az = List.copyOf(az);
    permissions = List.copyOf(permissions);
    effects = List.copyOf(effects);
  }

  /** Returns a call of which nothing else is known. */
  public static PlannedCall of(String text) {
    return new PlannedCall(text, List.of(), List.of(), List.of());
  }

  /** Returns the call with one more command. */
  public PlannedCall withAz(String command) {
    return new PlannedCall(text, plus(az, command), permissions, effects);
  }

  /** Returns the call with one more action that it needs. */
  public PlannedCall needing(String action, String scope) {
    return new PlannedCall(
        text, az, plus(permissions, new Permission(action, scope, false)), effects);
  }

  /** Returns the call with one more action on data that it needs. */
  public PlannedCall needingData(String action, String scope) {
    return new PlannedCall(
        text, az, plus(permissions, new Permission(action, scope, true)), effects);
  }

  /** Returns the call with one more thing that happens by it, as a sentence. */
  public PlannedCall withEffect(String sentence) {
    return new PlannedCall(text, az, permissions, plus(effects, sentence));
  }

  private static <T> List<T> plus(List<T> list, T more) {
    List<T> longer = new ArrayList<>(list);
    longer.add(more);
    return longer;
  }

  /** Returns both as one, this first. */
  PlannedCall and(PlannedCall other) {
    return new PlannedCall(
        text + "; " + other.text,
        joined(az, other.az),
        joined(permissions, other.permissions),
        joined(effects, other.effects));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> joined = new ArrayList<>(first);
    joined.addAll(second);
    return joined;
  }
}
