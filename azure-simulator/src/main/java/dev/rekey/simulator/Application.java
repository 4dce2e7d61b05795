package dev.rekey.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An Entra application with its service principal, as Microsoft Graph shows them. Immutable; never
 * holds the text of a secret.
 *
 * <p>It signs in with any of its secrets and, unless the scenario has a {@link Scenario.Client} of
 * the same id, may then do nothing.
 *
 * @param id the application's id, which clients call client id
 * @param name what people see
 * @param owners the ids of the clients that own application and service principal
 * @param secrets the secrets of the application
 * @param principalSecrets the secrets of the service principal, which open the same
 * @param audience who may sign in, {@code AzureADMyOrg} if empty
 * @param homeTenant the tenant in which the application is registered; empty is the scenario's. The
 *     application of another tenant is not seen here, its service principal is
 * @param properties what else is shown of both objects, of what each has: {@code notes}, {@code
 *     description}, {@code web} and others
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Application(
    String id,
    String name,
    Set<String> owners,
    List<Secret> secrets,
    List<Secret> principalSecrets,
    String audience,
    String homeTenant,
    Map<String, Object> properties) {
  private static final String DEFAULT_AUDIENCE = "AzureADMyOrg";

  /**
   * A secret that is there from the start.
   *
   * @param name its display name, unique within the application
   * @param startsInDays from when it is valid, in days from the simulator's start
   * @param endsInDays until when, likewise; 0 is 730
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Secret(String name, int startsInDays, int endsInDays) {
    private static final int DEFAULT_DAYS = 730;

    /** Checks the name. */
    public Secret {
      name = Copies.named("secret", name, "[A-Za-z0-9._-]{1,64}");
      endsInDays = endsInDays == 0 ? DEFAULT_DAYS : endsInDays;
    }
  }

  /** Checks the ids and the names of the secrets. */
  public Application {
    id = Copies.named("application", id, Scenario.GUID);
    name = Copies.text(name).isEmpty() ? id : name;
    owners = Copies.set(owners);
    secrets = Copies.list(secrets);
    principalSecrets = Copies.list(principalSecrets);
    audience = Copies.text(audience).isEmpty() ? DEFAULT_AUDIENCE : audience;
    homeTenant = Copies.text(homeTenant);
    properties = Copies.documents(properties);
    if (!homeTenant.isEmpty()) {
      Copies.named("home tenant", homeTenant, Scenario.GUID);
    }
    Set<String> seen = new HashSet<>();
    for (Secret secret : all(secrets, principalSecrets)) {
      if (!seen.add(secret.name())) {
        throw new IllegalArgumentException(
            "The application " + id + " names this secret twice: " + secret.name());
      }
    }
  }

  private static <V> List<V> all(Collection<V> some, Collection<V> more) {
    List<V> both = new ArrayList<>(some);
    both.addAll(more);
    return both;
  }

  /** Returns an application without owners and secrets. */
  public static Application of(String id, String name) {
    return new Application(id, name, Set.of(), List.of(), List.of(), "", "", Map.of());
  }

  /** Returns this application with one more owner. */
  public Application ownedBy(String clientId) {
    Set<String> more = new LinkedHashSet<>(owners);
    more.add(clientId);
    return new Application(
        id, name, more, secrets, principalSecrets, audience, homeTenant, properties);
  }

  /** Returns this application with one more secret, valid for two years. */
  public Application secret(String secretName) {
    return secret(secretName, 0, 0);
  }

  /** Returns this application with one more secret; see {@link Secret}. */
  public Application secret(String secretName, int startsInDays, int endsInDays) {
    return new Application(
        id,
        name,
        owners,
        all(secrets, List.of(new Secret(secretName, startsInDays, endsInDays))),
        principalSecrets,
        audience,
        homeTenant,
        properties);
  }

  /** Returns this application with one more secret of its service principal. */
  public Application principalSecret(String secretName) {
    return new Application(
        id,
        name,
        owners,
        secrets,
        all(principalSecrets, List.of(new Secret(secretName, 0, 0))),
        audience,
        homeTenant,
        properties);
  }

  /** Returns this application for other accounts, for example {@code AzureADMultipleOrgs}. */
  public Application audience(String signInAudience) {
    return new Application(
        id, name, owners, secrets, principalSecrets, signInAudience, homeTenant, properties);
  }

  /** Returns this application registered in another tenant. */
  public Application homeTenant(String tenant) {
    return new Application(
        id, name, owners, secrets, principalSecrets, audience, tenant, properties);
  }

  /** Returns this application with one more property, shown where an object has it. */
  public Application property(String name, Object value) {
    return new Application(
        id,
        this.name,
        owners,
        secrets,
        principalSecrets,
        audience,
        homeTenant,
        Copies.plus(properties, name, value));
  }
}
