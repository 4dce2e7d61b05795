package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.KillSwitch;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import java.util.List;
import java.util.Optional;

/**
 * A property of a resource, true or false, by which keys open nothing. Keys are kept while it is turned
 * on, and open again afterwards.
 *
 * <p>A data plane that refuses because of it has not looked at the key: that is no death, and probes
 * say so.
 */
final class ArmSwitch implements KillSwitch {
  private final ArmClient arm;
  private final ResourceId resource;
  private final Kind kind;

  private ArmSwitch(ArmClient arm, ResourceId resource, Kind kind) {
    this.arm = arm;
    this.resource = resource;
    this.kind = kind;
  }

  /**
   * What kind of resource has which property.
   *
   * @param whenOn its value while the switch is turned on
   * @param refusal the code by which data planes refuse then
   */
  private record Kind(
      String what,
      String apiVersion,
      String property,
      boolean whenOn,
      String refusal,
      List<String> breaks) {}

  /** Returns that of a storage account. */
  static ArmSwitch ofAccount(ArmClient arm, ResourceId account) {
    return new ArmSwitch(
        arm,
        account,
        new Kind(
            "the shared keys of storage account " + account.name(),
            StorageAccountKeys.API_VERSION,
            "allowSharedKeyAccess",
            false,
            "KeyBasedAuthenticationNotPermitted",
            List.of(
                "Whoever uses either key of storage account " + account.name()
                    + ", or a shared access signature made with one, is refused: blobs, queues,"
                    + " tables, and files by REST.",
                "File shares that are mounted with a key are refused, and function apps whose runtime"
                    + " or content is kept there by one do not start.",
                "Signatures that a user delegation key made, and Entra's tokens, go on working.")));
  }

  /** Returns that of a namespace of Service Bus or Event Hubs. */
  static ArmSwitch ofNamespace(ArmClient arm, ResourceId namespace, String service) {
    return new ArmSwitch(
        arm,
        namespace,
        new Kind(
            "the shared access keys of " + service + " namespace " + namespace.name(),
            AuthorizationRuleKeys.API_VERSION,
            "disableLocalAuth",
            true,
            "LocalAuthDisabled",
            List.of(
                "Whoever uses a key of any authorization rule of " + service + " namespace "
                    + namespace.name() + ", of its queues, topics or hubs too, or a token made with"
                    + " one, is refused.",
                "Who signs in with Entra goes on working.")));
  }

  @Override
  public String id() {
    return resource + "#" + kind.property();
  }

  @Override
  public String label() {
    return kind.what();
  }

  @Override
  public boolean isOn() throws RotationException {
    // A property that is absent is as Azure has it by default, which lets keys in.
    return shown().at("/properties/" + kind.property()).asBoolean(!kind.whenOn()) == kind.whenOn();
  }

  private JsonNode shown() throws RotationException {
    try {
      return arm.get(resource.toString(), kind.apiVersion());
    } catch (ArmException failed) {
      throw Failures.of("reading whether " + label() + " are turned off", failed);
    }
  }

  @Override
  public void turnOn(AttemptId attempt) throws RotationException {
    patch(true, "turning off " + label(), attempt);
  }

  @Override
  public void turnOff(AttemptId attempt) throws RotationException {
    patch(false, "turning " + label() + " on again", attempt);
  }

  private void patch(boolean on, String doing, AttemptId attempt) throws RotationException {
    try {
      arm.patch(resource.toString(), kind.apiVersion(), body(on), Failures.correlation(attempt));
    } catch (ArmException failed) {
      throw Failures.of(doing, failed);
    }
  }

  private ObjectNode body(boolean on) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("properties").set(kind.property(), BooleanNode.valueOf(on == kind.whenOn()));
    return body;
  }

  @Override
  public boolean isRefusal(ProbeAnswer answer) {
    return answer instanceof ProbeAnswer.Unclear && answer.evidence().contains(kind.refusal());
  }

  @Override
  public PlannedCall describeTurnOn() {
    return describe(true);
  }

  @Override
  public Optional<PlannedCall> describeTurnOff() {
    return Optional.of(describe(false));
  }

  private PlannedCall describe(boolean on) {
    String body = body(on).toString();
    return PlannedCall.of("PATCH " + resource + " " + body)
        .withAz(Az.command(
            "rest",
            "--method",
            "patch",
            "--url",
            resource + "?api-version=" + kind.apiVersion(),
            "--body",
            body))
        .needing(resource.type() + "/read", resource.toString())
        .needing(resource.type() + "/write", resource.toString());
  }

  @Override
  public List<String> breaks() {
    return kind.breaks();
  }

  @Override
  public Obstacles obstacles() {
    return obstacles(true);
  }

  @Override
  public Obstacles obstaclesToTurnOff() {
    return obstacles(false);
  }

  private Obstacles obstacles(boolean on) {
    String to = (on ? "turn off " : "turn on again ") + label();
    return ArmObstacles.of(arm, label(), resource.toString(), describe(on).permissions())
        .and(policies(on, to));
  }

  /** Asks Azure Policy about the resource as it would be, without what else it holds. */
  private Obstacles policies(boolean on, String to) {
    ObjectNode content = body(on);
    content.put("type", resource.type());
    content.put("name", resource.name());
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked
        .putObject("resourceDetails")
        .put("apiVersion", kind.apiVersion())
        .set("resourceContent", content);
    JsonNode evaluations;
    try {
      evaluations = arm.postRead(
              resource.group() + "/providers/Microsoft.PolicyInsights/checkPolicyRestrictions",
              "2023-03-01",
              asked)
          .at("/contentEvaluationResult/policyEvaluations");
    } catch (ArmException failed) {
      return Obstacles.unknown("Whether an Azure Policy denies to " + to + ": "
          + failed
              .missingAction()
              .map(action -> "it takes " + action + " to look")
              .orElseGet(() ->
                  "looking failed with " + failed.status() + " " + Failures.plain(failed.code()))
          + ".");
    }
    Obstacles all = Obstacles.NONE;
    for (JsonNode evaluation : evaluations) {
      if (evaluation.path("evaluationResult").asText().equalsIgnoreCase("NonCompliant")
          && evaluation.at("/effectDetails/policyEffect").asText().equalsIgnoreCase("Deny")) {
        all = all.and(Obstacles.blocked(
            Blocker.Kind.DISALLOWED,
            "the policy assignment "
                + Failures.plainId(
                    evaluation.at("/policyInfo/policyAssignmentId").asText())
                + " denies to " + to,
            "Have " + resource + " exempted from it, and plan again."));
      }
    }
    return all;
  }
}
