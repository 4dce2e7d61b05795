package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.GraphClient;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The applications and service principals of a tenant, as issuers of client secrets.
 *
 * <p>Which application a secret belongs to is told by the client id that stands beside it, and that
 * the value is one of its secrets by Entra, which gives a token for it. <em>Which</em> of the secrets
 * it is, no call says: Graph shows three characters of each. The key id is proved by exclusion. Entra
 * takes the value, so that it is one of the secrets that application and service principal hold; all
 * of them are seen, since both objects are in this tenant and two readings agree; all but one begin
 * otherwise, or are expired. Where a second one is left, or where not all can be seen, nothing is
 * proved, and the candidates are named to a person: removing one would be a guess.
 *
 * <p>To find an issuer needs the app role {@code Application.Read.All} of Microsoft Graph; to rotate,
 * {@code Application.ReadWrite.OwnedBy} and that the caller owns the application or service principal,
 * or {@code Application.ReadWrite.All}. Each search that has the value signs in with it once, and so
 * does each try while a rotation runs: they are in the tenant's sign-in log.
 *
 * <p>Immutable and thread-safe.
 */
public final class EntraApplications implements IssuerFinder {
  /** Where Entra is in the public cloud. */
  public static final URI PUBLIC_CLOUD = URI.create("https://login.microsoftonline.com");

  /** How long a new secret is valid unless {@link #lifetime} says otherwise: what the portal offers. */
  public static final Duration DEFAULT_LIFETIME = Duration.ofDays(180);

  static final String GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

  /** The attribute of a credential that names the client id. */
  private static final String CLIENT = "client";

  /** How the ids of the rules for Entra's credentials begin. */
  private static final String RULES = "azure.entra-";

  private static final Pattern CLIENT_ID = Pattern.compile(GUID);
  private static final Pattern ID = Pattern.compile("/(applications|servicePrincipals)/" + GUID);
  private static final int HINT = 3;

  /** So far from now a date decides, whatever our clock is worth. */
  private static final Duration CLOCKS_AGREE = Duration.ofDays(1);

  private final GraphClient graph;
  private final String tenant;
  private final URI authority;
  private final FingerprintKey fingerprints;
  private final HttpClient transport;
  private final Clock clock;
  private final Duration lifetime;
  private final TokenProbe probe;

  private EntraApplications(
      GraphClient graph,
      String tenant,
      URI authority,
      FingerprintKey fingerprints,
      HttpClient transport,
      Clock clock,
      Duration lifetime) {
    this.graph = graph;
    this.tenant = tenant;
    this.authority = authority;
    this.fingerprints = fingerprints;
    this.transport = transport;
    this.clock = clock;
    this.lifetime = lifetime;
    this.probe = new TokenProbe(transport, authority, tenant, graph.endpoint() + "/.default");
  }

  /**
   * Returns the applications of a tenant of the public cloud.
   *
   * @param graph calls as somebody in this tenant
   * @param tenant the tenant's id
   * @param fingerprints the key under which the findings were fingerprinted
   * @param transport carries the tries; it must not send a request again by itself
   * @param clock dates the end of new secrets
   * @throws IllegalArgumentException if the tenant is no UUID: names and {@code common} mean others
   */
  public static EntraApplications in(
      GraphClient graph,
      String tenant,
      FingerprintKey fingerprints,
      HttpClient transport,
      Clock clock) {
    if (!CLIENT_ID.matcher(tenant).matches()) {
      throw new IllegalArgumentException("a tenant is named by its id, a UUID");
    }
    return new EntraApplications(
        graph, tenant, PUBLIC_CLOUD, fingerprints, transport, clock, DEFAULT_LIFETIME);
  }

  /**
   * Returns these applications in another cloud.
   *
   * @param https where Entra is there, for example {@code https://login.microsoftonline.us}
   * @throws IllegalArgumentException if it is more than {@code https}, host and port, or less
   */
  public EntraApplications authority(URI https) {
    if (!"https".equalsIgnoreCase(https.getScheme())
        || https.getHost() == null
        || https.getRawUserInfo() != null
        || !String.valueOf(https.getRawPath()).matches("/?")
        || https.getRawQuery() != null) {
      throw new IllegalArgumentException("an authority is https:// and a host");
    }
    return new EntraApplications(graph, tenant, https, fingerprints, transport, clock, lifetime);
  }

  /**
   * Returns these applications with another lifetime of new secrets, of which a policy of the tenant
   * may allow less.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public EntraApplications lifetime(Duration ofNewSecrets) {
    if (ofNewSecrets.isNegative() || ofNewSecrets.isZero()) {
      throw new IllegalArgumentException("a lifetime is positive");
    }
    return new EntraApplications(
        graph, tenant, authority, fingerprints, transport, clock, ofNewSecrets);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Empty where the client id beside the credential is none of this tenant's, or the value is no
   * secret of it, as far as the replicas know that were asked: one that is seconds old may be missed.
   *
   * @throws RotationException also where there is no value, and the client id is of this tenant: only
   *     the value tells; or where a client secret has no client id beside it
   */
  @Override
  public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
      throws RotationException, InterruptedException {
    String clientId = clientId(credential);
    if (clientId.isEmpty()) {
      if (credential.rule().startsWith(RULES)) {
        throw new RotationException("no client id stands beside the client secret, so that which"
            + " application of tenant " + tenant
            + " it belongs to can't be told; find out, and write the"
            + " id beside it");
      }
      return Optional.empty();
    }
    if (value.isPresent()) {
      return find(credential, value.get())
          .map(proved -> new Holding(proved.secrets(), proved.secret().keyId()));
    }
    if (holders(clientId).isEmpty()) {
      return Optional.empty();
    }
    throw new RotationException("whether it is a secret of application " + clientId + " of tenant "
        + tenant + ", and which, is told by signing in with it: the value itself is needed. Let the"
        + " planner read the places where it was found, or put it into the store");
  }

  @Override
  public OneShotIssuer issuer(String id) throws RotationException {
    return secrets(id);
  }

  /** The client id beside a credential, or nothing where there is none, or none of Entra's form. */
  private static String clientId(Credential credential) {
    String id = credential.attributes().getOrDefault(CLIENT, "");
    return CLIENT_ID.matcher(id).matches() ? id : "";
  }

  /**
   * A secret whose key id is proved.
   *
   * @param secrets the object that holds it
   * @param secret what Graph shows of it
   */
  record Proved(ApplicationSecrets secrets, ApplicationSecrets.Shown secret) {}

  /** A secret that may be the one that is looked for. */
  private record Candidate(ApplicationSecrets secrets, ApplicationSecrets.Shown secret) {
    String label() {
      return secret.label() + " of " + secrets.label();
    }
  }

  /**
   * Returns the secret that a value is, with its key id proved; empty if no client id stands beside
   * it, there is no such application here, or it has no such secret, as far as the replicas know that
   * were asked: a secret that is seconds old may be missed.
   *
   * @param value the value itself, which stays the caller's
   * @throws RotationException if it can't be told, with what was found; nothing may be removed then
   * @throws InterruptedException if interrupted while the value was tried
   */
  Optional<Proved> find(Credential credential, Secret value)
      throws RotationException, InterruptedException {
    String clientId = clientId(credential);
    if (clientId.isEmpty()) {
      return Optional.empty();
    }
    Holders holders = holders(clientId);
    if (holders.isEmpty()) {
      return Optional.empty();
    }
    List<Candidate> candidates = candidates(clientId, holders, value);
    ProbeAnswer answer = probe.probe(clientId, value);
    if (answer instanceof ProbeAnswer.Refused) {
      if (candidates.isEmpty()) {
        return Optional.empty();
      }
      throw new RotationException("Entra does not take the value, and "
          + labels(candidates)
          + " could be it: it is another one, or not known everywhere yet. Try again later; if it stays"
          + " so, the value is dead");
    }
    if (answer instanceof ProbeAnswer.Unclear) {
      throw new RotationException("whether the value is a secret of application " + clientId
          + " can't be told, because Entra answers " + answer.evidence());
    }
    if (holders.application().isEmpty()) {
      throw new RotationException("the value is a secret of application " + clientId
          + ", which is registered in another tenant"
          + holders.home().map(home -> ", " + home + ",").orElse("")
          + " where its secrets can be seen: look there");
    }
    if (!holders(clientId).secretsOf().equals(holders.secretsOf())) {
      throw new RotationException(
          "the secrets of application " + clientId
              + " were read twice and differ: they are being changed, or replicas lag. Try again later");
    }
    if (candidates.size() == 1) {
      Candidate only = candidates.get(0);
      return Optional.of(new Proved(only.secrets(), only.secret()));
    }
    throw new RotationException(
        candidates.isEmpty()
            ? "Entra takes the value, and application " + clientId
                + " shows no secret that begins like it: replicas lag. Try again later"
            : "Entra takes the value, and which of these it is can't be told, so that removing one"
                + " would be a guess: " + labels(candidates)
                + ". The sign-in log of the service principal names the key id of each sign-in");
  }

  /** Returns the object that an earlier search found, if it is there still. */
  ApplicationSecrets secrets(String id) throws RotationException {
    if (!ID.matcher(id).matches()) {
      throw new RotationException("not the id of an application or a service principal");
    }
    try {
      return secretsOf(id, graph.get(id, Map.of("$select", "id,appId,displayName")));
    } catch (ArmException failed) {
      throw Failures.of("reading " + id, failed);
    }
  }

  /** The two objects of an application, as far as this tenant has them. */
  private record Holders(Optional<JsonNode> application, Optional<JsonNode> principal) {
    boolean isEmpty() {
      return application.isEmpty() && principal.isEmpty();
    }

    Optional<String> home() {
      return principal
          .map(object -> object.path("appOwnerOrganizationId").asText())
          .filter(home -> CLIENT_ID.matcher(home).matches());
    }

    List<String> secretsOf() throws RotationException {
      List<String> keyIds = new ArrayList<>();
      for (Optional<JsonNode> object : List.of(application, principal)) {
        if (object.isPresent()) {
          keyIds.addAll(
              ApplicationSecrets.shown(object.get(), "the application").keySet());
        }
      }
      return keyIds;
    }
  }

  private Holders holders(String clientId) throws RotationException {
    return new Holders(read("applications", clientId), read("servicePrincipals", clientId));
  }

  private Optional<JsonNode> read(String collection, String clientId) throws RotationException {
    String select = "id,appId,displayName,passwordCredentials"
        + (collection.equals("servicePrincipals") ? ",appOwnerOrganizationId" : "");
    try {
      return Optional.of(
          graph.get("/" + collection + "(appId='" + clientId + "')", Map.of("$select", select)));
    } catch (ArmException failed) {
      if (failed.isNotFound()) {
        return Optional.empty();
      }
      throw Failures.of("reading application " + clientId, failed);
    }
  }

  private List<Candidate> candidates(String clientId, Holders holders, Secret value)
      throws RotationException {
    List<Candidate> candidates = new ArrayList<>();
    for (Optional<JsonNode> object : List.of(holders.application(), holders.principal())) {
      if (object.isEmpty()) {
        continue;
      }
      String collection =
          object.equals(holders.application()) ? "/applications/" : "/servicePrincipals/";
      ApplicationSecrets secrets =
          secretsOf(collection + object.get().path("id").asText(), object.get());
      for (ApplicationSecrets.Shown secret :
          ApplicationSecrets.shown(object.get(), "application " + clientId).values()) {
        if (mayBe(secret, value)) {
          candidates.add(new Candidate(secrets, secret));
        }
      }
    }
    return candidates;
  }

  /** A secret without a hint may be any. */
  private boolean mayBe(ApplicationSecrets.Shown secret, Secret value) {
    Instant now = clock.instant();
    boolean begins = secret.hint().isEmpty()
        || value
            .reveal(characters -> new String(characters, 0, Math.min(HINT, characters.length)))
            .equals(secret.hint().get());
    return begins
        && secret.ends().filter(end -> end.plus(CLOCKS_AGREE).isBefore(now)).isEmpty()
        && secret
            .starts()
            .filter(start -> start.minus(CLOCKS_AGREE).isAfter(now))
            .isEmpty();
  }

  private ApplicationSecrets secretsOf(String id, JsonNode object) throws RotationException {
    String clientId = object.path("appId").asText();
    if (!ID.matcher(id).matches() || !CLIENT_ID.matcher(clientId).matches()) {
      throw new RotationException("an application was answered without its ids");
    }
    String what = id.startsWith("/applications/") ? "application " : "service principal ";
    String name = Failures.plainText(object.path("displayName").asText());
    return new ApplicationSecrets(
        graph,
        probe,
        fingerprints,
        clock,
        lifetime,
        id,
        clientId,
        what + name + " (" + clientId + ")");
  }

  private static String labels(List<Candidate> candidates) {
    return candidates.stream().map(Candidate::label).collect(Collectors.joining("; "));
  }
}
