package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in which the short prefixes of services stand, and no token. */
class NearMissesSaasTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Names that are as long as a token.
        "<link href=\"/css/app-componentsandotherstyles.css\">",
        "import { fw_handlerswithalongnamehere } from './fw';",
        "private_keyofthecertificateoftheserver",
        "secret_nameofthevaultofthesubscription",
        "md-button-and-other-names-x",
        "pa-service-principal-of-the-database-account-01",
        "api-gatewayofthewholeorganization",
        "perm:user.read.all",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "oauth:authorizationcodeofthesession",
        "services: {service:web:port, service:db:port}",
        "user:group.member:role",
        "KEY01_NAME_OF_THE_COLUMN",
        // Digests and ids beside which tokens stand.
        "app-<<[a-f0-9]{20}>>.js",
        "SECTION<<[A-F0-9]{64}>>",
        "commit api-<<[a-f0-9]{40}>>",
        "fc-<<[a-f0-9]{40}>>",
        "ghost:sha256:<<[a-f0-9]{64}>>",
        "sub-c-<<[a-f0-9]{8}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{12}>>",
        "pk-lf-<<[a-f0-9]{8}>>-<<[a-f0-9]{4}>>-4<<[a-f0-9]{3}>>-a<<[a-f0-9]{3}>>-<<[a-f0-9]{12}>>",
        "account AC<<[a-f0-9]{32}>> and key SK<<[a-f0-9]{32}>>",
        "xoxe-1-2-3",
        "client.login(username, password)",
        "discord.com/channels/<<[1-9]{18}>>/<<[1-9]{18}>>",
        "cal_event_handler_of_the_calendar",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        // Addresses without their secret part, or of somebody else.
        "https://hooks.slack.com/services/",
        "https://hooks.zapier.com/hooks/catch/123456/",
        "https://oapi.dingtalk.com/robot/send?access_token=",
        "https://maker.ifttt.com/trigger/{event}/with/key/{key}",
        "https://chat.acme.test/hooks/my-own-hook-of-the-build",
        "https://acme.test/api/v1/external/jira?api_key=${ZULIP_KEY}",
        "cloudinary://${CLOUDINARY_KEY}:${CLOUDINARY_SECRET}@acme",
        "force://<clientId>:<clientSecret>:<refreshToken>@<instanceUrl>",
        "https://open.feishu.cn/open-apis/bot/v2/hook/${TOKEN}",
        // The value is to be filled in.
        "SLACK_BOT_TOKEN=xoxb-your-token-here",
        "TAVILY_API_KEY=tvly-YOUR_API_KEY",
        "HF_TOKEN=hf_<<[x]{34}>>",
        "DIFY_API_KEY=app-<<[x]{24}>>",
        "matrix_token: syt_<<[a-z]{8}>>_..."
      })
  void a_near_miss_is_not_found(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }
}
