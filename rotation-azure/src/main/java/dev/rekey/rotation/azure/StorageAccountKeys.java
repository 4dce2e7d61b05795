package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two keys of a storage account.
 *
 * <p>Regenerating one changes its value and its {@code creationTime} and leaves the other alone.
 * Everything signed with the old value dies with it, shared access signatures included.
 */
final class StorageAccountKeys implements SlotIssuer {
  static final String API_VERSION = "2024-01-01";

  private final ArmClient arm;
  private final FingerprintKey fingerprints;
  private final BlobProbe probe;
  private final String id;
  private final String name;

  StorageAccountKeys(
      ArmClient arm, FingerprintKey fingerprints, BlobProbe probe, String id, String name) {
    this.arm = arm;
    this.fingerprints = fingerprints;
    this.probe = probe;
    this.id = id;
    this.name = name;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String label() {
    return "storage account " + name;
  }

  /** The name of the account, as its logs have it. */
  String account() {
    return name;
  }

  @Override
  public Snapshot snapshot() throws RotationException {
    Map<String, Snapshot.Slot> slots = new HashMap<>();
    for (JsonNode key : listKeys()) {
      try (Secret value = value(key)) {
        slots.put(keyName(key), new Snapshot.Slot(fingerprints.fingerprint(value), createdAt(key)));
      }
    }
    return Snapshot.of(slots);
  }

  @Override
  public Optional<Secret> read(String slot) throws RotationException {
    return Optional.of(find(listKeys(), slot));
  }

  @Override
  public Issued issue(String slot, AttemptId attempt) throws RotationException {
    Secret value = find(regenerate(slot, attempt), slot);
    return new Issued(slot, fingerprints.fingerprint(value), value);
  }

  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    regenerate(slot, attempt);
  }

  @Override
  public List<ProbeAnswer> probe(String slot, Secret value)
      throws RotationException, InterruptedException {
    JsonNode account;
    try {
      account = arm.get(id, API_VERSION);
    } catch (ArmException failed) {
      throw Failures.of("reading " + label(), failed);
    }
    Optional<URI> blob = Endpoints.https(account.at("/properties/primaryEndpoints/blob"));
    return blob.isPresent() ? List.of(probe.probe(blob.get(), name, value)) : List.of();
  }

  @Override
  public PlannedCall describeIssue(String slot) {
    PlannedCall call = PlannedCall.of(
            "POST " + id + "/regenerateKey {\"keyName\":\"" + slot + "\"}")
        .needing("Microsoft.Storage/storageAccounts/read", id)
        .needing("Microsoft.Storage/storageAccounts/listkeys/action", id)
        .needing("Microsoft.Storage/storageAccounts/regeneratekey/action", id)
        .withEffect("Every shared access signature that " + slot + " of " + label()
            + " signed dies with its value.");
    return command(slot).map(call::withAz).orElse(call);
  }

  /** Azure's command line has words of its own for the two keys, and none for others. */
  private Optional<String> command(String slot) {
    String word = Map.of("key1", "primary", "key2", "secondary").getOrDefault(slot, "");
    if (word.isEmpty()) {
      return Optional.empty();
    }
    ResourceId account = ResourceId.parse(id);
    return Optional.of(Az.command(
        "storage",
        "account",
        "keys",
        "renew",
        "--subscription",
        account.subscription(),
        "--resource-group",
        account.resourceGroup(),
        "--account-name",
        name,
        "--key",
        word));
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return describeIssue(slot);
  }

  @Override
  public Obstacles obstacles() {
    return ArmObstacles.of(arm, label(), id, describeIssue("key1").permissions());
  }

  @Override
  public List<KillSwitch> killSwitches() {
    return List.of(ArmSwitch.ofAccount(arm, ResourceId.parse(id)));
  }

  @Override
  public Optional<Keyless> keyless() {
    return Optional.of(new Keyless(
        "a managed identity",
        List.of(
            "Storage Blob Data Contributor",
            "Storage Queue Data Contributor",
            "Storage Table Data Contributor",
            "Storage File Data Privileged Contributor"),
        id));
  }

  private JsonNode listKeys() throws RotationException {
    try {
      return keys(arm.postRead(id + "/listKeys", API_VERSION));
    } catch (ArmException failed) {
      throw Failures.of("listing the keys of " + label(), failed);
    }
  }

  private JsonNode regenerate(String slot, AttemptId attempt) throws RotationException {
    JsonNode body = JsonNodeFactory.instance.objectNode().put("keyName", slot);
    try {
      return keys(
          arm.post(id + "/regenerateKey", API_VERSION, body, Failures.correlation(attempt)));
    } catch (ArmException failed) {
      throw Failures.of("regenerating " + slot + " of " + label(), failed);
    }
  }

  private JsonNode keys(JsonNode answer) throws RotationException {
    JsonNode keys = answer.path("keys");
    if (!keys.isArray() || keys.isEmpty()) {
      throw new RotationException(
          "the keys of " + label() + " were answered without a list of keys");
    }
    return keys;
  }

  private Secret find(JsonNode keys, String slot) throws RotationException {
    for (JsonNode key : keys) {
      if (keyName(key).equals(slot)) {
        return value(key);
      }
    }
    throw new RotationException(label() + " has no key " + slot);
  }

  private Secret value(JsonNode key) throws RotationException {
    return Secret.of(text(key, "value"));
  }

  private String keyName(JsonNode key) throws RotationException {
    return text(key, "keyName");
  }

  private String text(JsonNode key, String field) throws RotationException {
    String text = key.path(field).textValue();
    if (text == null || text.isEmpty()) {
      throw new RotationException("a key of " + label() + " was answered without its " + field);
    }
    return text;
  }

  /** Accounts that are older than this field answer without it. */
  private static Optional<Instant> createdAt(JsonNode key) {
    try {
      return Optional.of(Instant.parse(key.path("creationTime").asText()));
    } catch (DateTimeException absent) {
      return Optional.empty();
    }
  }
}
