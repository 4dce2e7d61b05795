package dev.rekey.detect;

import static dev.rekey.detect.GeneratedSecrets.BASE62;
import static dev.rekey.detect.GeneratedSecrets.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.AzureForms.Form;
import dev.rekey.detect.AzurePairingTest.Pair;
import dev.rekey.detect.AzureSecretsTest.Type;
import dev.rekey.detect.FileFormat.Value;
import dev.rekey.detect.FileFormat.Written;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Azure's formats of credentials, each with the rules that find it: none is without a test. */
class AzureFormatsTest {
  private static final int SEEDS = 3;
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  static final Detector DETECTOR =
      Detector.builder(RuleSet.builtIn()).fingerprintKey(KEY).build();

  /** Formats without a signature, and the rules that find them in one surrounding or another. */
  private static final Map<String, Set<String>> BY_SURROUNDINGS = Map.ofEntries(
      Map.entry(
          "storage key",
          Set.of(
              "azure.storage-connection-string",
              "azure.storage-legacy-key",
              "azure.storage-host-key")),
      Map.entry(
          "Cosmos DB key",
          Set.of(
              "azure.cosmos-connection-string", "azure.cosmos-named-key", "azure.cosmos-host-key")),
      Map.entry("Cosmos DB resource token", Set.of("azure.cosmos-resource-token")),
      Map.entry(
          "messaging key",
          Set.of("azure.service-bus-connection-string", "azure.shared-access-key")),
      Map.entry("IoT key", Set.of("azure.iot-connection-string", "azure.iot-symmetric-key")),
      Map.entry("notification hub key", Set.of("azure.notification-hub-key")),
      Map.entry("Batch key", Set.of("azure.legacy-batch-key", "azure.batch-host-key")),
      Map.entry(
          "AI services key", Set.of("azure.legacy-ai-services-key", "azure.ai-services-host-key")),
      Map.entry(
          "API Management subscription key",
          Set.of("azure.api-management-subscription-key", "azure.subscription-key")),
      Map.entry("API Management key", Set.of("azure.api-management-legacy-key")),
      Map.entry("API Management token", Set.of("azure.api-management-token")),
      Map.entry("API Management Git password", Set.of("azure.api-management-git-password")),
      Map.entry("App Configuration key", Set.of("azure.app-configuration-connection-string")),
      Map.entry("registry password", Set.of("azure.container-registry-password")),
      Map.entry("Search key", Set.of("azure.legacy-search-key", "azure.search-host-key")),
      Map.entry("Redis key", Set.of("azure.redis-connection-string", "azure.redis-host-key")),
      Map.entry("SignalR key", Set.of("azure.signalr-connection-string")),
      Map.entry("Web PubSub key", Set.of("azure.web-pubsub-connection-string")),
      Map.entry("Communication Services key", Set.of("azure.communication-connection-string")),
      Map.entry("Event Grid key", Set.of("azure.legacy-event-grid-key")),
      Map.entry("Functions key", Set.of("azure.function-key")),
      Map.entry("Maps key", Set.of("azure.maps-key")),
      Map.entry("Log Analytics key", Set.of("azure.log-analytics-key")),
      Map.entry("Automation key", Set.of("azure.automation-registration-key")),
      Map.entry("Automation webhook", Set.of("azure.automation-webhook")),
      Map.entry("Logic Apps URL", Set.of("azure.logic-app-url")),
      Map.entry("Power Automate URL", Set.of("azure.power-automate-url")),
      Map.entry("Teams webhook", Set.of("azure.teams-webhook")),
      Map.entry("SQL password", Set.of("azure.sql-connection-string")),
      Map.entry(
          "database password",
          Set.of(
              "azure.database-url", "azure.database-host-password", "azure.database-cli-password")),
      Map.entry("publish profile", Set.of("azure.publish-profile-password")),
      Map.entry("deployment address", Set.of("azure.deployment-url")),
      Map.entry("machine key", Set.of("azure.machine-key")),
      Map.entry("integration runtime key", Set.of("azure.integration-runtime-key")),
      Map.entry("refresh token", Set.of("azure.entra-refresh-token")),
      Map.entry(
          "older client secret",
          Set.of(
              "azure.entra-named-client-secret",
              "azure.entra-legacy-client-secret",
              "azure.cli-password")),
      Map.entry("Application Insights key", Set.of("azure.application-insights-api-key")),
      Map.entry("Direct Line secret", Set.of("azure.bot-direct-line-secret")),
      Map.entry("static web app token", Set.of("azure.static-web-app-token")),
      Map.entry(
          "Microsoft's other keys",
          Set.of(
              "microsoft.app-center-token",
              "microsoft.bing-maps-key",
              "microsoft.playfab-secret-key")));

  /** Settings whose name tells what their value opens. */
  enum Setting {
    STORAGE("AZURE_STORAGE_KEY", "azure.storage-legacy-key", s -> key(s, 86)),
    STORAGE_ACCOUNT("StorageAccountKey1", "azure.storage-legacy-key", s -> key(s, 86)),
    STORAGE_SIGNED(
        "AZURE_STORAGE_ACCESS_KEY", "azure.storage-account-key", GeneratedSecrets::storageKey),
    COSMOS("COSMOS_DB_KEY", "azure.cosmos-named-key", s -> key(s, 86)),
    COSMOS_SIGNED("CosmosKey", "azure.cosmos-key", s -> Type.COSMOS.key(s.random(), "MastRO00")),
    BATCH("AZURE_BATCH_ACCOUNT_KEY", "azure.legacy-batch-key", s -> key(s, 86)),
    NOTIFICATION("NotificationHubKey", "azure.notification-hub-key", s -> key(s, 43)),
    HUB_ACCESS("hubAccessKey", "azure.notification-hub-key", s -> key(s, 43)),
    SHARED_ACCESS("SharedAccessKey", "azure.shared-access-key", s -> key(s, 43)),
    WORKSPACE("WorkspaceSharedKey", "azure.log-analytics-key", s -> key(s, 86)),
    REGISTRATION("RegistrationKey", "azure.automation-registration-key", s -> key(s, 86)),
    MANAGEMENT("APIM_MANAGEMENT_KEY", "azure.api-management-legacy-key", s -> key(s, 86)),
    IOT("symmetric_key", "azure.iot-symmetric-key", s -> key(s, 43)),
    IOT_LONG("IOTHUB_DEVICE_KEY", "azure.iot-symmetric-key", s -> key(s, 86)),
    MAPS("AZURE_MAPS_KEY", "azure.maps-key", s -> s.text(BASE62 + "-_", 42) + "a"),
    OPENAI("AZURE_OPENAI_API_KEY", "azure.legacy-ai-services-key", s -> hex(s, 32)),
    INSIGHTS(
        "APPINSIGHTS_API_KEY",
        "azure.application-insights-api-key",
        s -> s.text("abcdefghijklmnopqrstuvwxyz0123456789", 40)),
    DIRECT_LINE(
        "DirectLineSecret",
        "azure.bot-direct-line-secret",
        s -> s.word(11) + "." + s.text(BASE62 + "-_", 42) + "a"),
    ENTRA_OLD(
        "AZURE_CLIENT_SECRET",
        "azure.entra-named-client-secret",
        s -> s.word(15) + "~" + s.word(16) + "1."),
    ENTRA_OLDER("ARM_CLIENT_SECRET", "azure.entra-named-client-secret", s -> s.word(30) + "7a"),
    ENTRA_NEW("AzureAd__ClientSecret", "azure.entra-client-secret", AzureSecrets::entraSecret),
    BOT("MicrosoftAppPassword", "azure.entra-named-client-secret", s -> s.word(34) + "-0"),
    APP_CENTER("APPCENTER_ACCESS_TOKEN", "microsoft.app-center-token", s -> hex(s, 40)),
    BING("BingMapsKey", "microsoft.bing-maps-key", s -> s.text(BASE62 + "-_", 63) + "a"),
    PLAYFAB(
        "PLAYFAB_SECRET_KEY",
        "microsoft.playfab-secret-key",
        s -> s.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 50)),
    STATIC_WEB_APP(
        "AZURE_STATIC_WEB_APPS_API_TOKEN",
        "azure.static-web-app-token",
        s -> hex(s, 64) + "2-" + guid(s) + "010"),
    FUNCTIONS_STORAGE(
        "AzureWebJobsStorage",
        "azure.storage-connection-string",
        GeneratedSecrets::storageKey,
        "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=",
        ";EndpointSuffix=core.windows.net"),
    CONTENT_SHARE(
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
        "azure.storage-connection-string",
        s -> key(s, 86),
        "AccountKey=",
        ";AccountName=acme;DefaultEndpointsProtocol=https"),
    DEVELOPER_TOKEN(
        "AZURE_DEVOPS_EXT_PAT",
        "azure.common-annotated-key",
        s -> AzureSecrets.commonAnnotatedKey(s, "BF", "AAAS", "AZDO"));

    private final String name;
    private final String rule;
    private final Function<GeneratedSecrets, String> secret;
    private final String before;
    private final String after;

    Setting(String name, String rule, Function<GeneratedSecrets, String> secret) {
      this(name, rule, secret, "", "");
    }

    Setting(
        String name,
        String rule,
        Function<GeneratedSecrets, String> secret,
        String before,
        String after) {
      this.name = name;
      this.rule = rule;
      this.secret = secret;
      this.before = before;
      this.after = after;
    }
  }

  static String key(GeneratedSecrets secrets, int characters) {
    return secrets.text(BASE64, characters) + (characters == 86 ? "==" : "=");
  }

  static String hex(GeneratedSecrets secrets, int length) {
    return secrets.text("0123456789abcdef", length);
  }

  private static String guid(GeneratedSecrets s) {
    return String.join("-", hex(s, 8), hex(s, 4), hex(s, 4), hex(s, 4), hex(s, 12));
  }

  static Stream<Arguments> settings() {
    return Stream.of(Setting.values())
        .flatMap(
            setting -> Stream.of(FileFormat.values()).map(format -> Arguments.of(setting, format)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void a_setting_is_told_by_its_name_in_each_file(Setting setting, FileFormat format) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(31 * seed + setting.ordinal());
      String secret = setting.secret.apply(secrets);
      Written file = format.write(
          setting.name, new Value(setting.before, secret, setting.after), secrets.random());
      assertOne(
          "seed %d, %s in %s: %s".formatted(seed, setting, format, file.text()),
          file,
          setting.rule,
          secret);
    }
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void a_setting_is_told_by_its_name_in_a_list_of_names_and_values(Setting setting) {
    GeneratedSecrets secrets = new GeneratedSecrets(17 + setting.ordinal());
    String secret = setting.secret.apply(secrets);
    for (String before : List.of(
        "env:\n  - name: %s\n    value: \"", "[\n {\n  \"name\": \"%s\",\n  \"value\": \"")) {
      String head = before.formatted(setting.name) + setting.before;
      String text = head + secret + setting.after + "\"\n";
      assertOne(
          text,
          new Written(text, head.length(), head.length() + secret.length()),
          setting.rule,
          secret);
    }
  }

  static void assertOne(String where, Written file, String rule, String canonical) {
    List<Finding> found = DETECTOR.detect(file.text());

    assertThat(found).as(where).extracting(Finding::rule).containsExactly(rule);
    Location location = found.get(0).place().location();
    assertThat(location.start()).as(where).isEqualTo(file.start());
    assertThat(location.end()).as(where).isEqualTo(file.end());
    assertThat(found.get(0).fingerprint())
        .as(where)
        .isEqualTo(KEY.fingerprint(canonical.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void every_format_has_its_rules_and_each_of_them_its_generated_cases() {
    Set<String> generated = Stream.concat(
            AzureForms.of(1).stream().map(Form::rule),
            Stream.concat(
                Stream.of(Setting.values()).map(setting -> setting.rule),
                Stream.of(Pair.values()).map(pair -> pair.rule)))
        .collect(Collectors.toSet());
    BY_SURROUNDINGS.forEach((format, rules) -> assertThat(generated).as(format).containsAll(rules));

    Set<String> elsewhere = Arrays.stream(Type.values())
        .map(type -> type.rule)
        .collect(Collectors.toCollection(TreeSet::new));
    elsewhere.addAll(Set.of(
        "azure.storage-account-key", // GeneratedCasesTest
        "azure.common-annotated-key",
        "azure.entra-client-secret", // AzureIdentityTest
        "azure.entra-client-secret-7q",
        "azure.devops-token",
        "azure.storage-sas", // AzureTokenRulesTest
        "azure.messaging-sas",
        "azure.event-grid-sas",
        "azure.entra-token",
        "azure.pkcs12",
        "azure.pdo-password", // AzureContextRulesTest
        "azure.template-password")); // below
    assertThat(RuleSet.builtIn().rules().stream()
            .map(Rule::id)
            .filter(id -> id.startsWith("azure.") || id.startsWith("microsoft.")))
        .containsExactlyInAnyOrderElementsOf(Stream.concat(
                BY_SURROUNDINGS.values().stream().flatMap(Set::stream), elsewhere.stream())
            .distinct()
            .toList());
  }

  @Test
  void the_password_in_the_parameters_of_a_deployment_is_found() {
    String password = new GeneratedSecrets(5).word(15) + "!1";
    String text = "{\"adminUsername\": {\"value\": \"app\"}, \"adminPassword\": {\"value\": \""
        + password + "\"}}";
    int start = text.indexOf(password);
    assertOne(
        text,
        new Written(text, start, start + password.length()),
        "azure.template-password",
        password);
  }

  @Test
  void a_digest_beside_a_host_is_no_key() {
    Random random = new Random(3);
    byte[] digest = new byte[64];
    random.nextBytes(digest);
    String base64 = java.util.Base64.getEncoder().encodeToString(digest);
    for (String text : List.of(
        "resolved \"https://acme.blob.core.windows.net/f.tgz\"\nintegrity sha512-" + base64,
        "\"https://acme.documents.azure.com\", \"integrity\": \"sha512-" + base64 + "\"",
        "storage.digest.key: sha512 " + base64,
        "https://acme.westeurope.batch.azure.com/f sha512=" + base64)) {
      assertThat(DETECTOR.detect(text)).as(text).isEmpty();
    }
  }
}
