package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The refusals of Key Vault, in its own words and shape. */
final class VaultProblem {
  private VaultProblem() {}

  static Refusal method(Call call) {
    return refuse(
        405,
        "MethodNotAllowed",
        "The HTTP method " + call.method() + " is not supported for this resource.",
        "");
  }

  static Refusal bad(String message) {
    return refuse(400, "BadParameter", message, "");
  }

  static Refusal refuse(int status, String code, String message, String inner) {
    ObjectNode json = Json.error(code, message);
    if (!inner.isEmpty()) {
      ((ObjectNode) json.path("error")).putObject("innererror").put("code", inner);
    }
    return new Refusal(Reply.json(status, json));
  }
}
