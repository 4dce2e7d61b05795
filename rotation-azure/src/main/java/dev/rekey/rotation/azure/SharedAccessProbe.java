package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.ProbeAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tries a key on the endpoint of a namespace, with a token of a few minutes, and touches no message.
 *
 * <p>A key of the namespace asks what the namespace is, which every right allows. A key of a queue, a
 * topic or an event hub asks what that is, which needs Manage: with Send or Listen only, a good key
 * gets no more than "claims required", which is unclear.
 *
 * <p>Death is one answer only: 401 whose detail begins with the words for a wrong signature. Firewalls,
 * disabled local authentication, an expired token, a wrong audience and a missing right are 401 too.
 * Life is one answer only as well: the description that was asked for. A rule that is no longer there
 * is believed to be answered like a wrong key; then the good key is refused too, and nothing is proved.
 */
final class SharedAccessProbe {
  /** Long enough for two clocks that differ a little, short enough to be worth nothing later. */
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  private static final String ERROR = "^\\s*<Error>\\s*<Code>401</Code>\\s*<Detail>\\s*";
  private static final Pattern WRONG_SIGNATURE = Pattern.compile(ERROR
      + "(?:InvalidSignature: The token has an invalid signature\\b"
      + "|40103: Invalid authorization token signature\\b)");
  private static final Pattern DESCRIPTION = Pattern.compile(
      "<(?:NamespaceInfo|QueueDescription|TopicDescription|EventHubDescription)[\\s>]");

  /** What is told of other answers: known words only, since a detail may quote anything. */
  private static final Pattern WORD = Pattern.compile(
      "<Detail>\\s*"
          + "(?:(InvalidSignature|InvalidAudience|ExpiredToken|LocalAuthDisabled|MissingToken"
          + "|MalformedToken|[45]\\d{4})\\b|(Ip has been prevented)|([A-Za-z,]{1,40} claims? required))");

  private static final Pattern TRACKING = Pattern.compile("TrackingId:([A-Za-z0-9_-]{1,80})");
  private static final int LONGEST = 64 * 1024;

  private final HttpClient http;
  private final Clock clock;

  SharedAccessProbe(HttpClient http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  /** Tries a key of a rule of an entity or, if that is empty, of the namespace. */
  ProbeAnswer probe(URI endpoint, String entity, String keyName, Secret key)
      throws InterruptedException {
    String where = endpoint.toString();
    String path = entity.isEmpty() ? "$namespaceinfo" : entity;
    HttpRequest request = new HttpRequest(
        HttpMethod.GET, endpoint.resolve("/" + path + "?api-version=2017-04").toString());
    try {
      request.setHeader(
          HttpHeaderName.AUTHORIZATION,
          SharedAccessToken.sign(endpoint, entity, keyName, key, clock.instant().plus(LIFETIME)));
    } catch (IllegalArgumentException notAKey) {
      return new ProbeAnswer.Unclear(where, String.valueOf(notAKey.getMessage()));
    }
    try (HttpResponse response = http.sendSync(request, Context.NONE)) {
      return judge(where, response.getStatusCode(), body(response));
    } catch (IOException | RuntimeException unreachable) {
      if (Failures.isInterruption(unreachable)) {
        throw new InterruptedException("interrupted while a key was tried on " + where);
      }
      // Named by type only: a message of the transport may quote the signed header.
      return new ProbeAnswer.Unclear(where, "no answer: " + Failures.rootType(unreachable));
    }
  }

  private static ProbeAnswer judge(String where, int status, String body) {
    if (status == 200) {
      return DESCRIPTION.matcher(body).find()
          ? new ProbeAnswer.Accepted(where, "200 with the description")
          : new ProbeAnswer.Unclear(where, "200 without the description that was asked for");
    }
    String evidence = status + " " + word(body) + ", request " + tracking(body);
    return status == 401 && WRONG_SIGNATURE.matcher(body).find()
        ? new ProbeAnswer.Refused(where, evidence)
        : new ProbeAnswer.Unclear(where, evidence);
  }

  private static String word(String body) {
    Matcher matcher = WORD.matcher(body);
    return matcher.find() ? matcher.group().replaceFirst("<Detail>\\s*", "") : "no code";
  }

  private static String tracking(String body) {
    Matcher matcher = TRACKING.matcher(body);
    return matcher.find() ? matcher.group(1) : "unknown";
  }

  /** The start of the body: what decides stands there, and nobody can make us keep more. */
  private static String body(HttpResponse response) throws IOException {
    try (InputStream body = response.getBodyAsInputStreamSync()) {
      return body == null ? "" : new String(body.readNBytes(LONGEST), StandardCharsets.UTF_8);
    }
  }
}
