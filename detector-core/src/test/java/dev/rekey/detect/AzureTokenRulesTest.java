package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Azure's signed tokens: their spans, what they grant, and until when. */
class AzureTokenRulesTest {
  private static final int SEEDS = 25;
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final Detector DETECTOR =
      Detector.builder(RuleSet.builtIn()).fingerprintKey(KEY).build();
  private static final String TENANT = "00000000-1111-2222-3333-444444444444";

  /** How a token of parameters is written down. */
  enum Writing {
    PLAIN(UnaryOperator.identity()),
    URL(Writing::values),
    XML(text -> values(text).replace("&", "&amp;")),
    XML_NUMBERS(text -> text.replace("&", "&#38;").replace("=", "&#61;").replace("+", "&#x2B;")),
    JSON(text -> values(text).replace("&", "\\u0026")),
    JSON_CAUTIOUS(text -> text.replace("&", "\\u0026")
        .replace("=", "\\u003D")
        .replace("+", "\\u002b")
        .replace("/", "\\/")),
    PROPERTIES(text -> text.replace("=", "\\=").replace(":", "\\:")),
    ENCODED(text -> URLEncoder.encode(text, StandardCharsets.US_ASCII));

    private final UnaryOperator<String> form;

    Writing(UnaryOperator<String> form) {
      this.form = form;
    }

    String of(String token) {
      return form.apply(token);
    }

    private static String values(String token) {
      List<String> parameters = new ArrayList<>();
      for (String parameter : token.split("&", -1)) {
        int equals = parameter.indexOf('=') + 1;
        parameters.add(parameter.substring(0, equals)
            + URLEncoder.encode(parameter.substring(equals), StandardCharsets.US_ASCII));
      }
      return String.join("&", parameters);
    }
  }

  @ParameterizedTest
  @EnumSource(Writing.class)
  void a_storage_sas_is_found_whole_with_its_parameters_in_any_order(Writing writing) {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String token = shuffled(
          secrets.random(),
          "sv=2022-11-02",
          "sr=b",
          "sp=racwd",
          "st=2029-12-31T00:00:00Z",
          "se=2030-01-01T00:00:00Z",
          "spr=https",
          "sig=" + signature(secrets));
      String before = "url https://acme.blob.core.windows.net/c/f.bin?";
      String written = writing.of(token);
      String where = "seed %d: %s".formatted(seed, written);

      Finding finding = only(before + written + "\" end", where);

      assertThat(finding.rule()).as(where).isEqualTo("azure.storage-sas");
      String signature = token.replaceFirst(".*sig=", "").substring(0, 43);
      assertThat(String.join(" ", finding.attributes().values()))
          .as(where)
          .doesNotContain(signature);
      assertSpan(finding, before.length(), written.length(), where);
      assertThat(finding.fingerprint()).as(where).isEqualTo(fingerprint(token));
      assertThat(finding.attributes())
          .as(where)
          .containsAllEntriesOf(Map.of(
              "account", "acme",
              "host", "acme.blob.core.windows.net",
              "kind", "service",
              "permissions", "racwd",
              "protocols", "https",
              "resource", "b",
              "starts", "2029-12-31T00:00:00Z",
              "expires", "2030-01-01T00:00:00Z"));
    }
  }

  @Test
  void the_kinds_of_storage_sas_are_told_apart() {
    String signature = signature(new GeneratedSecrets(1));
    Finding account = only(
        "SharedAccessSignature=sv=2022-11-02&ss=bq&srt=sco&sp=rl&se=2030-01-01&sig=" + signature,
        "");
    assertThat(account.attributes())
        .containsAllEntriesOf(Map.of("kind", "account", "services", "bq", "resource", "sco"));
    Finding delegated = only(
        "?skoid=" + TENANT + "&sktid=" + TENANT + "&skt=2029-01-01&ske=2030-01-01&sks=b"
            + "&skv=2022-11-02&sv=2022-11-02&sr=c&sp=r&se=2030-01-01&sig=" + signature,
        "");
    assertThat(delegated.attributes())
        .containsAllEntriesOf(Map.of("kind", "user-delegation", "tenant", TENANT));
    Finding policy = only("?sv=2022-11-02&sr=c&si=readers&sig=" + signature, "");
    assertThat(policy.attributes()).containsEntry("policy", "readers").doesNotContainKey("expires");
  }

  @Test
  void parameters_of_the_request_around_a_storage_sas_are_not_of_it() {
    String token =
        "sv=2022-11-02&sr=c&sp=l&se=2030-01-01&sig=" + signature(new GeneratedSecrets(2));
    String before = "https://acme.blob.core.windows.net/c?restype=container&comp=list&";
    Finding finding = only(before + token + "&timeout=90", "");
    assertSpan(finding, before.length(), token.length(), "");
  }

  @ParameterizedTest
  @EnumSource(
      value = Writing.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ENCODED", "PROPERTIES"})
  void a_messaging_sas_is_found_whole_with_its_parameters_in_any_order(Writing writing) {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String parameters = shuffled(
          secrets.random(),
          "sr=sb://acme.servicebus.windows.net/orders",
          "se=1893456000",
          "skn=send",
          "sig=" + signature(secrets));
      String token = "SharedAccessSignature " + parameters;
      String written = "SharedAccessSignature " + writing.of(parameters);
      String where = "seed %d: %s".formatted(seed, written);

      Finding finding = only("Authorization: " + written + "\"", where);

      assertThat(finding.rule()).as(where).isEqualTo("azure.messaging-sas");
      assertSpan(finding, 15, written.length(), where);
      assertThat(finding.fingerprint()).as(where).isEqualTo(fingerprint(token));
      assertThat(finding.attributes())
          .as(where)
          .containsAllEntriesOf(Map.of(
              "host",
              "acme.servicebus.windows.net",
              "policy",
              "send",
              "expires",
              "2030-01-01T00:00:00Z"));
    }
  }

  @Test
  void an_event_grid_sas_tells_its_resource_and_expiry() {
    Finding finding = only(
        "aeg-sas-token: r=https%3A%2F%2Facme.eventgrid.azure.net%2Fapi%2Fevents&e=1%2F1%2F2030&s="
            + URLEncoder.encode(signature(new GeneratedSecrets(3)), StandardCharsets.US_ASCII),
        "");
    assertThat(finding.attributes())
        .containsAllEntriesOf(Map.of("host", "acme.eventgrid.azure.net", "expires", "1/1/2030"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prod-07.westeurope.logic.azure.com",
        "prod-07.usgovtexas.logic.azure.us",
        "acme.azurewebsites.net"
      })
  void a_callback_url_is_one_secret_in_all_its_writings(String host) {
    String url =
        "https://" + host + ":443/workflows/" + new GeneratedSecrets(4).text("0123456789abcdef", 32)
            + "/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0"
            + "&sig=" + new GeneratedSecrets(5).word(43);
    Fingerprint canonical = fingerprint(url.replace("%2F", "/"));
    for (String written : List.of(
        url,
        url.replace("%2F", "/"),
        url.replace("&", "\\u0026"),
        url.replace("/", "\\/").replace("&", "\\u0026"),
        url.replace("&", "&amp;"),
        url.replace(":", "\\:").replace("=", "\\="))) {
      Finding finding = only("\"" + written + "\"", written);
      assertThat(finding.rule()).isEqualTo("azure.logic-app-url");
      assertSpan(finding, 1, written.length(), written);
      assertThat(finding.fingerprint()).as(written).isEqualTo(canonical);
      assertThat(finding.attributes()).containsEntry("host", host);
    }
  }

  @Test
  void an_entra_token_tells_its_tenant_its_client_and_its_expiry() {
    String token = jwt("https://sts.windows.net/" + TENANT + "/");
    Finding finding = only("Authorization: Bearer " + token + "\n", token);
    assertThat(finding.rule()).isEqualTo("azure.entra-token");
    assertSpan(finding, 22, token.length(), token);
    assertThat(finding.attributes())
        .containsAllEntriesOf(Map.of(
            "tenant", TENANT,
            "clientId", "app-1",
            "audience", "https://vault.azure.net",
            "permissions", "Files.Read,User.Read",
            "object", "obj-1",
            "expires", "2030-01-01T00:00:00Z"));
  }

  @Test
  void a_token_of_another_issuer_is_left_to_other_rules() {
    for (String issuer : List.of(
        "https://issuer.example/",
        "https://sts.windows.net.evil.example/",
        "http://sts.windows.net/",
        "")) {
      assertThat(DETECTOR.detect(jwt(issuer)))
          .as(issuer)
          .extracting(Finding::rule)
          .doesNotContain("azure.entra-token");
    }
  }

  @Test
  void a_certificate_with_its_key_is_found_in_one_line_and_in_many() {
    byte[] body = new byte[900];
    new Random(6).nextBytes(body);
    System.arraycopy(Base64.getDecoder().decode("MIIDgAIBAzCC"), 0, body, 0, 9);
    String pfx = Base64.getEncoder().encodeToString(body);
    Finding one = only("pfx=\"" + pfx + "\"", pfx);
    assertSpan(one, 5, pfx.length(), pfx);
    assertThat(one.rule()).isEqualTo("azure.pkcs12");
    for (int width : List.of(64, 76)) {
      String lines = Base64.getMimeEncoder(width, new byte[] {'\n'}).encodeToString(body);
      Finding many = only(lines + "\n\nnot of it", lines);
      assertSpan(many, 0, lines.length(), lines);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "InstrumentationKey=00000000-1111-2222-3333-444444444444;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
        "APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey=0a0b0c0d-1111-2222-3333-444444444444",
        "\"Password\": \"@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/db/)\"",
        "Endpoint=@Microsoft.KeyVault(VaultName=acme;SecretName=bus);SharedAccessKey=@Microsoft.KeyVault(x)",
        "Server=acme.database.windows.net;User ID=app;Password=@Microsoft.KeyVault(SecretUri=https://a);",
        "UseDevelopmentStorage=true",
        "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1",
        "Endpoint=sb://localhost;SharedAccessKeyName=Root;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;",
        "https://acme.blob.core.windows.net/c?sv=2022-11-02&sr=b&sp=r&se=2030-01-01&sig=<signature>",
        "https://acme.blob.core.windows.net/c/f.bin?sv=2022-11-02",
        "HostName=acme.azure-devices.net;DeviceId=d1;SharedAccessKey={device key}",
        "acme.redis.cache.windows.net:6380,password=<access-key>,ssl=True",
        "Server=acme.database.windows.net;User ID=app;Password={your_password};",
        "Server=acme.database.windows.net;Authentication=Active Directory Managed Identity;",
        "jdbc:sqlserver://acme.database.windows.net;user=app;password=${DB_PASSWORD}",
        "postgresql://app:${PGPASSWORD}@acme.postgres.database.azure.com/orders",
        "docker login acme.azurecr.io -u acme -p $ACR_PASSWORD",
        "<machineKey validationKey=\"AutoGenerate,IsolateApps\" decryptionKey=\"AutoGenerate\" />",
        "Ocp-Apim-Subscription-Key: 00000000000000000000000000000000"
      })
  void what_is_no_secret_is_not_reported(String text) {
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }

  @Test
  void the_published_key_of_the_cosmos_db_emulator_is_no_secret() {
    // In pieces, so that nothing here looks like a key; Microsoft prints it in its documentation.
    String key = String.join(
        "",
        "C2y6yDjf5/R+ob0N8A",
        "7Cgv30VRDJIWEHLM+4",
        "QDU5DE2nQ9nDuVTqob",
        "D4b8mGGyPMbIZnqyMs",
        "EcaGQy67XIw/Jw=",
        "=");
    assertThat(DETECTOR.detect("AccountEndpoint=https://localhost:8081/;AccountKey=" + key))
        .isEmpty();
    assertThat(DETECTOR.detect("COSMOS_KEY=" + key)).isEmpty();
  }

  @Test
  void claims_show_only_what_is_fit_to_be_shown() {
    String signature = signature(new GeneratedSecrets(7));
    Finding finding = only(
        "?sv=2022-11-02&sr=c&sp=" + "r".repeat(300) + "&si=a%0Ab&se=99999999999999&sig="
            + signature,
        "");
    assertThat(finding.attributes())
        .doesNotContainKeys("permissions", "policy")
        .doesNotContainValue(signature);
  }

  private static String jwt(String issuer) {
    String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"k\"}";
    String payload = ("{\"aud\":\"https://vault.azure.net\",\"iss\":\"%s\",\"exp\":1893456000,"
            + "\"scp\":\"Files.Read User.Read\",\"oid\":\"obj-1\","
            + "\"appid\":\"app-1\",\"tid\":\"%s\"}")
        .formatted(issuer, TENANT);
    byte[] signature = new byte[256];
    new Random(8).nextBytes(signature);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString(header.getBytes(StandardCharsets.US_ASCII)) + "."
        + base64.encodeToString(payload.getBytes(StandardCharsets.US_ASCII)) + "."
        + base64.encodeToString(signature);
  }

  private static String signature(GeneratedSecrets secrets) {
    return secrets.text(GeneratedSecrets.BASE64, 43) + "=";
  }

  private static String shuffled(Random random, String... parameters) {
    List<String> order = new ArrayList<>(List.of(parameters));
    Collections.shuffle(order, random);
    return String.join("&", order);
  }

  private static Fingerprint fingerprint(String canonical) {
    return KEY.fingerprint(canonical.getBytes(StandardCharsets.US_ASCII));
  }

  private static void assertSpan(Finding finding, int start, int length, String where) {
    Location location = finding.place().location();
    assertThat(location.start()).as(where).isEqualTo(start);
    assertThat(location.end()).as(where).isEqualTo(start + length);
  }

  private static Finding only(String text, String where) {
    List<Finding> found = DETECTOR.detect(text);
    assertThat(found).as(where).hasSize(1);
    return found.get(0);
  }
}
