package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blob service of one storage account: it reads service properties and blobs, and proves
 * whether a key is alive. SharedKey and Entra tokens are checked; SAS is not offered.
 */
final class BlobPlane {
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final Pattern AUTHORIZATION =
      Pattern.compile("SharedKey ([a-z0-9]{3,24}):([A-Za-z0-9+/]{43}=)");
  private static final String READ =
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
  private static final String FAILED =
      "Server failed to authenticate the request. Make sure the value of Authorization header is"
          + " formed correctly including the signature.";

  private final World world;
  private final Entra entra;
  private final StorageAsset account;

  BlobPlane(World world, Entra entra, StorageAsset account) {
    this.world = world;
    this.entra = entra;
    this.account = account;
  }

  Reply answer(Call call) {
    Reply reply;
    Login login = Login.NONE;
    try {
      login = authorize(call);
      reply = read(call);
    } catch (Refusal refusal) {
      reply = refusal.reply();
    }
    log(call, reply, login);
    Reply marked = reply
        .with("x-ms-request-id", world.newId())
        .with("x-ms-version", call.header("x-ms-version").orElse("2015-02-21"));
    return call.method().equals("HEAD") ? marked.withoutBody() : marked;
  }

  /** How a request was authenticated: the log's words for it. */
  private record Login(String type, String hash) {
    static final Login NONE = new Login("", "");
  }

  private void log(Call call, Reply reply, Login login) {
    boolean anonymous = call.header("Authorization").isEmpty();
    if (account.logs().isEmpty() || anonymous) { // A failed anonymous request is not logged.
      return;
    }
    ObjectNode entry = Json.object();
    entry.put("AccountName", account.name());
    entry.put("AuthenticationType", login.type());
    entry.put("AuthenticationHash", login.hash());
    entry.put("CallerIpAddress", call.caller());
    entry.put("ClientRequestId", call.header("x-ms-client-request-id").orElse(""));
    entry.put("StatusCode", Integer.toString(reply.status()));
    entry.put("UserAgentHeader", call.header("User-Agent").orElse(""));
    account.logs().get().write("StorageBlobLogs", world.clock().instant(), entry);
  }

  /** The SHA-256 of some bytes, as the log writes it. */
  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of()
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Each Java has SHA-256", e);
    }
  }

  private Login authorize(Call call) {
    if (call.query("sig").isPresent()) {
      throw refuse(501, "NotImplemented", "The simulator does not check shared access signatures.");
    }
    Optional<String> header = call.header("Authorization");
    if (header.isEmpty()) {
      Refusal refusal = refuse(
          401,
          "NoAuthenticationInformation",
          "Server failed to authenticate the request. Please refer to the information in the"
              + " www-authenticate header.");
      throw new Refusal(refusal
          .reply()
          .with(
              "WWW-Authenticate",
              "Bearer authorization_uri=" + world.cloud() + world.scenario().tenant()
                  + "/oauth2/authorize resource_id=" + Entra.STORAGE));
    }
    if (call.bearer().isPresent()) {
      return bearer(call);
    }
    Matcher matcher = AUTHORIZATION.matcher(header.get());
    if (!matcher.matches()) {
      throw refuse(
          400,
          "InvalidAuthenticationInfo",
          "Authentication information is not given in the correct format. Check the value of"
              + " Authorization header.");
    }
    if (call.header("x-ms-version").isEmpty()) {
      throw refuse(
          400,
          "MissingRequiredHeader",
          "An HTTP header that's mandatory for this request is not specified.",
          "<HeaderName>x-ms-version</HeaderName>");
    }
    network();
    if (!account.sharedKeyAllowed()) {
      throw refuse(
          403,
          "KeyBasedAuthenticationNotPermitted",
          "Key based authentication is not permitted on this storage account.");
    }
    date(call);
    return signature(call, matcher.group(1), matcher.group(2));
  }

  private void network() {
    if (account.firewallClosed()) {
      throw refuse(
          403, "AuthorizationFailure", "This request is not authorized to perform this operation.");
    }
  }

  private Login bearer(Call call) {
    network();
    Optional<Entra.Grant> grant = call.bearer().flatMap(entra::grant);
    if (grant.isEmpty()
        || !Entra.withoutSlash(grant.get().audience()).equals(Entra.STORAGE)
        || !world.clock().instant().isBefore(grant.get().expires())) {
      throw refuse(
          401,
          "InvalidAuthenticationInfo",
          FAILED,
          detail("Issuer or audience validation failed."));
    }
    if (World.denies(grant.get().client(), READ)) {
      throw refuse(
          403,
          "AuthorizationPermissionMismatch",
          "This request is not authorized to perform this operation using this permission.");
    }
    byte[] token = call.bearer().orElse("").getBytes(StandardCharsets.UTF_8);
    return new Login("OAuth", sha256(token));
  }

  private void date(Call call) {
    String text = call.header("x-ms-date").or(() -> call.header("Date")).orElse("");
    Instant sent;
    try {
      sent = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      throw refuse(
          403,
          "AuthenticationFailed",
          FAILED,
          detail("The Date header in the request is incorrect."));
    }
    if (Duration.between(sent, world.clock().instant()).abs().compareTo(SKEW) > 0) {
      throw refuse(
          403,
          "AuthenticationFailed",
          FAILED,
          detail("Request date header too old: '" + text + "'"));
    }
  }

  private Login signature(Call call, String name, String signature) {
    String text = SharedKey.stringToSign(call, account.name());
    for (String key : account.acceptedKeys()) {
      byte[] expected = SharedKey.sign(text, key).getBytes(StandardCharsets.US_ASCII);
      if (name.equals(account.name())
          && MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.US_ASCII))) {
        account.used(key);
        String hash = sha256(Base64.getDecoder().decode(key));
        return new Login("AccountKey", account.slotOf(key) + "(" + hash + ")");
      }
    }
    throw refuse(
        403,
        "AuthenticationFailed",
        FAILED,
        detail("The MAC signature found in the HTTP request '" + signature
            + "' is not the same as any computed signature. Server used following string to"
            + " sign: '" + text + "'."));
  }

  private Reply read(Call call) {
    if (!List.of("GET", "HEAD").contains(call.method())) {
      throw refuse(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.");
    }
    List<String> path = call.segments();
    String restype = call.query("restype").orElse("");
    if (path.isEmpty()) {
      if (restype.equals("service") && call.query("comp").orElse("").equals("properties")) {
        return serviceProperties();
      }
      throw refuse(
          400,
          "InvalidQueryParameterValue",
          "Value for one of the query parameters specified in the request URI is invalid.");
    }
    if (path.size() == 1) {
      if (!account.hasContainer(path.get(0))) {
        throw refuse(404, "ContainerNotFound", "The specified container does not exist.");
      }
      if (restype.equals("container") && call.query("comp").isEmpty()) {
        return Reply.empty(200).with("x-ms-lease-status", "unlocked");
      }
      throw refuse(501, "NotImplemented", "The simulator does not list blobs.");
    }
    if (!account.hasContainer(path.get(0))) {
      throw refuse(404, "ContainerNotFound", "The specified container does not exist.");
    }
    String content = account
        .blob(String.join("/", path))
        .orElseThrow(() -> refuse(404, "BlobNotFound", "The specified blob does not exist."));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/octet-stream");
    headers.put("x-ms-blob-type", "BlockBlob");
    return new Reply(200, headers, content);
  }

  private static Reply serviceProperties() {
    return Reply.xml(
        200,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><StorageServiceProperties><Logging>"
            + "<Version>1.0</Version><Read>false</Read><Write>false</Write><Delete>false</Delete>"
            + "<RetentionPolicy><Enabled>false</Enabled></RetentionPolicy></Logging>"
            + "<DeleteRetentionPolicy><Enabled>false</Enabled></DeleteRetentionPolicy>"
            + "</StorageServiceProperties>");
  }

  private Refusal refuse(int status, String code, String message) {
    return refuse(status, code, message, "");
  }

  private Refusal refuse(int status, String code, String message, String extra) {
    String text = message + "\nRequestId:" + world.newId() + "\nTime:"
        + Ticks.format(world.clock().instant());
    return new Refusal(Reply.xml(
            status,
            "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code
                + "</Code><Message>" + escape(text) + "</Message>" + extra + "</Error>")
        .with("x-ms-error-code", code));
  }

  private static String detail(String text) {
    return "<AuthenticationErrorDetail>" + escape(text) + "</AuthenticationErrorDetail>";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
