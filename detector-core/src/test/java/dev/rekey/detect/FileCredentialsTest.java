package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials of any issuer, in the forms in which files and protocols carry them. */
class FileCredentialsTest {
  private static final int SEEDS = 50;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @Test
  void the_seed_of_a_nats_key_is_valid_and_invalid_with_one_changed_character() {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String key = nkey(20 << 3, secrets);
      Finding original = only("NATS_SEED=" + key, seed);
      assertThat(original.rule()).as("seed %d", seed).isEqualTo("nats.nkey-seed");
      assertThat(original.checksum()).as("seed %d", seed).isEqualTo(Checksum.VALID);
      assertThat(original.attributes()).as("seed %d", seed).containsEntry("keyKind", "user");

      int at = 4 + secrets.random().nextInt(48);
      char other = BASE32.charAt((BASE32.indexOf(key.charAt(at)) + 1) % BASE32.length());
      Finding changed =
          only("NATS_SEED=" + key.substring(0, at) + other + key.substring(at + 1), seed);
      assertThat(changed.checksum())
          .as("seed %d, position %d", seed, at)
          .isEqualTo(Checksum.INVALID);
    }
  }

  @Test
  void basic_credentials_tell_their_user() {
    for (long seed = 0; seed < SEEDS; seed++) {
      String password = new GeneratedSecrets(seed).word(14);
      Finding finding = only("Authorization: Basic " + base64("deploy:" + password), seed);
      assertThat(finding.rule()).as("seed %d", seed).isEqualTo("http.basic");
      assertThat(finding.attributes()).as("seed %d", seed).isEqualTo(Map.of("user", "deploy"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Aladdin:open sesame",
        "username:password",
        "deploy:${PASSWORD}",
        "deploy:",
        "nocolon-at-all",
        "guest:guest",
        "tab\t:bed0ok-xyz"
      })
  void what_is_no_user_with_a_password_is_no_basic_credential(String text) {
    assertThat(DETECTOR.detect("Authorization: Basic " + base64(text))).as(text).isEmpty();
  }

  @Test
  void a_private_key_in_base64_tells_its_form_and_a_certificate_is_none() {
    String body = new GeneratedSecrets(1).text(GeneratedSecrets.BASE64, 64) + "\n";
    for (String form : List.of(
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK")) {
      Finding finding = only("TLS_KEY=" + base64(pem(form, body.repeat(3))), 1);
      assertThat(finding.rule()).as(form).isEqualTo("private-key.wrapped");
      assertThat(finding.attributes()).as(form).containsEntry("keyKind", form);
    }
    for (String form : List.of("CERTIFICATE", "PUBLIC KEY", "CERTIFICATE REQUEST")) {
      assertThat(DETECTOR.detect("TLS_CRT=" + base64(pem(form, body.repeat(3)))))
          .as(form)
          .isEmpty();
    }
  }

  @Test
  void an_encrypted_private_key_is_told_from_an_open_one() {
    String body = new GeneratedSecrets(2).text(GeneratedSecrets.BASE64, 64) + "\n";
    String header = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n";
    assertThat(only(pem("RSA PRIVATE KEY", body), 2).rule()).isEqualTo("private-key.pem");
    for (String text : List.of(
        pem("ENCRYPTED PRIVATE KEY", body),
        pem("RSA PRIVATE KEY", header + body),
        "KEY=\"" + pem("RSA PRIVATE KEY", header + body).replace("\n", "\\n") + '"')) {
      assertThat(only(text, 2).rule()).as(text).isEqualTo("private-key.encrypted");
    }
  }

  @Test
  void the_key_of_a_service_account_tells_whose_it_is() {
    GeneratedSecrets secrets = new GeneratedSecrets(3);
    String id = secrets.text("0123456789abcdef", 40);
    String key = pem("PRIVATE KEY", secrets.text(GeneratedSecrets.BASE64, 64) + "\n");
    Finding finding = only(
        "{\n  \"type\": \"service_account\",\n  \"project_id\": \"acme-prod\",\n"
            + "  \"private_key_id\": \"" + id + "\",\n  \"private_key\": \""
            + key.replace("\n", "\\n") + "\",\n"
            + "  \"client_email\": \"ci@acme-prod.iam.gserviceaccount.com\"\n}\n",
        3);
    assertThat(finding.attributes())
        .containsEntry("account", "ci@acme-prod.iam.gserviceaccount.com")
        .containsEntry("project", "acme-prod")
        .containsEntry("keyId", id);
  }

  @Test
  void a_cisco_password_of_type_7_decodes_from_each_place_of_the_key() {
    String text = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";
    for (int start = 0; start < 16; start++) {
      String password = new GeneratedSecrets(start).word(12);
      byte[] mixed = password.getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] ^= (byte) text.charAt(start + i);
      }
      String hex = "%02d%s".formatted(start, HexFormat.of().withUpperCase().formatHex(mixed));
      assertThat(only("username ops password 7 " + hex, start).rule())
          .as("start %d", start)
          .isEqualTo("cisco.type-7-password");
      mixed[5] |= (byte) 0x80;
      String broken = "%02d%s".formatted(start, HexFormat.of().withUpperCase().formatHex(mixed));
      assertThat(DETECTOR.detect("username ops password 7 " + broken))
          .as("start %d", start)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "postgres, postgresql.url-password",
    "postgresql+asyncpg, postgresql.url-password",
    "mysql+pymysql, mysql.url-password",
    "mongodb+srv, mongodb.url-password",
    "rediss, redis.url-password",
    "amqps, amqp.url-password",
    "sqlserver, mssql.url-password",
    "clickhouse, clickhouse.url-password",
    "bolt+s, neo4j.url-password",
    "oracle+oracledb, oracle.url-password",
    "trino, database.url-password",
    "nats, nats.url-password",
    "mqtts, mqtt.url-password",
    "smtps, smtp.url-password"
  })
  void a_url_tells_its_parts_and_its_value_is_the_password_alone(String scheme, String rule) {
    String password = new GeneratedSecrets(4).word(16);
    for (String text : List.of(
        "URL=%s://app:%s@db1.acme.test:7000/orders?x=1",
        "  \"url\": \"%s://app:%s@db1.acme.test:7000/orders\",")) {
      String whole = text.formatted(scheme, password);
      Finding finding = only(whole, 4);
      assertThat(finding.rule()).as(whole).isEqualTo(rule);
      assertThat(finding.attributes())
          .as(whole)
          .containsEntry("user", "app")
          .containsEntry("host", "db1.acme.test")
          .containsEntry("port", "7000")
          .containsEntry("database", "orders")
          .containsEntry("scheme", scheme);
      Location location = finding.place().location();
      assertThat(whole.substring((int) location.start(), (int) location.end())).isEqualTo(password);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https", "ftp", "rtsp", "socks5", "webdavs", "svn+ssh"})
  void a_url_of_no_database_tells_its_parts_too(String scheme) {
    String password = new GeneratedSecrets(10).word(16);
    Finding finding = only(scheme + "://app:" + password + "@files.acme.test:7000/a/b", 10);
    assertThat(finding.rule()).isEqualTo("url.password");
    assertThat(finding.attributes())
        .isEqualTo(
            Map.of("user", "app", "host", "files.acme.test", "port", "7000", "scheme", scheme));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "127.0.0.1", "[::1]", "host.docker.internal", "db.example.com"})
  void a_password_for_a_local_host_is_of_lower_worth(String host) {
    String password = new GeneratedSecrets(5).word(16);
    for (String scheme : List.of("postgres", "https", "amqp", "mongodb")) {
      Finding finding = only(scheme + "://app:" + password + "@" + host + ":9000/x", 5);
      assertThat(finding.rule()).as(scheme).isEqualTo("url.local-password");
      assertThat(finding.severity()).isEqualTo(Severity.LOW);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://postgres:postgres@db:5432/app",
        "amqp://guest:guest@mq.acme.test",
        "mysql://Root:ROOT@db.acme.test/app",
        "redis://:mysecretpassword@cache.acme.test",
        "https://ci:changeme@git.acme.test"
      })
  void a_default_password_in_a_url_is_none(String url) {
    assertThat(DETECTOR.detect(url)).as(url).isEmpty();
  }

  @Test
  void a_user_whose_name_ends_like_the_password_is_not_the_same() {
    assertThat(DETECTOR.detect("postgres://xk7ab2qq:k7ab2qq@db.acme.test/app")).hasSize(1);
  }

  @Test
  void a_percent_escape_is_undone_before_the_fingerprint() {
    String password = new GeneratedSecrets(6).word(12);
    Finding escaped = only("postgres://app:" + password + "%21@db.acme.test/x", 6);
    Finding plain = only("postgres://app:" + password + "!@db.acme.test/x", 6);
    assertThat(escaped.fingerprint()).isEqualTo(plain.fingerprint());
  }

  @Test
  void a_bearer_token_that_is_a_json_web_token_is_reported_as_that() {
    String token = base64("{\"alg\":\"HS256\"}").replace("=", "") + "."
        + base64("{\"sub\":\"deployment\"}").replace("=", "") + "."
        + new GeneratedSecrets(7).word(43);
    assertThat(only("Authorization: Bearer " + token, 7).rule()).isEqualTo("jwt.token");
    String opaque = new GeneratedSecrets(8).word(43);
    assertThat(only("Authorization: Bearer " + opaque, 8).rule()).isEqualTo("http.bearer");
  }

  @Test
  void each_part_of_a_login_stands_on_a_line_of_its_own() {
    String password = new GeneratedSecrets(9).word(16);
    Finding kafka = only(
        "KafkaClient {\n  org.apache.kafka.common.security.plain.PlainLoginModule required\n"
            + "  username=\"app\"\n  password=\"" + password + "\";\n};\n",
        9);
    assertThat(kafka.rule()).isEqualTo("kafka.jaas-password");
    assertThat(kafka.attributes()).containsEntry("user", "app");
    Finding maven = only(
        "<server>\n  <id>nexus</id>\n  <username>ci</username>\n  <password>" + password
            + "</password>\n</server>\n",
        9);
    assertThat(maven.rule()).isEqualTo("maven.server-password");
    assertThat(maven.attributes()).isEqualTo(Map.of("user", "ci", "server", "nexus"));
    Finding filezilla = only(
        "<Server>\n<Host>ftp.acme.test</Host>\n<Port>21</Port>\n<User>ci</User>\n"
            + "<Pass encoding=\"base64\">" + base64(password) + "</Pass>\n</Server>\n",
        9);
    assertThat(filezilla.attributes())
        .isEqualTo(Map.of("host", "ftp.acme.test", "port", "21", "user", "ci"));
  }

  @Test
  void hostile_values_tell_nothing_and_break_nothing() {
    for (String text :
        new String[] {"", "=", "====", ":", "S", "SUA", "7", "00", "LS0t", "\0", "a:b", "\u00e4"}) {
      Candidate candidate =
          new Candidate("acme.token", text.getBytes(StandardCharsets.ISO_8859_1), new byte[0]);
      for (Check check : new Check[] {new BasicCheck(), new NkeyCheck(), new WrappedKeyCheck()}) {
        assertThat(check.check(candidate))
            .as("%s of \"%s\"", check.getClass(), text)
            .isEqualTo(Check.Result.NOTHING);
      }
      assertThat(new BasicCheck().reason(candidate)).as(text).isPresent();
      assertThat(CiscoPassword.reason(candidate).isPresent())
          .as(text)
          .isEqualTo(!text.equals("00"));
    }
  }

  private static Finding only(String text, long seed) {
    return assertThat(DETECTOR.detect(text)).as("seed %d", seed).singleElement().actual();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String pem(String form, String body) {
    return "-----BEGIN " + form + "-----\n" + body + "-----END " + form + "-----\n";
  }

  /** As strkey.go describes it; the checksum bit by bit, most significant first. */
  private static String nkey(int kind, GeneratedSecrets secrets) {
    byte[] key = new byte[36];
    secrets.random().nextBytes(key);
    key[0] = (byte) (18 << 3 | kind >> 5);
    key[1] = (byte) ((kind & 31) << 3);
    int remainder = 0;
    for (int bit = 0; bit < 34 * 8; bit++) {
      int next = key[bit / 8] >> (7 - bit % 8) & 1;
      boolean subtract = (remainder >> 15 & 1) != next;
      remainder = (remainder << 1 ^ (subtract ? 0x1021 : 0)) & 0xffff;
    }
    key[34] = (byte) remainder;
    key[35] = (byte) (remainder >> 8);
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < 36 * 8; bit += 5) {
      int digit = 0;
      for (int i = bit; i < bit + 5; i++) {
        digit = digit << 1 | (i < 36 * 8 ? key[i / 8] >> (7 - i % 8) & 1 : 0);
      }
      text.append(BASE32.charAt(digit));
    }
    return text.toString();
  }
}
