package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.ProbeAnswer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Tries a key on the blob service of a storage account.
 *
 * <p>Death is one answer only: 403 {@code AuthenticationFailed} whose detail says that the MAC is not
 * the one computed. Expired dates, disabled shared keys, firewalls and disabled accounts answer 401 or
 * 403 too and are unclear. The detail echoes what was signed, so it is matched and never kept.
 */
final class BlobProbe {
  private static final HttpHeaderName ERROR_CODE = HttpHeaderName.fromString("x-ms-error-code");
  private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");
  private static final String WRONG_MAC = "The MAC signature found in the HTTP request";
  private static final String NOT_THE_SAME = "is not the same as any computed signature";
  private static final int LONGEST = 64 * 1024;

  private final HttpClient http;
  private final Clock clock;

  BlobProbe(HttpClient http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  ProbeAnswer probe(URI endpoint, String account, Secret key) {
    String where = endpoint.toString();
    try (HttpResponse response = http.sendSync(
        SharedKey.serviceProperties(endpoint, account, key, clock.instant()), Context.NONE)) {
      int status = response.getStatusCode();
      String code = plain(response.getHeaderValue(ERROR_CODE), "no code");
      String evidence = status + " " + code + ", request "
          + plain(response.getHeaderValue(REQUEST_ID), "unknown");
      if (status == 200) {
        return new ProbeAnswer.Accepted(
            where, "200, request " + plain(response.getHeaderValue(REQUEST_ID), "unknown"));
      }
      if (status == 403 && code.equals("AuthenticationFailed") && wrongMac(response)) {
        return new ProbeAnswer.Refused(where, evidence + ", its detail names the MAC");
      }
      return new ProbeAnswer.Unclear(where, evidence);
    } catch (IllegalArgumentException notAKey) {
      return new ProbeAnswer.Unclear(where, String.valueOf(notAKey.getMessage()));
    } catch (RuntimeException unreachable) {
      return new ProbeAnswer.Unclear(
          where, "no answer: " + unreachable.getClass().getSimpleName());
    }
  }

  private static boolean wrongMac(HttpResponse response) {
    byte[] bytes = response.getBodyAsBinaryData().toBytes();
    String body = new String(bytes, 0, Math.min(bytes.length, LONGEST), StandardCharsets.UTF_8);
    return body.contains(WRONG_MAC) && body.contains(NOT_THE_SAME);
  }

  /** A header of the answer as evidence: short, and of harmless characters. */
  private static String plain(@Nullable String header, String instead) {
    if (header == null || !header.matches("[A-Za-z0-9-]{1,64}")) {
      return instead;
    }
    return header;
  }
}
