package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a service's token belongs to is read off the lines around it. */
class SaasPartsTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  /** A text with a token in it, and what is to be told of it. */
  record Case(String rule, Map<String, String> parts, String... lines) {
    @Override
    public String toString() {
      return rule;
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            "atlassian.api-token",
            Map.of("host", "acme.atlassian.net", "user", "ci@acme.test"),
            "JIRA_URL=https://acme.atlassian.net",
            "JIRA_USER=ci@acme.test",
            "JIRA_TOKEN=ATATT3<<[A-Za-z0-9_-]{180}>>"),
        new Case(
            "adafruit.io-key",
            Map.of("user", "acme"),
            "#define AIO_USERNAME = \"acme\"",
            "#define AIO_KEY \"aio_<<[A-Za-z0-9]{28}>>\""),
        new Case(
            "cloudinary.url",
            Map.of("key", "314159265358979", "cloud", "acme"),
            "CLOUDINARY_URL=cloudinary://314159265358979:<<[A-Za-z0-9]{27}>>@acme"),
        new Case(
            "infobip.api-key",
            Map.of("host", "x1yz2a.api.infobip.com"),
            "{\"baseUrl\": \"x1yz2a.api.infobip.com\",",
            " \"infobipKey\": \"<<[a-f0-9]{32}>>-<<[a-f0-9]{8}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{12}>>\"}"),
        new Case(
            "mailgun.api-key",
            Map.of("domain", "mg.acme.test"),
            "curl -s --user 'api:key-<<[a-f0-9]{32}>>' \\",
            "  https://api.mailgun.net/v3/mg.acme.test/messages"),
        new Case(
            "maxmind.license-key",
            Map.of("account", "123456"),
            "AccountID 123456",
            "LicenseKey <<[A-Za-z0-9]{6}>>_<<[A-Za-z0-9]{29}>>_mmk"),
        new Case(
            "modal.token-secret",
            Map.of("token_id", "ak-AbCdEfGhIjKlMnOpQrStUv"),
            "token_id = \"ak-AbCdEfGhIjKlMnOpQrStUv\"",
            "token_secret = \"as-<<[A-Za-z0-9]{22}>>\""),
        new Case(
            "pusher.url",
            Map.of("key", "0a1b2c3d4e5f0a1b2c3d", "app", "123456", "host", "api-eu.pusher.com"),
            "PUSHER_URL=https://0a1b2c3d4e5f0a1b2c3d:<<[a-f0-9]{20}>>@api-eu.pusher.com/apps/123456"),
        new Case(
            "salesforce.session-id",
            Map.of("host", "acme.my.salesforce.com"),
            "instance: https://acme.my.salesforce.com",
            "token: 00D<<[A-Za-z0-9]{12}>>!<<[A-Za-z0-9._]{96}>>"),
        new Case(
            "twilio.auth-token-in-url",
            Map.of("account", "AC0123abcd0123abcd0123abcd0123abcd"),
            "https://AC0123abcd0123abcd0123abcd0123abcd:<<[a-f0-9]{32}>>@api.twilio.com/2010-04-01"),
        new Case(
            "zendesk.api-token",
            Map.of("user", "me@acme.test", "host", "acme.zendesk.com"),
            "curl -u me@acme.test/token:<<[A-Za-z0-9]{40}>> \\",
            "  https://acme.zendesk.com/api/v2/users.json"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void what_a_token_belongs_to_stands_near_it(Case given) {
    String text = ExampleTemplate.fill(String.join("\n", given.lines()));
    Finding finding = assertThat(DETECTOR.detect(text)).as(text).singleElement().actual();
    assertThat(finding.rule()).as(text).isEqualTo(given.rule());
    assertThat(finding.attributes()).as(text).isEqualTo(given.parts());
  }
}
