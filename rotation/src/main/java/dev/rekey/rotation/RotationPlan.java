package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.Signal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a rotation would do, as data: it can be printed, stored, read again, and approved by its hash.
 * It holds no value.
 *
 * @param plannedAt when the world was looked at
 * @param label what is exposed, as a fragment of a sentence
 * @param exposed the identity of the exposed value
 * @param production whether production uses it; the worst answer of all that is known
 * @param issuer the id of its issuer, or empty where none was found
 * @param issuerLabel what the issuer is, for people
 * @param exposedSlot the slot that holds the exposed value
 * @param standbySlot the slot that dependents are moved to; empty where the issuer makes a slot for each value
 * @param snapshot what the issuer's slots hold
 * @param store the id of the store
 * @param secretName the name in the store under which the new value is put
 * @param publish before which wave that is done: with it, whoever follows the name gets the new value
 * @param retire the stored versions that hold the exposed value
 * @param dependents who uses the exposed slot
 * @param standbyUsers who uses the standby slot: before that is regenerated, they are moved to the
 *     exposed one
 * @param opaque who uses the issuer, and which of its values is not known: a person moves them
 * @param found places where the exposed value was found
 * @param residue those of them that the rotation does not rewrite
 * @param gap how long dependents are without a working credential
 * @param gaps who is without one, in sentences
 * @param windows what stays open, and until when, in sentences
 * @param unknowns what can't be known, in sentences
 * @param risks what the approval must accept by name
 * @param blockers why the plan can't be approved
 * @param ladder the ways to end the danger, from the best
 * @param containment the kill switches that there are, for when it can't wait; no step uses one
 * @param steps what is done, in order
 */
public record RotationPlan(
    Instant plannedAt,
    String label,
    Fingerprint exposed,
    Signal production,
    String issuer,
    String issuerLabel,
    String exposedSlot,
    String standbySlot,
    Snapshot snapshot,
    String store,
    String secretName,
    Wave publish,
    List<StoredVersion> retire,
    List<User> dependents,
    List<User> standbyUsers,
    List<OpaqueDependent> opaque,
    List<Place> found,
    List<Place> residue,
    Duration gap,
    List<String> gaps,
    List<String> windows,
    List<String> unknowns,
    Set<Risk> risks,
    List<Blocker> blockers,
    List<Rung> ladder,
    List<PlannedSwitch> containment,
    List<RotationStep> steps) {
  /** Copies the collections. */
  public RotationPlan {
    Objects.requireNonNull(plannedAt, "plannedAt");
    Objects.requireNonNull(exposed, "exposed");
    Objects.requireNonNull(production, "production");
    Objects.requireNonNull(publish, "publish");
    retire = List.copyOf(retire);
    dependents = List.copyOf(dependents);
    standbyUsers = List.copyOf(standbyUsers);
    opaque = List.copyOf(opaque);
    found = List.copyOf(found);
    residue = List.copyOf(residue);
    gaps = List.copyOf(gaps);
    windows = List.copyOf(windows);
    unknowns = List.copyOf(unknowns);
    risks = Set.copyOf(risks);
    blockers = List.copyOf(blockers);
    ladder = List.copyOf(ladder);
    containment = List.copyOf(containment);
    steps = List.copyOf(steps);
  }

  /**
   * Somebody who uses a slot.
   *
   * @param id the dependent's id
   * @param label what it is, for people
   * @param link how it is known that it uses the slot
   * @param wave with whom it is moved
   */
  public record User(String id, String label, Link link, Wave wave) {
    /** Checks that nothing is null. */
    public User {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(link, "link");
      Objects.requireNonNull(wave, "wave");
    }
  }

  /** Returns everybody who is moved to the new value, in that order: wave by wave. */
  public List<User> moved() {
    return Stream.concat(
            dependents.stream(), standbyUsers.stream().filter(user -> !usesExposed(user)))
        .sorted(Comparator.comparing(User::wave))
        .toList();
  }

  /** Returns whether somebody uses the exposed slot. */
  boolean usesExposed(User user) {
    return dependents.stream().anyMatch(known -> known.id().equals(user.id()));
  }

  /** Returns what the steps need, each once, by scope. */
  public List<Permission> permissions() {
    return steps.stream()
        .flatMap(step -> step.call().permissions().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Returns the least that the steps need as a custom role of Azure, for {@code az role definition
   * create --role-definition}. Assign it at the scopes that {@link #permissions} name.
   */
  public String role() {
    return Role.json(this);
  }

  /** Returns what a person is told who can't wait, as a sentence; nothing where there is no switch. */
  String wayToContain() {
    return containment.isEmpty()
        ? ""
        : " If it can't wait, contain it, which cuts off everybody who uses a credential of "
            + issuerLabel + ", by "
            + String.join(" or ", containment.stream().map(PlannedSwitch::id).toList()) + ".";
  }

  /** Returns the plan as a page for people: who breaks, what stays open, what is done. */
  public String toText() {
    return new PlanText(this).write();
  }

  /** Returns the hash that an approval is bound to: {@code sha256:} and 64 hexadecimal digits. */
  public String hash() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(toJson().getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Returns the plan as one line of JSON, the same each time. */
  public String toJson() {
    return PlanJson.write(this);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is of another form: the message names the field
   */
  public static RotationPlan parse(String json) {
    return PlanJson.read(json);
  }

  /** Returns the risks in the order of their declaration. */
  public Set<Risk> orderedRisks() {
    Set<Risk> ordered = EnumSet.noneOf(Risk.class);
    ordered.addAll(risks);
    return ordered;
  }
}
