package dev.rekey.simulator;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The REST endpoint of one namespace, as far as it proves whether a key is alive: what a namespace and
 * its entities are. It has no messages. Entra tokens are not taken.
 *
 * <p>{@code GET /$namespaceinfo} "works with any claim (Send/Listen/Manage)", {@code GET /ENTITY} needs
 * Manage: Azure.Messaging.ServiceBus, ServiceBusAdministrationClient. BELIEF: an Event Hubs namespace
 * answers both too.
 *
 * <p>{@code POST /ENTITY/$link} and {@code GET /$link/ID} are no part of Azure. They stand for an AMQP
 * link, which REST does not have: a token is checked when a link is opened, and then the link lives
 * until the token's end, whatever becomes of the key
 * (github.com/Azure/azure-service-bus-dotnet/issues/357).
 */
final class MessagingPlane {
  private static final String LINK = "$link";
  private static final String ATOM = "http://www.w3.org/2005/Atom";
  private static final String SCHEMA =
      "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";

  private final World world;
  private final MessagingAsset namespace;
  private final Map<String, Instant> links = new HashMap<>();

  MessagingPlane(World world, MessagingAsset namespace) {
    this.world = world;
    this.namespace = namespace;
  }

  Reply answer(Call call) {
    try {
      network();
      List<String> path = call.segments();
      if (path.size() == 2 && path.get(0).equals(LINK)) {
        return linked(path.get(1));
      }
      AuthorizationRule rule = authorize(call);
      if (call.method().equals("POST") && path.contains(LINK)) {
        return link(call);
      }
      if (!call.method().equals("GET")) {
        throw refuse(405, "The simulator only reads what is there.");
      }
      if (path.equals(List.of("$namespaceinfo"))) {
        return namespaceInfo();
      }
      if (path.size() != 1) {
        throw refuse(501, "The simulator has no messages.");
      }
      if (!rule.can("Manage")) {
        // azure-sdk-for-go, azservicebus/admin, TestAdminClient_LackPermissions_Queue.
        throw refuse(401, "Manage,EntityRead claims required for this operation.");
      }
      return entity(path.get(0));
    } catch (Refusal refusal) {
      return refusal.reply();
    }
  }

  /** The network is asked before the token: a wrong one from outside gets this answer too. BELIEF. */
  private void network() {
    if (namespace.firewallClosed()) {
      throw refuse(
          401,
          "Ip has been prevented to connect to the endpoint.\nFor more information see: IP Filters.\n");
    }
  }

  /**
   * Returns the rule whose key signed the token. Audience comes before signature:
   * github.com/sandrinodimattia/RedDog/issues/4. BELIEF: local authentication comes before both, and
   * the expiry between them.
   */
  private AuthorizationRule authorize(Call call) {
    String header = call.header("Authorization").orElse("");
    if (header.isEmpty()) {
      throw refuse(401, "MissingToken: The authorization header was not found.");
    }
    if (namespace.localAuthDisabled()) {
      throw refuse(
          401,
          "LocalAuthDisabled: Authorization failed because SAS authentication has been disabled for"
              + " the namespace.");
    }
    // BELIEF: the words.
    SharedAccessToken token = SharedAccessToken.read(header)
        .orElseThrow(() -> refuse(401, "MalformedToken: The token is malformed."));
    if (!token.covers(namespace.authority(), Call.decode(call.rawPath()))) {
      throw refuse(
          401, "InvalidAudience: The authorization header contains a token with a wrong audience.");
    }
    if (!world.clock().instant().isBefore(token.expiry())) {
      throw refuse(
          401, "ExpiredToken: The token is expired. Expiration time: '" + token.expiry() + "'");
    }
    // "configured on the entity specified by this URI, or by one of its hierarchical parents":
    // service-bus-sas.
    String entity = String.valueOf(token.resource().getPath()).replaceAll("^/|/.*$", "");
    return Optional.<AuthorizationRule>empty()
        .or(() -> namespace.rule(entity, token.keyName()).filter(rule -> rule.signed(token)))
        .or(() -> namespace.rule("", token.keyName()).filter(rule -> rule.signed(token)))
        // BELIEF: a name that no rule has is answered like a wrong signature.
        .orElseThrow(() -> refuse(401, "InvalidSignature: The token has an invalid signature."));
  }

  private Reply namespaceInfo() {
    String type = namespace.service() == Resource.Messaging.SERVICE_BUS ? "Messaging" : "EventHub";
    return entry(
        "$namespaceinfo",
        "NamespaceInfo",
        "<MessagingSKU>Standard</MessagingSKU><Name>" + namespace.name() + "</Name><NamespaceType>"
            + type + "</NamespaceType>");
  }

  private Reply entity(String name) {
    Optional<String> type = namespace.entityType(name);
    if (type.isEmpty()) {
      // An empty feed, not 404: azure-sdk-for-go, azservicebus/internal/atom, ErrFeedEmpty.
      return Reply.xml(
          200,
          "<feed xmlns=\"" + ATOM
              + "\"><title type=\"text\">Publicly Listed Services</title></feed>");
    }
    String description = switch (type.get()) {
      case "queues" -> "QueueDescription";
      case "topics" -> "TopicDescription";
      default -> "EventHubDescription";
    };
    return entry(name, description, "<Status>Active</Status>");
  }

  private Reply entry(String path, String element, String content) {
    return Reply.xml(
            200,
            "<entry xmlns=\"" + ATOM + "\"><id>https://" + namespace.authority() + "/" + path
                + "</id><title type=\"text\">" + path
                + "</title><content type=\"application/xml\"><"
                + element + " xmlns=\"" + SCHEMA + "\">" + content + "</" + element
                + "></content></entry>")
        .with("Content-Type", "application/atom+xml;type=entry;charset=utf-8");
  }

  private Reply link(Call call) {
    String id = world.newId();
    SharedAccessToken token =
        SharedAccessToken.read(call.header("Authorization").orElse("")).orElseThrow();
    links.put(id, token.expiry());
    return Reply.json(201, Json.object().put("link", id));
  }

  private Reply linked(String id) {
    Instant end = links.get(id.toLowerCase(Locale.ROOT));
    if (end == null) {
      throw refuse(404, "There is no such link.");
    }
    if (!world.clock().instant().isBefore(end)) {
      throw refuse(401, "ExpiredToken: The token is expired. Expiration time: '" + end + "'");
    }
    return Reply.empty(204);
  }

  /** The form of github.com/sandrinodimattia/RedDog/issues/4: no code of its own but in the detail. */
  private Refusal refuse(int status, String detail) {
    String tracking = " TrackingId:" + world.newId() + "_G1, SystemTracker:" + namespace.authority()
        + ", Timestamp:" + world.clock().instant();
    return new Refusal(Reply.xml(
            status,
            "<Error><Code>" + status + "</Code><Detail>" + detail + tracking + "</Detail></Error>")
        .with("Content-Type", "application/xml; charset=utf-8"));
  }
}
