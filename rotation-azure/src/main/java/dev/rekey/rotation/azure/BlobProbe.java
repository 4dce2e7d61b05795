package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tries a key on the blob service of a storage account.
 *
 * <p>Death is one answer only: 403 {@code AuthenticationFailed} whose detail says that the MAC is not
 * the one computed. Expired dates, disabled shared keys, firewalls and disabled accounts answer 401 or
 * 403 too and are unclear. Life is one answer only as well: the settings that were asked for, so that
 * no proxy's own page passes for a positive control. The detail echoes what was signed, so it is
 * matched and never kept.
 */
final class BlobProbe {
  private static final HttpHeaderName ERROR_CODE = HttpHeaderName.fromString("x-ms-error-code");
  private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");
  private static final Pattern WRONG_MAC = Pattern.compile("<AuthenticationErrorDetail>\\s*"
      + "The MAC signature found in the HTTP request '[^'<]{0,400}' is not the same as any computed"
      + " signature\\b");
  private static final Pattern SETTINGS = Pattern.compile("<StorageServiceProperties[\\s/>]");
  private static final int LONGEST = 64 * 1024;

  private final HttpClient http;
  private final Clock clock;

  BlobProbe(HttpClient http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  ProbeAnswer probe(URI endpoint, String account, Secret key) throws InterruptedException {
    String where = endpoint.toString();
    HttpRequest request;
    try {
      request = SharedKey.serviceProperties(endpoint, account, key, clock.instant());
    } catch (IllegalArgumentException notAKey) {
      return new ProbeAnswer.Unclear(where, String.valueOf(notAKey.getMessage()));
    }
    try (HttpResponse response = http.sendSync(request, Context.NONE)) {
      return judge(where, response);
    } catch (IOException | RuntimeException unreachable) {
      if (Failures.isInterruption(unreachable)) {
        throw new InterruptedException("interrupted while a key was tried on " + where);
      }
      // Named by type only: a message of the transport may quote the signed header.
      return new ProbeAnswer.Unclear(where, "no answer: " + Failures.rootType(unreachable));
    }
  }

  private static ProbeAnswer judge(String where, HttpResponse response) throws IOException {
    int status = response.getStatusCode();
    String request = ", request " + plain(response.getHeaderValue(REQUEST_ID), "unknown");
    if (status == 200) {
      return SETTINGS.matcher(body(response)).find()
          ? new ProbeAnswer.Accepted(where, "200" + request)
          : new ProbeAnswer.Unclear(where, "200 without the settings of a blob service" + request);
    }
    String code = plain(response.getHeaderValue(ERROR_CODE), "no code");
    String evidence = status + " " + code + request;
    return status == 403
            && code.equals("AuthenticationFailed")
            && WRONG_MAC.matcher(body(response)).find()
        ? new ProbeAnswer.Refused(where, evidence + ", its detail names the MAC")
        : new ProbeAnswer.Unclear(where, evidence);
  }

  /** The start of the body: what decides stands there, and nobody can make us keep more. */
  private static String body(HttpResponse response) throws IOException {
    try (InputStream body = response.getBodyAsInputStreamSync()) {
      return body == null ? "" : new String(body.readNBytes(LONGEST), StandardCharsets.UTF_8);
    }
  }

  /** A header of the answer as evidence: short, and of harmless characters. */
  private static String plain(@Nullable String header, String instead) {
    if (header == null || !header.matches("[A-Za-z0-9-]{1,64}")) {
      return instead;
    }
    return header;
  }
}
