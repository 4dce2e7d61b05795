package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.GraphClient;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.Keyless;
import dev.rekey.rotation.KillSwitch;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Sessions;
import dev.rekey.rotation.Snapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client secrets of an Entra application, or of a service principal: any number of them side by
 * side, each of which opens the same, and none of which can be read again.
 *
 * <p>A secret is a slot, named by its key id. Of its text, which is told once, Graph shows three
 * characters afterwards: there is nothing to compare a fingerprint with.
 *
 * <p>An addition whose answer was lost leaves a secret whose text nobody knows. It carries the attempt
 * in its display name, by which {@link #issuedBy} finds it. Reads and sign-ins learn of a change late,
 * each replica for itself: a secret that is not seen may be there, and one that is seen may be gone.
 *
 * <p>Needs {@code Application.ReadWrite.OwnedBy} and that the caller owns the object, or {@code
 * Application.ReadWrite.All}. Immutable and thread-safe.
 */
final class ApplicationSecrets implements OneShotIssuer {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationSecrets.class);

  /** Graph cuts longer names of certificates at this length, and may do so here. */
  private static final int LONGEST_NAME = 90;

  private static final String MARK = "rekey ";
  private static final Pattern KEY_ID = Pattern.compile(EntraApplications.GUID);
  private static final String PERMISSION = "Application.ReadWrite.OwnedBy";

  /** A secret is gone that this many reads in a row don't show: replicas answer in turn. */
  private static final int READS = 3;

  /**
   * The longest that any page of Entra's knows for an access token: <a
   * href="https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation">28
   * hours</a> with continuous access evaluation. Without it they live 60 to 90 minutes (<a
   * href="https://learn.microsoft.com/entra/identity-platform/access-tokens">75 on average</a>), and a
   * day at most by a <a
   * href="https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes">policy</a>.
   */
  private static final Duration LONGEST_TOKEN = Duration.ofHours(28);

  private static final String TOKENS =
      "access tokens that were got with it go on being taken, which Entra can't take back (they live 60"
          + " to 90 minutes by default, a day at most by a token lifetime policy, and 28 hours at most"
          + " where access is evaluated continuously)";

  private final GraphClient graph;
  private final TokenProbe probe;
  private final FingerprintKey fingerprints;
  private final Clock clock;
  private final Duration lifetime;
  private final String id;
  private final String clientId;
  private final String label;

  /**
   * Names the object.
   *
   * @param fingerprints the key under which the new secret is fingerprinted
   * @param clock dates the end of a new secret
   * @param lifetime how long a new secret is valid; a policy of the tenant may allow less
   * @param id the path of the object in Graph, {@code /applications/…} or {@code /servicePrincipals/…}
   */
  ApplicationSecrets(
      GraphClient graph,
      TokenProbe probe,
      FingerprintKey fingerprints,
      Clock clock,
      Duration lifetime,
      String id,
      String clientId,
      String label) {
    this.graph = graph;
    this.probe = probe;
    this.fingerprints = fingerprints;
    this.clock = clock;
    this.lifetime = lifetime;
    this.id = id;
    this.clientId = clientId;
    this.label = label;
  }

  /**
   * What Graph shows of a secret.
   *
   * @param keyId its id
   * @param displayName its name, where it has one
   * @param hint its first three characters, where Graph kept them
   * @param starts from when it is valid
   * @param ends until when
   */
  record Shown(
      String keyId,
      Optional<String> displayName,
      Optional<String> hint,
      Optional<Instant> starts,
      Optional<Instant> ends) {
    /** Returns what tells this secret from others, for a person: nothing of its text. */
    String label() {
      return keyId
          + displayName.map(name -> " \"" + Failures.plainText(name) + "\"").orElse("")
          + " ("
          + starts.map(Instant::toString).orElse("?")
          + " to "
          + ends.map(Instant::toString).orElse("?")
          + ")";
    }

    /** Never shows the hint: it is a part of the value. */
    @Override
    public String toString() {
      return label();
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String label() {
    return label;
  }

  /** The id with which the application signs in. */
  String clientId() {
    return clientId;
  }

  @Override
  public Snapshot snapshot() throws RotationException {
    Map<String, Snapshot.Slot> slots = new HashMap<>();
    secrets()
        .forEach((keyId, secret) ->
            slots.put(keyId, new Snapshot.Slot(keyId, Optional.empty(), secret.starts())));
    return Snapshot.of(slots);
  }

  /** Returns what one replica shows of the secrets now, by key id; changes nothing. */
  SortedMap<String, Shown> secrets() throws RotationException {
    try {
      return shown(graph.get(id, Map.of("$select", "passwordCredentials")), label);
    } catch (ArmException failed) {
      throw Failures.of("reading the secrets of " + label, failed);
    }
  }

  /** Reads the secrets out of an application or a service principal. */
  static SortedMap<String, Shown> shown(JsonNode object, String label) throws RotationException {
    JsonNode all = object.path("passwordCredentials");
    if (!all.isArray()) {
      throw new RotationException(label + " was answered without a list of its secrets");
    }
    SortedMap<String, Shown> secrets = new TreeMap<>();
    for (JsonNode one : all) {
      String keyId = one.path("keyId").asText();
      if (!KEY_ID.matcher(keyId).matches()) {
        throw new RotationException("a secret of " + label + " was answered without its key id");
      }
      secrets.put(
          keyId,
          new Shown(
              keyId,
              text(one, "displayName"),
              text(one, "hint"),
              time(one, "startDateTime"),
              time(one, "endDateTime")));
    }
    return secrets;
  }

  private static Optional<String> text(JsonNode object, String name) {
    return Optional.ofNullable(object.path(name).textValue()).filter(text -> !text.isEmpty());
  }

  private static Optional<Instant> time(JsonNode object, String name) {
    try {
      return text(object, name).map(text -> OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }

  @Override
  public Issued issue(AttemptId attempt) throws RotationException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    // No start: Graph takes its own now, so that a clock of ours that is fast makes no secret that
    // is
    // not valid yet, which Entra refuses like a wrong one.
    body.putObject("passwordCredential")
        .put("displayName", nameOf(attempt))
        .put("endDateTime", end());
    JsonNode answer;
    try {
      answer = graph.post(id + "/addPassword", body, requestId(attempt));
    } catch (ArmException failed) {
      throw Failures.of("adding a secret to " + label, failed);
    }
    String keyId = answer.path("keyId").asText();
    Optional<String> text = text(answer, "secretText");
    if (!KEY_ID.matcher(keyId).matches() || text.isEmpty()) {
      throw new RotationException(
          "a secret was added to " + label + ", and the answer lacks its key id or its text");
    }
    Secret secret = Secret.of(text.get());
    return new Issued(keyId, fingerprints.fingerprint(secret), secret);
  }

  private String end() {
    return clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public List<String> issuedBy(AttemptId attempt) throws RotationException {
    String name = nameOf(attempt);
    return secrets().values().stream()
        .filter(secret -> secret.displayName().filter(name::equals).isPresent())
        .map(Shown::keyId)
        .toList();
  }

  /**
   * Removes a secret. That it is gone already is no failure: Graph does not know it, and no replica
   * that is asked shows it. Where one does, the first may only not know it yet, and that is a failure.
   *
   * @throws IllegalArgumentException if the slot is no key id
   */
  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    if (!KEY_ID.matcher(slot).matches()) {
      throw new IllegalArgumentException("a key id is a UUID");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("keyId", slot);
    try {
      graph.post(id + "/removePassword", body, requestId(attempt));
    } catch (ArmException failed) {
      if (!isUnknown(failed) || !isGone(slot)) {
        throw Failures.of("removing the secret " + slot + " of " + label, failed);
      }
      LOG.info("{}: secret {} was gone already", label, slot);
    }
  }

  /** Whether Graph may have said that it knows no such secret, for which it has no code of its own. */
  private static boolean isUnknown(ArmException failed) {
    return failed.status() == 400 || failed.isNotFound();
  }

  private boolean isGone(String keyId) throws RotationException {
    for (int read = 0; read < READS; read++) {
      if (secrets().containsKey(keyId)) {
        return false;
      }
    }
    return true;
  }

  /** Tries a value on the token endpoint; see {@link TokenProbe} for what its answers mean. */
  @Override
  public List<ProbeAnswer> probe(String slot, Secret value) throws InterruptedException {
    return List.of(probe.probe(clientId, value));
  }

  @Override
  public Sessions sessions(String slot) {
    return Sessions.atMost(LONGEST_TOKEN, TOKENS);
  }

  @Override
  public PlannedCall describeIssue() {
    return PlannedCall.of(
            "POST /v1.0" + id + "/addPassword {\"passwordCredential\":{\"displayName\":\"" + MARK
                + "(the run)\",\"endDateTime\":\"(" + lifetime.toDays() + " days from then)\"}}")
        // Without --append it would remove all other secrets and certificates.
        .withAz(Az.commandInto(
            "new-value.txt",
            "ad",
            kind(),
            "credential",
            "reset",
            "--id",
            objectId(),
            "--append",
            "--display-name",
            MARK + "by hand",
            "--end-date",
            end(),
            "--query",
            "password"))
        .needing(PERMISSION, address())
        .withEffect(
            "The new secret is told once. By hand, az writes it to new-value.txt, where nobody"
                + " else may read it: store it, try it, and delete the file. Without --append, az would"
                + " remove every other secret of " + label + ".");
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return PlannedCall.of("POST /v1.0" + id + "/removePassword {\"keyId\":\"" + slot + "\"}")
        .withAz(
            Az.command("ad", kind(), "credential", "delete", "--id", objectId(), "--key-id", slot))
        .needing(PERMISSION, address())
        .withEffect("The secret " + slot + " of " + label
            + " can't be brought back; its other secrets live on.");
  }

  @Override
  public Obstacles obstacles() {
    return Obstacles.unknown("Whether secrets may be added to " + label
        + " and removed, and with a lifetime of " + lifetime.toDays()
        + " days: Graph tells only when it is asked to.");
  }

  @Override
  public List<KillSwitch> killSwitches() {
    return List.of(new PrincipalSwitch(graph, clientId));
  }

  @Override
  public Optional<Keyless> keyless() {
    return Optional.of(new Keyless(
        "a managed identity in place of the application, or a federated credential of it",
        List.of(),
        ""));
  }

  /** The word of Azure's command line for what this is. */
  private String kind() {
    return id.startsWith("/applications/") ? "app" : "sp";
  }

  private String objectId() {
    return id.substring(id.lastIndexOf('/') + 1);
  }

  private String address() {
    return graph.endpoint() + "/v1.0" + id;
  }

  /** Returns the display name of what an attempt adds: the attempt, or its digest if it is long. */
  static String nameOf(AttemptId attempt) {
    String name = MARK + attempt;
    return name.length() <= LONGEST_NAME ? name : MARK + digest(attempt.toString());
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  /** Graph wants a UUID; the same attempt has the same one. */
  private static UUID requestId(AttemptId attempt) {
    return UUID.nameUUIDFromBytes(attempt.toString().getBytes(StandardCharsets.US_ASCII));
  }
}
