package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.ProbeAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Tries a client secret on Entra's token endpoint, by asking for a token that is thrown away at once.
 *
 * <p>Death is one answer only: 401 {@code invalid_client} whose one error code is 7000215, "invalid
 * client secret provided". Expired (7000222) is <em>unclear</em>: the value is of no use today, but by
 * the clock and not because it was removed; whether the code speaks of this value or of all secrets of
 * the application is not documented. So are an application that is not in the tenant (700016) or
 * disabled (7000112), a policy (53003), a loop that our own tries could have caused (50196), a tenant
 * that is not there (90002), a throttle, an outage, and every answer that is none of Entra's.
 *
 * <p>A <em>new</em> secret answers 7000215 too until every replica knows it, and a removed one goes on
 * being taken for as long: one answer proves nothing without the other secret's beside it, several
 * times. Microsoft asks programs not to depend on these codes, so that a change of them makes answers
 * unclear, and never dead.
 *
 * <p>Life is a token. Each try is a sign-in in the tenant's log. Thread-safe.
 */
final class TokenProbe {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WRONG_SECRET = 7000215;
  private static final int LONGEST = 64 * 1024;

  private final HttpClient http;
  private final URI endpoint;
  private final String scope;

  /**
   * Asks one tenant.
   *
   * @param http carries the tries; it must not send a request again by itself
   * @param authority where Entra is, for example {@code https://login.microsoftonline.com}
   * @param scope for what a token is asked, ending in {@code /.default}
   */
  TokenProbe(HttpClient http, URI authority, String tenant, String scope) {
    this.http = http;
    this.endpoint = authority.resolve("/" + tenant + "/oauth2/v2.0/token");
    this.scope = scope;
  }

  ProbeAnswer probe(String clientId, Secret value) throws InterruptedException {
    String where = endpoint.toString();
    HttpRequest request = new HttpRequest(HttpMethod.POST, where)
        .setHeader(HttpHeaderName.ACCEPT, "application/json")
        .setHeader(HttpHeaderName.CONTENT_TYPE, "application/x-www-form-urlencoded")
        .setBody("grant_type=client_credentials&client_id="
            + encoded(clientId)
            + "&scope="
            + encoded(scope)
            + "&client_secret="
            + value.reveal(characters -> encoded(CharBuffer.wrap(characters).toString())));
    try (HttpResponse response = http.sendSync(request, Context.NONE)) {
      return judge(where, response.getStatusCode(), body(response));
    } catch (IOException | RuntimeException unreachable) {
      if (Failures.isInterruption(unreachable)) {
        throw new InterruptedException("interrupted while a client secret was tried on " + where);
      }
      // Named by type only: a message of the transport may quote the body.
      return new ProbeAnswer.Unclear(where, "no answer: " + Failures.rootType(unreachable));
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static ProbeAnswer judge(String where, int status, JsonNode body) {
    if (status == 200) {
      boolean token = body.path("token_type").asText().equalsIgnoreCase("Bearer")
          && !body.path("access_token").asText().isEmpty();
      return token
          ? new ProbeAnswer.Accepted(
              where, "200, a token for " + body.path("expires_in").asLong() + " seconds")
          : new ProbeAnswer.Unclear(where, "200 without a token");
    }
    JsonNode codes = body.path("error_codes");
    String error = plain(body.path("error"), "[a-z_]{1,40}", "no error");
    String code = codes.path(0).canConvertToInt() ? "AADSTS" + codes.path(0).asInt() : "no code";
    String evidence = status + " " + error + " " + code + ", trace "
        + plain(body.path("trace_id"), "[0-9A-Fa-f-]{1,36}", "unknown");
    boolean wrong = status == 401
        && error.equals("invalid_client")
        && codes.size() == 1
        && codes.path(0).isInt()
        && codes.path(0).asInt() == WRONG_SECRET;
    return wrong
        ? new ProbeAnswer.Refused(where, evidence)
        : new ProbeAnswer.Unclear(where, evidence);
  }

  /** The start of the body; what is no JSON is a missing node. */
  private static JsonNode body(HttpResponse response) throws IOException {
    byte[] start;
    try (InputStream body = response.getBodyAsInputStreamSync()) {
      start = body == null ? new byte[0] : body.readNBytes(LONGEST);
    }
    try {
      return JSON.readTree(start);
    } catch (IOException malformed) {
      return JSON.missingNode();
    }
  }

  /** A text of the answer as evidence: short, and of harmless characters. */
  private static String plain(JsonNode text, String form, String instead) {
    return text.isTextual() && text.textValue().matches(form) ? text.textValue() : instead;
  }
}
