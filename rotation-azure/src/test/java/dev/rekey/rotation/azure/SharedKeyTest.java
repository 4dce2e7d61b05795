package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpHeader;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.util.Context;
import dev.rekey.detect.Secret;
import dev.rekey.simulator.Resource.StorageAccount;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SharedKeyTest {
  private static final URI ENDPOINT = URI.create("https://acct1.blob.core.windows.net/");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private static String key(long seed) {
    byte[] bytes = new byte[64];
    new Random(seed).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static HttpRequest signed(String key) {
    try (Secret secret = Secret.of(key)) {
      return SharedKey.serviceProperties(ENDPOINT, "acct1", secret, NOW);
    }
  }

  /** "Authorize with Shared Key", read from the request as it would be sent. */
  private static String reference(HttpRequest request, String account, String key)
      throws Exception {
    TreeMap<String, String> headers = new TreeMap<>();
    for (HttpHeader header : request.getHeaders()) {
      headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue().trim());
    }
    StringBuilder text = new StringBuilder(request.getHttpMethod().toString()).append('\n');
    for (String standard : new String[] {
      "content-encoding",
      "content-language",
      "content-length",
      "content-md5",
      "content-type",
      "date",
      "if-modified-since",
      "if-match",
      "if-none-match",
      "if-unmodified-since",
      "range"
    }) {
      text.append(headers.getOrDefault(standard, "")).append('\n');
    }
    headers.forEach((name, value) -> {
      if (name.startsWith("x-ms-")) {
        text.append(name).append(':').append(value).append('\n');
      }
    });
    text.append('/').append(account).append(request.getUrl().getPath());
    text.append(Arrays.stream(request.getUrl().getQuery().split("&"))
        .sorted()
        .map(pair -> "\n" + pair.replaceFirst("=", ":"))
        .collect(Collectors.joining()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
    return Base64.getEncoder()
        .encodeToString(mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void the_signature_is_that_of_the_specification() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      String key = key(seed);
      HttpRequest request = signed(key);
      assertThat(request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION))
          .as("seed %d", seed)
          .isEqualTo("SharedKey acct1:" + reference(request, "acct1", key));
    }
  }

  @Test
  void the_date_is_written_as_in_1123_whatever_the_default_locale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("th-TH-u-nu-thai-ca-buddhist"));
      assertThat(signed(key(1)).getHeaders().getValue(HttpHeaderName.fromString("x-ms-date")))
          .isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void the_request_goes_to_the_service_whatever_path_the_endpoint_has() {
    try (Secret secret = Secret.of(key(1))) {
      assertThat(SharedKey.serviceProperties(
                  URI.create("https://acct1.blob.core.windows.net"), "acct1", secret, NOW)
              .getUrl())
          .hasToString("https://acct1.blob.core.windows.net/?restype=service&comp=properties");
    }
  }

  @Test
  void a_storage_account_accepts_it() {
    try (Lab lab = Lab.of(StorageAccount.named("acct1"));
        Secret key = Secret.of(lab.azure.storageKey("acct1", "key2"))) {
      HttpRequest request =
          SharedKey.serviceProperties(lab.azure.blob("acct1"), "acct1", key, Instant.now());
      assertThat(lab.wire.sendSync(request, Context.NONE).getStatusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_value_that_is_no_base64_is_refused_without_being_shown() {
    for (String bad : new String[] {"not*base64", "", "====", "abcde", "schlüssel", "a b c d"}) {
      assertThatThrownBy(() -> signed(bad))
          .as("a value of %d characters", bad.length())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a storage account key is base64; this value is not")
          .hasNoCause();
    }
  }
}
