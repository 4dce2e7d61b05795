package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The development endpoint of one Synapse workspace: it lists artifacts. */
final class SynapsePlane {
  private static final String READ = "Microsoft.Synapse/workspaces/artifacts/read";
  private static final List<String> VERSIONS =
      List.of("2019-06-01-preview", "2020-12-01", "2021-06-01-preview");
  private static final int PAGE = 100;

  private final World world;
  private final Entra entra;
  private final SynapseAsset workspace;

  SynapsePlane(World world, Entra entra, SynapseAsset workspace) {
    this.world = world;
    this.entra = entra;
    this.workspace = workspace;
  }

  Reply answer(Call call) {
    Reply reply;
    try {
      authorize(call);
      reply = list(call);
    } catch (Refusal refusal) {
      reply = refusal.reply();
    }
    return reply.with("x-ms-request-id", world.newId());
  }

  private void authorize(Call call) {
    Entra.Grant grant = call.bearer()
        .flatMap(entra::grant)
        .filter(one -> world.clock().instant().isBefore(one.expires()))
        .filter(one -> Entra.withoutSlash(one.audience()).equals(Entra.SYNAPSE))
        .orElseThrow(() -> refuse(401, "AuthenticationFailed", "Token Authentication failed"));
    if (workspace.firewallClosed()) {
      throw refuse(
          403,
          "PublicNetworkAccessDenied",
          "The public network interface on this resource is not accessible.");
    }
    if (World.denies(grant.client(), READ)) {
      throw refuse(
          403,
          "Unauthorized",
          "The principal '" + World.objectId(grant.client())
              + "' does not have the required Synapse"
              + " RBAC permission to perform this action. Required permission: Action: " + READ
              + ", Scope: workspaces/" + workspace.name() + ".");
    }
  }

  private Reply list(Call call) {
    List<String> path = call.segments();
    List<ObjectNode> all = Optional.of(path)
        .filter(segments -> segments.size() == 1)
        .flatMap(segments -> workspace.artifacts(segments.get(0)))
        .orElseThrow(
            () -> refuse(404, "NotFound", "The simulator does not know '" + call.rawPath() + "'."));
    if (!call.method().equals("GET")) {
      throw refuse(405, "MethodNotAllowed", "The method is not allowed.");
    }
    String version = call.query("api-version").orElse("");
    if (!VERSIONS.contains(version)) {
      throw refuse(
          400,
          version.isEmpty() ? "MissingApiVersionParameter" : "InvalidApiVersionParameter",
          "The api-version '" + version + "' is invalid.");
    }
    String kind = path.get(0);
    int from = call.query("$skiptoken")
        .map(token -> Marker.read(kind, token)
            .map(Integer::parseInt)
            .orElseThrow(() -> refuse(400, "BadRequest", "The skip token is invalid.")))
        .orElse(0);
    int to = Math.min(all.size(), from + PAGE);
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    all.subList(Math.min(from, to), to).forEach(value::add);
    if (to < all.size()) {
      json.put(
          "nextLink",
          workspace.endpoint() + kind + "?api-version=" + version + "&$skiptoken="
              + Marker.of(kind, Integer.toString(to)));
    }
    return Reply.json(200, json);
  }

  private static Refusal refuse(int status, String code, String message) {
    return new Refusal(Reply.json(status, Json.error(code, message)));
  }
}
