package dev.rekey.simulator;

import dev.rekey.simulator.Registration.Holder;
import dev.rekey.simulator.Registration.Password;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The applications and service principals of the tenant. The scenario's clients are among them. */
final class Directory {
  /** The display name of the secret that a client of the scenario has. */
  static final String CLIENT_SECRET = "client";

  private final World world;
  private final List<Registration> registrations = new ArrayList<>();

  /** Holds what the scenario names; the texts of secrets are given by {@code id/name}, or random. */
  Directory(World world, Map<String, String> texts) {
    this.world = world;
    Scenario scenario = world.scenario();
    Instant now = Ticks.floor(world.clock().instant());
    for (Scenario.Client client : scenario.clients()) {
      Application application = scenario.applications().stream()
          .filter(other -> other.id().equalsIgnoreCase(client.id()))
          .findFirst()
          .orElse(Application.of(client.id(), ""));
      register(application.secret(CLIENT_SECRET), now, texts);
    }
    for (Application application : scenario.applications()) {
      if (find(application.id()).isEmpty()) {
        register(application, now, texts);
      }
    }
  }

  private void register(Application from, Instant now, Map<String, String> texts) {
    Registration registration = new Registration(from, now);
    from.secrets()
        .forEach(
            secret -> registration.add(password(from, secret, Holder.APPLICATION, now, texts)));
    from.principalSecrets()
        .forEach(secret -> registration.add(password(from, secret, Holder.PRINCIPAL, now, texts)));
    registrations.add(registration);
  }

  private Password password(
      Application from,
      Application.Secret secret,
      Holder holder,
      Instant now,
      Map<String, String> texts) {
    String given = texts.get(key(from.id(), secret.name()));
    return new Password(
        holder,
        world.newId(),
        Optional.of(secret.name()),
        given == null ? world.newClientSecret() : given,
        now.plus(secret.startsInDays(), ChronoUnit.DAYS),
        now.plus(secret.endsInDays(), ChronoUnit.DAYS),
        Instant.MIN);
  }

  /** Under which name the text of a secret is given. */
  static String key(String applicationId, String secretName) {
    return applicationId.toLowerCase(Locale.ROOT) + "/" + secretName;
  }

  List<Registration> all() {
    return registrations;
  }

  Optional<Registration> find(String applicationId) {
    return registrations.stream()
        .filter(one -> one.from().id().equalsIgnoreCase(applicationId))
        .findFirst();
  }

  /** The text of the newest secret of this name that is there now. */
  Optional<String> text(String applicationId, String secretName) {
    return find(applicationId).stream()
        .flatMap(one -> one.passwords(world.clock().instant()).stream())
        .filter(password -> password.displayName().filter(secretName::equals).isPresent())
        .reduce((older, newer) -> newer)
        .map(Password::text);
  }

  /** Who signs in with this application id, and may do nothing unless the scenario says more. */
  Scenario.Client client(String applicationId) {
    return world
        .client(applicationId)
        .orElseGet(() -> new Scenario.Client(applicationId, Set.of("*")));
  }

  /** What a replica with a lag takes for now. */
  Instant seenAfter(Duration lag) {
    return world.clock().instant().minus(lag);
  }

  /** The object id of the application: made from its application id, never equal to it. */
  static String applicationObjectId(String applicationId) {
    return objectId("application", applicationId);
  }

  /** The object id of the service principal. */
  static String principalObjectId(String applicationId) {
    return objectId("principal", applicationId);
  }

  private static String objectId(String kind, String applicationId) {
    return UUID.nameUUIDFromBytes((kind + " " + applicationId).getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
