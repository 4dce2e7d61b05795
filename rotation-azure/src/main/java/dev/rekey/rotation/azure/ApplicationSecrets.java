package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.GraphClient;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The client secrets of an Entra application, or of a service principal: any number of them side by
 * side, each of which opens the same, and none of which can be read again.
 *
 * <p>What an issuer of this model can do, and what not:
 *
 * <ul>
 *   <li>A secret is known by its key id. Its text is told once, by {@link #add}; afterwards Graph shows
 *       three characters of it and its dates. There is nothing to compare a fingerprint with.
 *   <li>Adding kills nobody, so that it needs no gate; removing is the one call that does.
 *   <li>An addition whose answer was lost leaves a secret whose text nobody knows. It carries the
 *       attempt in its display name: {@link #find} finds it, and it is to be removed before the next
 *       is added.
 *   <li>Reads and sign-ins learn of a change late, each replica for itself. A secret that is not seen
 *       may be there, and one that is seen may be gone: look several times, for as long as the policy
 *       of the proof says, before anything follows from an absence.
 * </ul>
 *
 * <p>Needs {@code Application.ReadWrite.OwnedBy} and that the caller owns the object, or {@code
 * Application.ReadWrite.All}. Immutable and thread-safe.
 */
final class ApplicationSecrets {
  /** Graph cuts longer names of certificates at this length, and may do so here. */
  private static final int LONGEST_NAME = 90;

  private static final String MARK = "rekey ";
  private static final Pattern KEY_ID = Pattern.compile(EntraApplications.GUID);

  private final GraphClient graph;
  private final TokenProbe probe;
  private final Clock clock;
  private final Duration lifetime;
  private final String id;
  private final String clientId;
  private final String label;

  /**
   * Names the object.
   *
   * @param clock dates the end of a new secret
   * @param lifetime how long a new secret is valid; a policy of the tenant may allow less
   * @param id the path of the object in Graph, {@code /applications/…} or {@code /servicePrincipals/…}
   */
  ApplicationSecrets(
      GraphClient graph,
      TokenProbe probe,
      Clock clock,
      Duration lifetime,
      String id,
      String clientId,
      String label) {
    this.graph = graph;
    this.probe = probe;
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

  /**
   * A secret that was added.
   *
   * @param keyId its id
   * @param text its text, which is told this once; the caller closes it
   */
  record Added(String keyId, Secret text) implements AutoCloseable {
    @Override
    public void close() {
      text.close();
    }
  }

  /** Returns the path of the object in Graph, by which {@link EntraApplications} finds it again. */
  String id() {
    return id;
  }

  /** Returns what it is, for people. */
  String label() {
    return label;
  }

  /** Returns what one replica shows of the secrets now, by key id; changes nothing. */
  SortedMap<String, Shown> snapshot() throws RotationException {
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

  /**
   * Adds a secret under the attempt's name and returns its text, once. It is never tried again
   * blindly: a failure leaves open whether it took effect, and {@link #find} looks.
   */
  Added add(AttemptId attempt) throws RotationException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    // No start: Graph takes its own now, so that a clock of ours that is fast makes no secret that
    // is
    // not valid yet, which Entra refuses like a wrong one.
    body.putObject("passwordCredential")
        .put("displayName", nameOf(attempt))
        .put(
            "endDateTime",
            clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS).toString());
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
    return new Added(keyId, Secret.of(text.get()));
  }

  /**
   * Returns the key ids of the secrets that an attempt added, as one replica shows them. The observing
   * twin of {@link #add}; that nothing is found proves nothing while replicas lag.
   */
  List<String> find(AttemptId attempt) throws RotationException {
    String name = nameOf(attempt);
    return snapshot().values().stream()
        .filter(secret -> secret.displayName().filter(name::equals).isPresent())
        .map(Shown::keyId)
        .toList();
  }

  /**
   * Removes a secret, which dies as replicas learn of it; tokens that were got with it live on until
   * they expire. A failure leaves open whether it took effect: {@link #snapshot} looks. A secret that
   * is gone already, or that the asked replica does not know yet, is a failure too.
   *
   * @throws IllegalArgumentException if the key id is none
   */
  void remove(String keyId, AttemptId attempt) throws RotationException {
    if (!KEY_ID.matcher(keyId).matches()) {
      throw new IllegalArgumentException("a key id is a UUID");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("keyId", keyId);
    try {
      graph.post(id + "/removePassword", body, requestId(attempt));
    } catch (ArmException failed) {
      throw Failures.of("removing the secret " + keyId + " of " + label, failed);
    }
  }

  /** Tries a value on the token endpoint; see {@link TokenProbe} for what its answers mean. */
  List<ProbeAnswer> probe(Secret value) throws InterruptedException {
    return List.of(probe.probe(clientId, value));
  }

  /** Returns the call that {@link #add} would make, for the plan. */
  String describeAdd() {
    return "POST /v1.0" + id + "/addPassword";
  }

  /** Returns the call that {@link #remove} would make, for the plan. */
  String describeRemove(String keyId) {
    return "POST /v1.0" + id + "/removePassword {\"keyId\":\"" + keyId + "\"}";
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
