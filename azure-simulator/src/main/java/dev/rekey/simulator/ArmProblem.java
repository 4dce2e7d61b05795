package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Supplier;

/** The refusals of Azure Resource Manager and of App Service, in their own words and shapes. */
final class ArmProblem {
  private ArmProblem() {}

  /** A refusal of the gateway, which marks its own. */
  static Refusal gateway(int status, String code, String message) {
    return new Refusal(
        Reply.json(status, Json.error(code, message)).with("x-ms-failure-cause", "gateway"));
  }

  /** A refusal of a resource provider. */
  static Refusal provider(int status, String code, String message) {
    return new Refusal(Reply.json(status, Json.error(code, message)));
  }

  static Refusal forbidden(Scenario.Client client, String action, String scope) {
    String principal = World.objectId(client);
    return gateway(
        403,
        "AuthorizationFailed",
        "The client '" + client.id() + "' with object id '" + principal
            + "' does not have authorization to perform action '" + action + "' over scope '"
            + scope
            + "' or the scope is invalid. If access was recently granted, please refresh your"
            + " credentials.");
  }

  static Refusal denied(Scenario.Client client, String action, String scope, Guards.Denial denial) {
    return gateway(
        403,
        "DenyAssignmentAuthorizationFailed",
        "The client '" + client.id() + "' with object id '" + World.objectId(client)
            + "' has permission to perform action '" + action + "' on scope '" + scope
            + "'; however, the access is denied because of the deny assignment with name '"
            + denial.name() + "' and Id '"
            + Directory.principalObjectId(denial.name()).replace("-", "") + "' at scope '"
            + denial.scope() + "'.");
  }

  static Supplier<Refusal> noSubscription(String id) {
    return () ->
        gateway(404, "SubscriptionNotFound", "The subscription '" + id + "' could not be found.");
  }

  static Supplier<Refusal> noGroup(String name) {
    return () ->
        gateway(404, "ResourceGroupNotFound", "Resource group '" + name + "' could not be found.");
  }

  static Supplier<Refusal> noResource(String path, String group) {
    return () -> gateway(
        404,
        "ResourceNotFound",
        "The Resource '" + path + "' under resource group '" + group
            + "' was not found. For more details please go to"
            + " https://aka.ms/ARMResourceNotFoundFix");
  }

  static Refusal locked(String scope, String lockedScope) {
    return gateway(
        409,
        "ScopeLocked",
        "The scope '" + scope + "' cannot perform write operation because following scope(s) are"
            + " locked: '" + lockedScope + "'. Please remove the lock and try again.");
  }

  static Refusal method(Call call, String allowed) {
    return new Refusal(Reply.json(
            405,
            Json.error(
                "MethodNotAllowed",
                "The requested resource does not support http method '" + call.method() + "'."))
        .with("Allow", allowed));
  }

  static Refusal missingVersion() {
    return gateway(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.");
  }

  static Refusal invalidVersion(String version, List<String> supported) {
    return gateway(
        400,
        "InvalidApiVersionParameter",
        "The api-version '" + version + "' is invalid. The supported versions are '"
            + String.join(",", supported) + "'.");
  }

  static Refusal unregistered(
      String location, String version, String type, List<String> supported) {
    return gateway(
        400,
        "NoRegisteredProviderFound",
        "No registered resource provider found for location '" + location + "' and API version '"
            + version + "' for type '" + type + "'. The supported api-versions are '"
            + String.join(", ", supported) + "'. The supported locations are '" + location + "'.");
  }

  static Refusal content(String why) {
    return gateway(
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: '" + why + "'.");
  }

  /** App Service's own shape: PascalCase, the message three times over. */
  static Refusal appService(int status, String code, String extended, String message) {
    ObjectNode json = Json.object();
    json.put("Code", code);
    json.put("Message", message);
    json.putNull("Target");
    var details = json.putArray("Details");
    details.addObject().put("Message", message);
    details.addObject().put("Code", code);
    ObjectNode entity = details.addObject().putObject("ErrorEntity");
    entity.put("ExtendedCode", extended);
    entity.put("MessageTemplate", message);
    entity.putArray("Parameters");
    entity.put("Code", code);
    entity.put("Message", message);
    json.putNull("Innererror");
    return new Refusal(Reply.json(status, json));
  }
}
