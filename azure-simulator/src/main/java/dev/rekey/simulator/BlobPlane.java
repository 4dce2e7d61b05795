package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blob service of one storage account: it lists containers and blobs, reads blobs and service
 * properties, and proves whether a key is alive. SharedKey and Entra tokens are checked, and what is
 * public needs neither; SAS is not offered.
 */
final class BlobPlane {
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final Pattern AUTHORIZATION =
      Pattern.compile("SharedKey ([a-z0-9]{3,24}):([A-Za-z0-9+/]{43}=)");
  private static final int LARGEST_PAGE = 5000;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
  private static final DateTimeFormatter HTTP_TIME = DateTimeFormatter.ofPattern(
          "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);
  private static final Set<String> LIST_PARAMETERS =
      Set.of("restype", "comp", "prefix", "marker", "maxresults", "timeout");
  private static final List<String> EMPTY_PROPERTIES = List.of(
      "Content-Encoding",
      "Content-Language",
      "Content-CRC64",
      "Content-MD5",
      "Cache-Control",
      "Content-Disposition");
  private static final String CONTAINERS =
      "Microsoft.Storage/storageAccounts/blobServices/containers/read";
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
    boolean failed = reply.status() >= 400;
    if (account.logs().isEmpty() || (anonymous && failed)) { // A failed anonymous one isn't logged.
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
    if (header.isEmpty() && !call.segments().isEmpty()) {
      return anonymous(call);
    }
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

  /** Lets in whom the account and the container let in without an account's key or a token. */
  private Login anonymous(Call call) {
    network();
    if (!account.publicAccessAllowed()) {
      throw refuse(
          409,
          "PublicAccessNotPermitted",
          "Public access is not permitted on this storage account.");
    }
    List<String> path = call.segments();
    String access =
        account.container(path.get(0)).map(StorageAsset.Container::publicAccess).orElse("");
    if (!access.equals("container") && !(access.equals("blob") && path.size() > 1)) {
      throw refuse(404, "ResourceNotFound", "The specified resource does not exist.");
    }
    return new Login("Anonymous", "");
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
    boolean listsContainers =
        call.segments().isEmpty() && call.query("comp").orElse("").equals("list");
    if (World.denies(grant.get().client(), listsContainers ? CONTAINERS : READ)) {
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
    String comp = call.query("comp").orElse("");
    if (path.isEmpty()) {
      if (restype.equals("service") && comp.equals("properties")) {
        return serviceProperties();
      }
      if (restype.isEmpty() && comp.equals("list")) {
        return listContainers(call);
      }
      throw refuse(
          400,
          "InvalidQueryParameterValue",
          "Value for one of the query parameters specified in the request URI is invalid.");
    }
    StorageAsset.Container container = account
        .container(path.get(0))
        .orElseThrow(
            () -> refuse(404, "ContainerNotFound", "The specified container does not exist."));
    if (path.size() == 1) {
      if (restype.equals("container") && comp.isEmpty()) {
        return containerProperties(container);
      }
      if (restype.equals("container") && comp.equals("list")) {
        return listBlobs(call, container.name());
      }
      throw refuse(501, "NotImplemented", "The simulator does not have this operation.");
    }
    return blob(
        call,
        account
            .blob(String.join("/", path))
            .orElseThrow(() -> refuse(404, "BlobNotFound", "The specified blob does not exist.")));
  }

  private static Reply containerProperties(StorageAsset.Container container) {
    Reply reply = Reply.empty(200)
        .with("x-ms-lease-status", "unlocked")
        .with("x-ms-lease-state", "available")
        .with("Last-Modified", HTTP_TIME.format(container.modified()))
        .with("ETag", quoted(container.etag()));
    return container.publicAccess().isEmpty()
        ? reply
        : reply.with("x-ms-blob-public-access", container.publicAccess());
  }

  private static String quoted(String etag) {
    return '"' + etag + '"';
  }

  private Reply blob(Call call, StorageAsset.Blob blob) {
    String match = call.header("If-Match").orElse("*");
    if (!List.of("*", blob.etag(), quoted(blob.etag())).contains(match)) {
      throw refuse(
          412,
          "ConditionNotMet",
          "The condition specified using HTTP conditional header(s) is not met.");
    }
    byte[] content = blob.content();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/octet-stream");
    headers.put("Accept-Ranges", "bytes");
    headers.put("Last-Modified", HTTP_TIME.format(blob.modified()));
    headers.put("ETag", quoted(blob.etag()));
    headers.put("x-ms-blob-type", blob.type());
    headers.put("x-ms-creation-time", HTTP_TIME.format(blob.created()));
    headers.put("x-ms-server-encrypted", "true");
    if (blob.blocks() > 0) {
      headers.put("x-ms-blob-committed-block-count", Integer.toString(blob.blocks()));
    }
    Matcher range =
        RANGE.matcher(call.header("x-ms-range").or(() -> call.header("Range")).orElse(""));
    if (!range.matches() || call.method().equals("HEAD")) {
      headers.put("Content-Length", Integer.toString(content.length));
      return Reply.bytes(200, headers, content);
    }
    long from = Long.parseLong(range.group(1));
    long to = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
    if (from >= content.length || to < from) {
      Refusal refusal = refuse(
          416,
          "InvalidRange",
          "The range specified is invalid for the current size of the resource.");
      throw new Refusal(refusal.reply().with("Content-Range", "bytes */" + content.length));
    }
    int start = (int) from;
    int end = (int) Math.min(to, content.length - 1L);
    headers.put("Content-Range", "bytes " + start + "-" + end + "/" + content.length);
    return Reply.bytes(206, headers, Arrays.copyOfRange(content, start, end + 1));
  }

  private Reply listContainers(Call call) {
    StringBuilder items = new StringBuilder();
    List<String> names =
        account.containers().stream().map(StorageAsset.Container::name).toList();
    Page page = page(call, "containers", names);
    for (String name : page.names()) {
      StorageAsset.Container container = account.container(name).orElseThrow();
      items.append("<Container><Name>").append(escape(name)).append("</Name><Properties>");
      element(items, "Last-Modified", HTTP_TIME.format(container.modified()));
      element(items, "Etag", quoted(container.etag()));
      element(items, "LeaseStatus", "unlocked");
      element(items, "LeaseState", "available");
      if (!container.publicAccess().isEmpty()) {
        element(items, "PublicAccess", container.publicAccess());
      }
      element(items, "DefaultEncryptionScope", "$account-encryption-key");
      element(items, "DenyEncryptionScopeOverride", "false");
      element(items, "HasImmutabilityPolicy", "false");
      element(items, "HasLegalHold", "false");
      element(items, "ImmutableStorageWithVersioningEnabled", "false");
      items.append("</Properties></Container>");
    }
    return list(call, "", "Containers", items, page);
  }

  private Reply listBlobs(Call call, String container) {
    StringBuilder items = new StringBuilder();
    Page page = page(call, "blobs " + container, account.blobs(container));
    for (String name : page.names()) {
      StorageAsset.Blob blob = account.blob(container + "/" + name).orElseThrow();
      items.append("<Blob><Name>").append(escape(name)).append("</Name><Properties>");
      element(items, "Creation-Time", HTTP_TIME.format(blob.created()));
      element(items, "Last-Modified", HTTP_TIME.format(blob.modified()));
      element(items, "Etag", blob.etag());
      element(items, "Content-Length", Integer.toString(blob.content().length));
      element(items, "Content-Type", "application/octet-stream");
      for (String empty : EMPTY_PROPERTIES) {
        items.append('<').append(empty).append(" />");
      }
      element(items, "BlobType", blob.type());
      if (blob.blocks() == 0) {
        element(items, "AccessTier", "Hot");
        element(items, "AccessTierInferred", "true");
      }
      element(items, "LeaseStatus", "unlocked");
      element(items, "LeaseState", "available");
      element(items, "ServerEncrypted", "true");
      items.append("</Properties><OrMetadata /></Blob>");
    }
    return list(call, " ContainerName=\"" + container + "\"", "Blobs", items, page);
  }

  /** A part of a list; the marker of the next is empty at the end. */
  private record Page(List<String> names, String next) {}

  private Page page(Call call, String list, List<String> all) {
    for (String name : call.parameters().keySet()) {
      if (!LIST_PARAMETERS.contains(name)) {
        throw refuse(501, "NotImplemented", "The simulator does not know the parameter " + name);
      }
    }
    String prefix = call.query("prefix").orElse("");
    int most = most(call);
    String after = call.query("marker")
        .filter(marker -> !marker.isEmpty())
        .map(marker -> Marker.read(list, marker)
            .orElseThrow(
                () -> refuse(400, "OutOfRangeInput", "One of the request inputs is out of range.")))
        .orElse("");
    List<String> left = all.stream()
        .filter(name -> name.startsWith(prefix) && name.compareTo(after) > 0)
        .limit(most + 1L)
        .toList();
    return left.size() <= most
        ? new Page(left, "")
        : new Page(left.subList(0, most), Marker.of(list, left.get(most - 1)));
  }

  private int most(Call call) {
    String text = call.query("maxresults").orElse(Integer.toString(LARGEST_PAGE));
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) == 0) {
      throw refuse(
          400,
          "OutOfRangeQueryParameterValue",
          "One of the query parameters specified in the request URI is outside the permissible"
              + " range.");
    }
    return Math.min(LARGEST_PAGE, Integer.parseInt(text));
  }

  private Reply list(Call call, String attribute, String name, CharSequence items, Page page) {
    StringBuilder xml = new StringBuilder("\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    xml.append("<EnumerationResults ServiceEndpoint=\"")
        .append(account.endpoint())
        .append('"');
    xml.append(attribute).append('>');
    call.query("prefix").ifPresent(prefix -> element(xml, "Prefix", prefix));
    call.query("marker").ifPresent(marker -> element(xml, "Marker", marker));
    call.query("maxresults").ifPresent(most -> element(xml, "MaxResults", most));
    xml.append('<').append(name).append('>').append(items);
    xml.append("</").append(name).append('>');
    if (page.next().isEmpty()) {
      xml.append("<NextMarker />");
    } else {
      element(xml, "NextMarker", page.next());
    }
    return Reply.xml(200, xml.append("</EnumerationResults>").toString());
  }

  private static void element(StringBuilder xml, String name, String text) {
    xml.append('<').append(name).append('>').append(escape(text));
    xml.append("</").append(name).append('>');
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
