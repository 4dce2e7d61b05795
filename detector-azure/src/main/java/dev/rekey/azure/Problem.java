package dev.rekey.azure;

import com.azure.core.http.HttpHeaderName;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.text.PlainText;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an {@link ArmException} is made of, and the reading of ARM's error shapes. */
record Problem(
    ArmException.Reason reason,
    int status,
    String code,
    String text,
    String operation,
    String requestId,
    String missingAction,
    @Nullable Duration retryAfter) {
  private static final int MOST_TEXT = 600;
  private static final int DEEPEST_INNER = 10;
  private static final Pattern ACTION =
      Pattern.compile("perform action '([A-Za-z0-9./*_-]{1,200})'");
  private static final Pattern SCOPE = Pattern.compile("(?:over|on) scope '([^']{1,300})'");

  /** A call that got no answer. */
  static ArmException withoutAnswer(
      ArmException.Reason reason, String operation, String advice, @Nullable Throwable cause) {
    Problem problem = new Problem(reason, 0, "", "", operation, "", "", null);
    return new ArmException(problem, operation + ": " + advice, cause);
  }

  /** An answer that is not what it should be. */
  static ArmException unreadable(Answer answer, String operation, String why) {
    String id = answer.requestId();
    Problem problem = new Problem(
        ArmException.Reason.UNREADABLE, answer.status(), "", "", operation, id, "", null);
    return new ArmException(problem, operation + ": " + why + request(id), null);
  }

  /**
   * A refusal. Its body comes in one of the shapes {@code {error:{code,message}}}, {@code
   * {Error:{Code,Message}}}, {@code {Code,Message}}, {@code {code,message}}, or is no JSON at all.
   *
   * @param sent the values of the request, which the text must not repeat
   */
  static ArmException refused(
      Service service, Answer answer, String operation, String scope, List<String> sent) {
    JsonNode error = error(answer.json());
    String code = PlainText.of(code(service, answer, error), 100);
    String message = error == null ? "" : message(error);
    for (String value : sent) {
      message = message.replace(value, "***");
    }
    String text = PlainText.of(message, MOST_TEXT);
    Matcher action = ACTION.matcher(text);
    Problem problem = new Problem(
        ArmException.Reason.REFUSED,
        answer.status(),
        code,
        text,
        operation,
        answer.requestId(),
        answer.status() == 403 && action.find() ? action.group(1) : "",
        answer.retryAfter().orElse(null));
    String said = (code.isEmpty() ? "" : " " + code)
        + (text.isEmpty() ? ", and no reason that can be read" : ": " + text);
    return new ArmException(
        problem,
        operation
            + ": "
            + service.label()
            + " answered "
            + answer.status()
            + said
            + advice(service, problem, scope)
            + request(answer.requestId()),
        null);
  }

  /** Storage names its reason in a header, and Key Vault the one that tells more in the inner error. */
  private static String code(Service service, Answer answer, @Nullable JsonNode error) {
    if (error == null) {
      String named = answer.headers().getValue(HttpHeaderName.fromString("x-ms-error-code"));
      return named == null ? "" : named;
    }
    String inner =
        service.equals(Service.VAULT) ? string(error.path("innererror"), "code", "Code") : "";
    return inner.isEmpty() ? string(error, "code", "Code") : inner;
  }

  private static @Nullable JsonNode error(JsonNode body) {
    JsonNode nested = body.path("error").isObject() ? body.path("error") : body.path("Error");
    if (nested.isObject()) {
      return nested;
    }
    return body.isObject() ? body : null;
  }

  private static String string(JsonNode error, String name, String pascal) {
    JsonNode value = error.path(name).isMissingNode() ? error.path(pascal) : error.path(name);
    return value.isTextual() || value.isNumber() ? value.asText() : "";
  }

  /**
   * The message, and the first detail's where it says more: Resource Graph's reasons are there. Those of
   * Azure Monitor are in the innermost error.
   */
  private static String message(JsonNode error) {
    String message = string(error, "message", "Message");
    JsonNode details =
        error.path("details").isArray() ? error.path("details") : error.path("Details");
    String detail = string(details.path(0), "message", "Message");
    JsonNode inner = error.path("innererror");
    for (int depth = 0; detail.isEmpty() && inner.isObject() && depth < DEEPEST_INNER; depth++) {
      JsonNode next = inner.path("innererror");
      detail = next.isObject() ? "" : string(inner, "message", "Message");
      inner = next;
    }
    return detail.isEmpty() || detail.equals(message) ? message : message + " (" + detail + ")";
  }

  private static String advice(Service service, Problem problem, String tokenScope) {
    return switch (problem.status()) {
      case 401 ->
        ". The token was for "
            + tokenScope
            + ": check that endpoint and scope are of one cloud, and that the credential belongs to"
            + " the tenant of the subscription";
      case 403 ->
        problem.missingAction().isEmpty()
            ? service.forbidden()
            : ". Assign a role with the action " + problem.missingAction() + at(problem.text());
      case 404, 410 -> service.gone();
      case 409 ->
        problem.code().equalsIgnoreCase("ScopeLocked")
            ? ". Remove the lock, or have its owner do it, and put it back afterwards"
            : ". Wait for the other operation to end, then look again";
      case 412 -> ". It was changed by somebody else: read it again";
      case 429 ->
        ". Try again "
            + (problem.retryAfter() == null
                ? "later"
                : "in " + problem.retryAfter().toSeconds() + " seconds")
            + ", with fewer calls at a time";
      default ->
        problem.status() >= 300 && problem.status() < 400
            ? ". Redirections are not followed: check the endpoint"
            : "";
    };
  }

  private static String at(String text) {
    Matcher scope = SCOPE.matcher(text);
    return scope.find() ? " at scope " + scope.group(1) : " at the scope of the resource";
  }

  private static String request(String id) {
    return id.isEmpty() ? "" : " (request id " + id + ")";
  }
}
