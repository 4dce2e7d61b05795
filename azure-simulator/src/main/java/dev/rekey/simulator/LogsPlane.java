package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The query API of one Log Analytics workspace. */
final class LogsPlane {
  private static final String QUERY = "Microsoft.OperationalInsights/workspaces/query/read";
  private static final List<String> AUDIENCES = List.of(Entra.LOGS, Entra.LOGS_DIRECT);

  private final World world;
  private final Entra entra;
  private final Logs logs;
  private final WorkspaceAsset workspace;

  LogsPlane(World world, Entra entra, Logs logs, WorkspaceAsset workspace) {
    this.world = world;
    this.entra = entra;
    this.logs = logs;
    this.workspace = workspace;
  }

  Reply answer(Call call) {
    Reply reply;
    try {
      reply = query(call);
    } catch (Refusal refusal) {
      reply = refusal.reply();
    }
    return reply.with("x-ms-request-id", world.newId());
  }

  private Reply query(Call call) {
    authorize(call);
    List<String> path = call.segments();
    boolean known = path.size() == 4
        && path.get(0).equals("v1")
        && path.get(1).equals("workspaces")
        && path.get(2).equalsIgnoreCase(workspace.customerId())
        && path.get(3).equals("query");
    if (!known || !call.method().equals("POST")) {
      throw refuse(404, "PathNotFoundError", "The requested path does not exist");
    }
    if (!call.header("Content-Type").orElse("").startsWith("application/json")
        || call.body().isEmpty()) {
      return Reply.empty(200);
    }
    ObjectNode body =
        Json.readObject(call.body()).orElseThrow(() -> invalid("The body is no JSON"));
    JsonNode text = body.path("query");
    if (!text.isTextual()) {
      throw invalid("A query is missing");
    }
    Instant[] span = span(body.path("timespan"));
    if (workspace.isEmpty()) {
      return Reply.empty(204);
    }
    List<ObjectNode> rows = workspace.arrived(world.clock().instant(), logs.lag()).stream()
        .filter(entry -> !entry.at().isBefore(span[0]) && entry.at().isBefore(span[1]))
        .map(WorkspaceAsset.Entry::row)
        .toList();
    try {
      return Reply.json(200, table(LogQuery.run(text.asText(), rows)));
    } catch (LogQuery.Unreadable unreadable) {
      throw unreadable(unreadable);
    }
  }

  private void authorize(Call call) {
    if (call.header("Authorization").isEmpty()) {
      throw refuse(
          401,
          "AuthenticationFailed",
          "Authentication failed. The 'Authorization' header is missing.");
    }
    Optional<Entra.Grant> grant = call.bearer().flatMap(entra::grant);
    if (grant.isEmpty() || !world.clock().instant().isBefore(grant.get().expires())) {
      throw refuse(403, "InvalidAuthenticationToken", "The access token is invalid.");
    }
    if (!AUDIENCES.contains(Entra.withoutSlash(grant.get().audience()))) {
      throw refuse(
          403,
          "InvalidAuthenticationTokenAudience",
          "The access token has been obtained from wrong audience or resource '"
              + grant.get().audience()
              + "'. It should exactly match (including forward slash) with one of the allowed"
              + " audiences '" + String.join("','", AUDIENCES) + "'.");
    }
    if (World.denies(grant.get().client(), QUERY)) {
      ObjectNode json = Json.error(
          "InsufficientAccessError",
          "The provided credentials have insufficient access to perform the requested operation");
      ((ObjectNode) json.path("error")).put("correlationId", world.newId());
      throw new Refusal(Reply.json(403, json));
    }
  }

  /** From and to; all time where there is none. */
  private static Instant[] span(JsonNode timespan) {
    if (timespan.isMissingNode()) {
      return new Instant[] {Instant.MIN, Instant.MAX};
    }
    String[] parts = timespan.asText().split("/", -1);
    try {
      if (parts.length == 2) {
        return new Instant[] {Instant.parse(parts[0]), Instant.parse(parts[1])};
      }
    } catch (DateTimeException malformed) {
      // It is refused below, like all that is not two moments.
    }
    throw invalid("The timespan is not two moments");
  }

  private static ObjectNode table(LogQuery.Result result) {
    ObjectNode json = Json.object();
    ObjectNode table = json.putArray("tables").addObject();
    table.put("name", "PrimaryResult");
    ArrayNode columns = table.putArray("columns");
    result
        .columns()
        .forEach((name, type) -> columns.addObject().put("name", name).put("type", type.word()));
    ArrayNode rows = table.putArray("rows");
    for (ObjectNode row : result.rows()) {
      ArrayNode values = rows.addArray();
      result.columns().keySet().forEach(name -> values.add(row.path(name)));
    }
    return json;
  }

  private static Refusal unreadable(LogQuery.Unreadable unreadable) {
    return badArgument(
        unreadable.isSyntax() ? "SyntaxError" : "SemanticError",
        unreadable.isSyntax() ? "Syntax Error" : unreadable.problem());
  }

  private static Refusal invalid(String problem) {
    return badArgument("ValidationError", problem);
  }

  private static Refusal badArgument(String code, String message) {
    ObjectNode json = Json.error("BadArgumentError", "The request had some invalid properties");
    ((ObjectNode) json.path("error"))
        .putObject("innererror")
        .put("code", code)
        .put("message", message);
    return new Refusal(Reply.json(400, json));
  }

  private static Refusal refuse(int status, String code, String message) {
    return new Refusal(Reply.json(status, Json.error(code, message)));
  }
}
