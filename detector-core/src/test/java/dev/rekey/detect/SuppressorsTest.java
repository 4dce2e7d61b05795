package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which values count as passwords, and which as something else that stands in their place. */
class SuppressorsTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tr0ub4dor&3",
        "correct-horse-battery",
        "correct_horse_battery_staple",
        "Enterprise2024!",
        "Replacement#77",
        "My-Dog-Has-Fleas",
        "my_cat_is_7_years",
        "hunter(2)times",
        "pa(ren)thes1s",
        "[br4cket-f1rst",
        "$ecure!P@ss-1",
        "Inserted!99x",
        "yourselves-42",
        "%perc3nt-sign",
        "Typewriter88!",
        "admin-2024-prod",
        "/slash+f1rst=",
        "a->b-is-an-arrow",
        "std::string12"
      })
  void a_password_is_found_in_quotes(String password) {
    assertThat(DETECTOR.detect("password: \"" + password + "\""))
        .as(password)
        .extracting(Finding::rule)
        .containsExactly("generic.password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tr0ub4dor&3",
        "correct-horse-battery",
        "Enterprise2024!",
        "My-Dog-Has-Fleas",
        "pa(ren)thes1s",
        "[br4cket-f1rst",
        "$ecure!P@ss-1"
      })
  void a_password_is_found_without_quotes(String password) {
    assertThat(DETECTOR.detect("DB_PASSWORD=" + password + "\n"))
        .as(password)
        .extracting(Finding::rule)
        .containsExactly("generic.password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "your-password-here",
        "YOUR_PASSWORD",
        "yourPassword",
        "<your-password>",
        "[your password]",
        "enter_password_here",
        "my-secret-password",
        "change_this_password",
        "replace-me",
        "insert password here",
        "yourStrong(!)Password",
        "placeholder",
        "xxx-to-be-set-xxx",
        "********",
        "…hidden…",
        "Enter your password",
        "Password must have 8 characters",
        "Please enter the password again.",
        "${DB_PASSWORD}",
        "$(cat /run/secret)",
        "$DB_PASSWORD",
        "$env:DB_PASSWORD",
        "%DB_PASSWORD%",
        "{{ vault_password }}",
        "#{ENV['X']}",
        "@Microsoft.KeyVault(VaultName=acme)",
        "/run/secrets/db",
        "form.password.label"
      })
  void what_stands_for_a_password_is_not_one(String value) {
    assertThat(DETECTOR.detect("password: \"" + value + "\"")).as(value).isEmpty();
    assertThat(DETECTOR.detect("<add key=\"Password\" value=\"" + value + "\"/>"))
        .as(value)
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password = request.getParameter(\"password\");",
        "password = os.environ[\"DB_PASSWORD\"]",
        "password = getpass()",
        "password = getPassword(user)",
        "password := os.Getenv(\"PW\")",
        "password = Configuration.password",
        "password = self.config.password;",
        "pwd = Secrets::password_of_db",
        "pwd = this->password_field",
        "password: &passwords[0]",
        "PWD=/home/acme/project"
      })
  void code_is_no_password(String line) {
    assertThat(DETECTOR.detect(line)).as(line).isEmpty();
  }

  @Test
  void a_block_without_a_key_is_no_private_key() {
    String begin = "-----BEGIN PRIVATE KEY-----\n";
    String end = "\n-----END PRIVATE KEY-----\n";
    for (String body : List.of(
        "",
        "...",
        "MIIEvQIBADANBgkqhkiG...",
        "<your key>",
        "${TLS_KEY}",
        "put the private key of the server here, in base64, all lines of it")) {
      assertThat(DETECTOR.detect(begin + body + end)).as(body).isEmpty();
    }
  }

  @Test
  void a_block_with_headers_is_a_private_key() {
    String body = "A1b2".repeat(16) + "\n" + "c3D4".repeat(10);
    for (String header : List.of(
        "", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
        "Comment: Alice <alice@example.com>\n\n", "Comment: costs $5\n\n")) {
      assertThat(DETECTOR.detect("-----BEGIN RSA PRIVATE KEY-----\n" + header + body
              + "\n-----END RSA PRIVATE KEY-----\n"))
          .as(header)
          .hasSize(1);
    }
  }

  @Test
  void a_private_key_in_the_source_of_a_program_is_one() {
    String text = "static final String KEY = \"-----BEGIN PRIVATE KEY-----\\n\" +\n    \""
        + "A1b2".repeat(16) + "\\n\" +\n    \"" + "c3D4".repeat(10)
        + "\\n\" +\n    \"-----END PRIVATE KEY-----\";\n";
    assertThat(DETECTOR.detect(text)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "this.keyStorePassword = keyStorePassword;",
        "password = (String) arguments.get(0);",
        "password = parts[2].utf8().toString()",
        "password = a == null ? b : c;",
        "t.password=t.url.password:t.url.auth;",
        "password: clientSecret, user: name",
        "String password = defaultValue(spec.x, null);",
        "password: ((PasswordCallback) callbacks[0])",
        "fun login(name: String, password: String): User",
        "password=Encrypted ",
        "password = 'CLUSTER_API_SECRET'",
        "PASSWORD = SECRET_OF_CLIENT",
        "password=abc&binary=true&delay=10",
        "\"&password=\" + value + \"&user=\"",
        "password='\" + secretOf(user) + \"'",
        "PASSWORD_FIELD = \"httpProxyPassword\"",
        "'password': 'signup-password'",
        "security.keyPasswd=\nsecurity.keystore.kind=pkcs12x",
        "password:\n  type: anything-else-3",
        "userPassword: {SSHA}<<[A-Za-z0-9+/]{32}>>",
        "password: {bcrypt}$2a$10$<<[A-Za-z0-9./]{53}>>",
        "password=$6$<<[A-Za-z0-9]{8}>>$<<[A-Za-z0-9./]{86}>>",
        "password=ENC(<<[A-Za-z0-9+/]{32}>>)",
        "<password>{<<[A-Za-z0-9+/]{43}>>=}</password>",
        "password=Encrypted <<[0-9a-f]{32}>>",
        "label.password=\\u5bc6\\u7801\\u4e0d\\u6b63\\u786e\\u5417\\u7684\\u8bdd",
        "password=\"java:comp/env/jdbc/shop\"",
        "password=$\\{shop.password.1}",
        "password=\"the one that you were given by mail\""
      })
  void what_programs_texts_and_stores_say_about_a_password_is_none(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DB_PASSWORD=<<[A-Za-z0-9]{12}>>&<<[A-Za-z0-9]{3}>>",
        "https://acme.test/login?user=app&password=<<[A-Za-z0-9]{14}>>&binary=true",
        "password: <<[a-z0-9]{6}>>Horse42",
        "PASSWORD=correctHorseBattery",
        "password: <<[A-Za-z0-9+/]{22}>>==",
        "password: <<[a-z]{3}>>4(<<[A-Za-z0-9]{8}>>",
        "password: '<<[A-Z]{4}>>_<<[A-Z0-9]{8}>>_<<[0-9]{3}>>'",
        "message = \"password=<<[A-Za-z0-9]{14}>>\\nuser=app\""
      })
  void a_password_among_signs_that_programs_use_is_found(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text))
        .as(text)
        .extracting(Finding::rule)
        .containsExactly("generic.password");
  }

  @Test
  void a_value_ends_where_its_line_or_its_parameter_does() {
    String value = ExampleTemplate.fill("<<[A-Za-z0-9]{14}>>");
    for (String text : List.of(
        "?password=" + value + "&binary=true",
        "\"password=" + value + "\\nuser=app\"",
        "{\"c\": \"password=" + value + "\\\"\"}")) {
      assertThat(DETECTOR.detect(text)).as(text).singleElement().satisfies(finding -> {
        Location at = finding.place().location();
        assertThat(text.substring((int) at.start(), (int) at.end())).isEqualTo(value);
      });
    }
  }

  @Test
  void a_key_that_says_it_is_longer_than_it_is_was_shortened_for_show() {
    String head = "-----BEGIN RSA PRIVATE KEY-----\n";
    String end = "\n-----END RSA PRIVATE KEY-----\n";
    // 0x30 0x82 and a length of 0x04a3 bytes
    String sample = ExampleTemplate.fill(head + "MIIEow<<[A-Za-z0-9+/]{90}>>" + end);
    String whole = ExampleTemplate.fill(head + "MIIEow<<[A-Za-z0-9+/]{1584}>>==" + end);
    assertThat(DETECTOR.detect(sample)).isEmpty();
    assertThat(DETECTOR.detect(whole)).extracting(Finding::rule).containsExactly("private-key.pem");
  }

  @Test
  void a_mask_is_made_of_one_or_two_characters() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      StringBuilder value = new StringBuilder();
      for (int n = random.nextInt(6); n >= 0; n--) {
        value.append((char) ('7' + random.nextInt(3)));
      }
      Candidate candidate = new Candidate(
          "acme.token", value.toString().getBytes(StandardCharsets.US_ASCII), new byte[0]);
      assertThat(Suppressors.placeholder(candidate).orElse("").startsWith("a mask"))
          .as("seed %d: %s", seed, value)
          .isEqualTo(value.chars().distinct().count() <= 2);
    }
  }
}
