package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.GraphClient;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.KillSwitch;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The service principal of an application in this tenant, which gets no token any more while it is
 * disabled: by no secret, certificate or federated credential.
 */
final class PrincipalSwitch implements KillSwitch {
  private static final String PERMISSION = "Application.ReadWrite.All";
  private static final String ENABLED = "accountEnabled";

  private final GraphClient graph;
  private final String clientId;

  PrincipalSwitch(GraphClient graph, String clientId) {
    this.graph = graph;
    this.clientId = clientId;
  }

  private String path() {
    return "/servicePrincipals(appId='" + clientId + "')";
  }

  @Override
  public String id() {
    return path() + "#" + ENABLED;
  }

  @Override
  public String label() {
    return "the sign-ins of application " + clientId;
  }

  @Override
  public boolean isOn() throws RotationException {
    return !principal().path(ENABLED).asBoolean(true);
  }

  private JsonNode principal() throws RotationException {
    try {
      return graph.get(path(), Map.of("$select", "id," + ENABLED));
    } catch (ArmException failed) {
      throw Failures.of("reading the service principal of application " + clientId, failed);
    }
  }

  @Override
  public void turnOn(AttemptId attempt) throws RotationException {
    enable(false, "disabling", attempt);
  }

  @Override
  public void turnOff(AttemptId attempt) throws RotationException {
    enable(true, "enabling", attempt);
  }

  private void enable(boolean enabled, String doing, AttemptId attempt) throws RotationException {
    String id = principal().path("id").asText();
    if (!id.matches(EntraApplications.GUID)) {
      throw new RotationException(
          "the service principal of application " + clientId + " was answered without its id");
    }
    try {
      graph.patch(
          "/servicePrincipals/" + id,
          JsonNodeFactory.instance.objectNode().put(ENABLED, enabled),
          UUID.nameUUIDFromBytes(attempt.toString().getBytes(StandardCharsets.US_ASCII)));
    } catch (ArmException failed) {
      throw Failures.of(doing + " the service principal of application " + clientId, failed);
    }
  }

  /** AADSTS7000112: the application is disabled. */
  @Override
  public boolean isRefusal(ProbeAnswer answer) {
    return answer instanceof ProbeAnswer.Unclear && answer.evidence().contains("7000112");
  }

  @Override
  public PlannedCall describeTurnOn() {
    return describe(false);
  }

  @Override
  public Optional<PlannedCall> describeTurnOff() {
    return Optional.of(describe(true));
  }

  private PlannedCall describe(boolean enabled) {
    return PlannedCall.of("PATCH /v1.0" + path() + " {\"" + ENABLED + "\":" + enabled + "}")
        .withAz(
            Az.command("ad", "sp", "update", "--id", clientId, "--set", ENABLED + "=" + enabled))
        .needing(PERMISSION, graph.endpoint() + "/v1.0" + path());
  }

  @Override
  public List<String> breaks() {
    return List.of(
        "Whoever signs in as application " + clientId
            + " in this tenant gets no token, with any of its secrets, certificates or federated"
            + " credentials; and nobody can sign in to it.",
        "Tokens that were got before go on being taken until they end; where an application has"
            + " service principals in other tenants, it signs in there as before.");
  }

  @Override
  public Obstacles obstacles() {
    return Obstacles.unknown(
        "Whether " + label() + " may be turned off and on again: Graph tells only"
            + " when it is asked to. It takes " + PERMISSION + ".");
  }
}
