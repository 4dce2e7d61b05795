package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.AzureForms.Form;
import dev.rekey.detect.FileFormat.Written;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Azure's keys and passwords that only their surroundings tell. */
class AzureContextRulesTest {
  private static final int SEEDS = 3;
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .ignoringRequiredChecksums()
      .fingerprintKey(KEY)
      .build();

  static Stream<Arguments> cases() {
    return AzureForms.of(0).stream()
        .map(Form::name)
        .flatMap(form -> Stream.of(FileFormat.values()).map(format -> Arguments.of(form, format)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void each_form_is_found_in_each_file_with_its_parts(String name, FileFormat format) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Form form = AzureForms.of(seed).stream()
          .filter(one -> one.name().equals(name))
          .findFirst()
          .orElseThrow();
      Written file = format.write("Setting", form.value(), new GeneratedSecrets(seed).random());
      String where = "seed %d, %s in %s: %s".formatted(seed, name, format, file.text());

      List<Finding> found = DETECTOR.detect(file.text());

      assertThat(found).as(where).extracting(Finding::rule).containsExactly(form.rule());
      Location location = found.get(0).place().location();
      assertThat(location.start()).as(where).isEqualTo(file.start());
      assertThat(location.end()).as(where).isEqualTo(file.end());
      assertThat(found.get(0).fingerprint())
          .as(where)
          .isEqualTo(KEY.fingerprint(form.canonical().getBytes(StandardCharsets.UTF_8)));
      assertThat(found.get(0).attributes()).as(where).containsAllEntriesOf(form.attributes());
      assertThat(String.join(" ", found.get(0).attributes().values()))
          .as(where)
          .doesNotContain(form.canonical())
          .doesNotContain(file.text().substring(file.start(), file.end()));
    }
  }

  static Stream<Form> inUrls() {
    Set<String> rules = Set.of(
        "azure.service-bus-connection-string",
        "azure.iot-connection-string",
        "azure.cosmos-connection-string",
        "azure.app-configuration-connection-string",
        "azure.signalr-connection-string",
        "azure.web-pubsub-connection-string",
        "azure.communication-connection-string",
        "azure.redis-connection-string");
    return AzureForms.of(4).stream().filter(form -> rules.contains(form.rule()));
  }

  @ParameterizedTest
  @MethodSource("inUrls")
  void a_connection_string_in_a_url_has_the_fingerprint_of_its_bare_key(Form form) {
    String url = "https://example.com/?c="
        + URLEncoder.encode(form.value().whole(), StandardCharsets.US_ASCII) + "&x=1";

    List<Finding> found = DETECTOR.detect(url);

    assertThat(found).as(url).extracting(Finding::rule).containsExactly(form.rule());
    assertThat(found.get(0).fingerprint())
        .as(url)
        .isEqualTo(KEY.fingerprint(form.canonical().getBytes(StandardCharsets.US_ASCII)));
    assertThat(found.get(0).attributes()).as(url).containsAllEntriesOf(form.attributes());
  }

  static Stream<Arguments> examples() {
    return RuleSet.builtIn().rules().stream()
        .filter(rule -> rule.id().startsWith("azure."))
        .flatMap(rule -> rule.examples().stream().map(example -> Arguments.of(rule, example)));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void an_example_gives_one_finding_of_its_rule_or_of_one_it_yields_to(Rule rule, String example) {
    assertThat(DETECTOR.detect(example))
        .as(example)
        .singleElement()
        .extracting(Finding::rule)
        .satisfies(found ->
            assertThat(found.equals(rule.id()) || rule.yields().contains(found)).isTrue());
  }

  static Stream<Arguments> otherForms() {
    GeneratedSecrets secrets = new GeneratedSecrets(11);
    String cosmos = secrets.text(GeneratedSecrets.BASE64, 86) + "==";
    String redis = secrets.text(GeneratedSecrets.BASE64, 43) + "=";
    String password = secrets.word(9) + "!x/" + secrets.word(4);
    String encoded = URLEncoder.encode(password, StandardCharsets.US_ASCII);
    String host = "acme.postgres.database.azure.com";
    return Stream.of(
        Arguments.of(
            "azure.cosmos-connection-string",
            "mongodb://acme:" + URLEncoder.encode(cosmos, StandardCharsets.US_ASCII)
                + "@acme.mongo.cosmos.azure.com:10255/?ssl=true",
            cosmos,
            Map.of("account", "acme")),
        Arguments.of(
            "azure.cosmos-host-key",
            "{\"endpoint\": \"https://acme.documents.azure.com:443/\", \"key\": \"" + cosmos
                + "\"}",
            cosmos,
            Map.of("account", "acme")),
        Arguments.of(
            "azure.redis-connection-string",
            "rediss://:" + URLEncoder.encode(redis, StandardCharsets.US_ASCII)
                + "@acme.redis.cache.windows.net:6380/0",
            redis,
            Map.of("host", "acme.redis.cache.windows.net")),
        Arguments.of(
            "azure.database-url",
            "postgres://app%40acme:" + encoded + "@" + host + "/orders",
            password,
            Map.of("host", host, "user", "app%40acme", "database", "orders")),
        Arguments.of(
            "azure.database-url",
            "mysql+pymysql://app:" + encoded + "@acme.mysql.database.azure.com:3306/orders",
            password,
            Map.of("host", "acme.mysql.database.azure.com", "database", "orders")),
        Arguments.of(
            "azure.pdo-password",
            "new PDO(\"sqlsrv:server = tcp:acme.database.windows.net,1433; Database = orders\", \"app\", \""
                + password + "\");",
            password,
            Map.of("host", "acme.database.windows.net", "user", "app", "database", "orders")),
        Arguments.of(
            "azure.pdo-password",
            "new PDO('pgsql:host=" + host + ";dbname=orders', $user, '" + password + "', $options)",
            password,
            Map.of("host", host, "database", "orders")),
        Arguments.of(
            "azure.sql-connection-string",
            "Driver={ODBC Driver 18 for SQL Server};Server=" + host + ";Uid=app;Pwd={" + password
                + "};",
            password,
            Map.of("host", host, "user", "app")),
        Arguments.of(
            "azure.sql-connection-string",
            "Host=" + host + ";Username=app;Password=" + password + ";Ssl Mode=Require",
            password,
            Map.of("host", host, "user", "app")),
        Arguments.of(
            "azure.publish-profile-password",
            "<publishProfile publishUrl=\"acme.scm.azurewebsites.net:443\" msdeploySite=\"acme\""
                + " userName=\"$acme\" userPWD=\"" + redis.replaceAll("[+/=]", "x")
                + "A1b2C3d4E5f6G7h8\" />",
            redis.replaceAll("[+/=]", "x") + "A1b2C3d4E5f6G7h8",
            Map.of("host", "acme.scm.azurewebsites.net", "user", "$acme", "site", "acme")));
  }

  @ParameterizedTest
  @MethodSource("otherForms")
  void a_form_of_its_own_is_found_with_its_parts(
      String rule, String text, String canonical, Map<String, String> attributes) {
    List<Finding> found = DETECTOR.detect(text);

    assertThat(found).as(text).extracting(Finding::rule).containsExactly(rule);
    assertThat(found.get(0).fingerprint())
        .as(text)
        .isEqualTo(KEY.fingerprint(canonical.getBytes(StandardCharsets.US_ASCII)));
    assertThat(found.get(0).attributes()).as(text).containsAllEntriesOf(attributes);
  }
}
