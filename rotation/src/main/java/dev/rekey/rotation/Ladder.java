package dev.rekey.rotation;

import dev.rekey.detect.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What would be better than to rotate and, last, the remedy of the rule: a plan's ladder. */
final class Ladder {
  private final List<Dependent> users;
  private final List<Rung> rungs = new ArrayList<>();

  private Ladder(List<Dependent> users) {
    this.users = users;
  }

  /** Returns the rungs from the top. */
  static List<Rung> of(
      Optional<SecretIssuer> issuer, List<Dependent> users, SecretStore store, Remedy remedy) {
    Ladder ladder = new Ladder(users);
    issuer.flatMap(SecretIssuer::keyless).ifPresent(ladder::addWithoutSecret);
    ladder.addReference(store);
    ladder.rungs.add(new Rung(
        Rung.Kind.REMEDY,
        switch (remedy) {
          case ROTATE -> "Rotate it: its issuer makes a new one, and the old one dies.";
          case REVOKE -> "Revoke it: it can be killed, and nothing new can be made by API.";
          case GUIDED -> "A person ends it, as the runbook of its rule says.";
        },
        List.of(),
        List.of()));
    return List.copyOf(ladder.rungs);
  }

  private void addWithoutSecret(Keyless keyless) {
    String roles = String.join(", ", keyless.roles());
    rungs.add(new Rung(
        Rung.Kind.WITHOUT_SECRET,
        "Use no secret: " + keyless.how()
            + (roles.isEmpty() ? "" : " with " + roles + " at " + keyless.scope())
            + ". Then turn off what takes secrets.",
        labels(true),
        labels(false)));
  }

  private void addReference(SecretStore store) {
    List<String> holders = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Dependent user : users) {
      if (user.link() != Link.REFERENCED) {
        (user.canHaveIdentity() ? holders : others).add(user.label());
      }
    }
    if (!holders.isEmpty()) {
      rungs.add(new Rung(
          Rung.Kind.REFERENCE,
          "Hold no copy: refer to the secret in " + store.id() + ".",
          holders,
          others));
    }
  }

  private List<String> labels(boolean able) {
    return users.stream()
        .filter(user -> user.canHaveIdentity() == able)
        .map(Dependent::label)
        .toList();
  }
}
