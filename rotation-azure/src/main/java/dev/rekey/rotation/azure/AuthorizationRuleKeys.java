package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.Keyless;
import dev.rekey.rotation.KillSwitch;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Sessions;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The two keys of an authorization rule of Service Bus or Event Hubs.
 *
 * <p>The service takes the value of a new key from who asks for it, so the same request made twice, by
 * a proxy for example, is one change. The value is random for each attempt, and not derived from it:
 * the attempt's id stands in the journal, and a value that can be computed from what is written down,
 * even with the fingerprint key, is no secret. So a process that died does not know the value that it
 * sent; the run reads it back with the keys, which this issuer hands out at any time. A key that only
 * has to die is made by the service, so that nobody ever held what comes after it.
 *
 * <p>The service does not say when a key was made. Tokens signed with the old value are refused at
 * once, but an AMQP link that was opened with one lives on until the end that the token states. Whoever
 * has the key chooses that end, so that for how long is not known.
 */
final class AuthorizationRuleKeys implements SlotIssuer {
  /** A version that both services have. */
  static final String API_VERSION = "2021-11-01";

  private static final String NAMESPACES = "/namespaces";
  private static final Map<String, String> SLOTS =
      Map.of("PrimaryKey", "primaryKey", "SecondaryKey", "secondaryKey");

  private final ArmClient arm;
  private final FingerprintKey fingerprints;
  private final SharedAccessProbe probe;
  private final SecureRandom random;
  private final ResourceId id;

  AuthorizationRuleKeys(
      ArmClient arm,
      FingerprintKey fingerprints,
      SharedAccessProbe probe,
      SecureRandom random,
      ResourceId id) {
    this.arm = arm;
    this.fingerprints = fingerprints;
    this.probe = probe;
    this.random = random;
    this.id = id;
  }

  @Override
  public String id() {
    return id.toString();
  }

  @Override
  public String label() {
    return "authorization rule " + id.name() + " of " + (isOfNamespace() ? "" : entity() + " in ")
        + service() + " namespace "
        + namespace().name();
  }

  private boolean isServiceBus() {
    return id.type().toLowerCase(Locale.ROOT).startsWith("microsoft.servicebus/");
  }

  private boolean isOfNamespace() {
    return id.parent().type().toLowerCase(Locale.ROOT).endsWith(NAMESPACES);
  }

  private ResourceId namespace() {
    return isOfNamespace() ? id.parent() : id.parent().parent();
  }

  private String entity() {
    return isOfNamespace() ? "" : id.parent().name();
  }

  @Override
  public Snapshot snapshot() throws RotationException {
    JsonNode keys = listKeys();
    Map<String, Snapshot.Slot> slots = new HashMap<>();
    for (String slot : SLOTS.keySet()) {
      try (Secret value = value(keys, slot)) {
        slots.put(slot, new Snapshot.Slot(fingerprints.fingerprint(value), Optional.empty()));
      }
    }
    return Snapshot.of(slots);
  }

  @Override
  public Optional<Secret> read(String slot) throws RotationException {
    return Optional.of(value(listKeys(), slot));
  }

  @Override
  public Issued issue(String slot, AttemptId attempt) throws RotationException {
    try (Secret fresh = SharedAccessKey.make(random, isServiceBus() ? "+ASb" : "+AEh", seed())) {
      ObjectNode body = body(slot);
      fresh.reveal(characters -> body.put("key", new String(characters)));
      // What the service says that it holds counts, whatever it was asked for.
      Secret held = value(regenerate(slot, body, attempt), slot);
      return new Issued(slot, fingerprints.fingerprint(held), held);
    }
  }

  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    regenerate(slot, body(slot), attempt);
  }

  @Override
  public List<ProbeAnswer> probe(String slot, Secret value)
      throws RotationException, InterruptedException {
    JsonNode namespace;
    try {
      namespace = arm.get(namespace().toString(), API_VERSION);
    } catch (ArmException failed) {
      throw Failures.of("reading the namespace of " + label(), failed);
    }
    Optional<URI> endpoint = Endpoints.https(namespace.at("/properties/serviceBusEndpoint"));
    return endpoint.isPresent()
        ? List.of(probe.probe(endpoint.get(), entity(), id.name(), value))
        : List.of();
  }

  @Override
  public PlannedCall describeIssue(String slot) {
    return regenerating(slot, "{\"keyType\":\"" + slot + "\",\"key\":\"(made then)\"}");
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return regenerating(slot, "{\"keyType\":\"" + slot + "\"}");
  }

  @Override
  public Sessions sessions(String slot) {
    return Sessions.openEnded(
        "AMQP links that were opened with a token of that key live on until the end"
            + " that the token states, which whoever signed it chose");
  }

  @Override
  public Obstacles obstacles() {
    return ArmObstacles.of(
        arm, label(), id.toString(), describeRevoke("PrimaryKey").permissions());
  }

  @Override
  public List<KillSwitch> killSwitches() {
    return List.of(ArmSwitch.ofNamespace(arm, namespace(), service()));
  }

  @Override
  public Optional<Keyless> keyless() {
    String data = "Azure " + service() + " Data ";
    return Optional.of(new Keyless(
        "a managed identity",
        List.of(
            data + "Sender", data + "Receiver", data + "Owner (where the rule's right is Manage)"),
        id.parent().toString()));
  }

  private String service() {
    return isServiceBus() ? "Service Bus" : "Event Hubs";
  }

  private PlannedCall regenerating(String slot, String body) {
    String type = id.type();
    return PlannedCall.of("POST " + id + "/regenerateKeys " + body)
        // Not "keys renew": its --key is the slot in some versions of az, and the new value in
        // others.
        .withAz(Az.command(
            "rest",
            "--method",
            "post",
            "--url",
            id + "/regenerateKeys?api-version=" + API_VERSION,
            "--body",
            "{\"keyType\":\"" + slot + "\"}"))
        .needing(type + "/read", id.toString())
        .needing(type + "/listKeys/action", id.toString())
        .needing(type + "/regenerateKeys/action", id.toString())
        .withEffect("Every token that " + slot + " of " + label() + " signed dies with its value;"
            + " links that are open live until their token ends. By hand, the service makes the new"
            + " value, and listKeys tells it.");
  }

  /** The most that the rule allows, as the services mark their own keys. */
  private String seed() throws RotationException {
    JsonNode rights;
    try {
      rights = arm.get(id.toString(), API_VERSION).at("/properties/rights");
    } catch (ArmException failed) {
      throw Failures.of("reading " + label(), failed);
    }
    List<String> all = new ArrayList<>();
    rights.forEach(right -> all.add(right.asText()));
    return all.contains("Manage") ? "Manage00" : all.contains("Send") ? "Send0000" : "Listen00";
  }

  private static ObjectNode body(String slot) {
    return JsonNodeFactory.instance.objectNode().put("keyType", slot);
  }

  private JsonNode listKeys() throws RotationException {
    try {
      return arm.postRead(id + "/listKeys", API_VERSION);
    } catch (ArmException failed) {
      throw Failures.of("listing the keys of " + label(), failed);
    }
  }

  private JsonNode regenerate(String slot, ObjectNode body, AttemptId attempt)
      throws RotationException {
    try {
      return arm.post(id + "/regenerateKeys", API_VERSION, body, Failures.correlation(attempt));
    } catch (ArmException failed) {
      throw Failures.of("regenerating " + slot + " of " + label(), failed);
    }
  }

  private Secret value(JsonNode keys, String slot) throws RotationException {
    String field = SLOTS.get(slot);
    if (field == null) {
      throw new RotationException(label() + " has no key " + slot);
    }
    String text = keys.path(field).textValue();
    if (text == null || text.isEmpty()) {
      throw new RotationException("the keys of " + label() + " were answered without " + slot);
    }
    return Secret.of(text);
  }
}
