package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands beside secrets of payments, wallets and monitoring, and who wins a shared prefix. */
class NearMissesPaymentsTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Ids and public halves.
        "RAZORPAY_KEY_ID=rzp_live_<<[A-Za-z0-9]{14}>>",
        "FLW_PUBLIC_KEY=FLWPUBK-<<[a-f0-9]{32}>>-X",
        "SQUARE_APP_ID=sq0idp-<<[A-Za-z0-9_-]{22}>>",
        "NEXT_PUBLIC_POSTHOG_KEY=phc_<<[A-Za-z0-9]{43}>>",
        "CHECKOUT_PUBLIC_KEY=pk_<<[a-z2-7]{27}>>",
        "mobileKey: mob-<<[a-f0-9]{8}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{12}>>",
        "link-production-<<[a-f0-9]{8}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{12}>>",
        "clientId: mdb_sa_id_<<[a-f0-9]{24}>>",
        "\"public_key\": \"ed25519:<<[1-9A-HJ-NP-Za-km-z]{44}>>\"",
        "edpk<<[1-9A-HJ-NP-Za-km-z]{50}>>",
        "addr1<<[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{98}>>",
        "stake_vk1<<[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}>>",
        "tx: 0x<<[a-f0-9]{64}>>",
        "private_key_fingerprint=<<[a-f0-9]{64}>>",
        "302a300506032b6570032100<<[a-f0-9]{64}>>",
        // A checksum that is wrong is no key for import.
        "wif = K<<[1-9A-HJ-NP-Za-km-z]{51}>>",
        // Names and code.
        "if (secret.startsWith(\"secret-\") || key.startsWith(\"console-\")) {",
        "class sk_internationalizationoptions_settings {}",
        "const liveSettings = live_settings_of_the_application;",
        "secret-<<[a-f0-9]{43}>>",
        "SplunkForwarder <<[a-f0-9]{8}>>-<<[a-f0-9]{4}>>",
        "user: default:development.example",
        "git checkout <<[a-f0-9]{40}>> # 4b1d",
        "https://eth-mainnet.g.alchemy.com/v2/${ALCHEMY_API_KEY}",
        "https://hc-ping.com/$CHECK",
        // To be filled in.
        "STRIPE_SECRET_KEY=sk_live_...",
        "PADDLE_API_KEY=pdl_live_apikey_...",
        "DATABASE_URL=postgresql://[user]:[password]@[neon_hostname].neon.tech/[dbname]",
        "MONGODB_URI=mongodb+srv://<username>:<password>@cluster0.mongodb.net/",
        "CIRCLE_API_KEY=TEST_API_KEY:<id>:<secret>"
      })
  void a_near_miss_is_not_found(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }

  /** Several issuers begin their keys alike; lengths, alphabets and what follows tell them apart. */
  @ParameterizedTest
  @CsvSource({
    "sk_live_<<[A-Za-z0-9]{24}>>, stripe.secret-key",
    "sk_live_<<[A-Za-z0-9]{99}>>, stripe.secret-key",
    "sk_live_<<[a-f0-9]{40}>>, paystack.secret-key",
    "sk_test_<<[a-f0-9]{40}>>, paystack.test-key",
    "sk_live_a2V5Xz<<[A-Za-z0-9]{70}>>, workos.api-key",
    "live_<<[a-f0-9]{35}>>, lob.api-key",
    "live_<<[A-Za-z0-9]{30}>>, mollie.api-key",
    "live_<<[A-Za-z0-9_]{40}>>, gocardless.access-token",
    "sgp_<<[A-Za-z0-9]{64}>>, segment.public-api-token",
    "sgp_<<[a-f0-9]{40}>>, sourcegraph.access-token",
    "secret-token:mercury_production_<<[A-Za-z0-9]{40}>>, mercury.api-token",
    "secret-token:<<[A-Za-z0-9]{40}>>, uri.secret-token"
  })
  void a_shared_prefix_belongs_to_one_of_its_issuers(String template, String rule) {
    String text = ExampleTemplate.fill(template);
    List<Finding> found = DETECTOR.detect("key = " + text);
    assertThat(found).extracting(Finding::rule).as(text).containsExactly(rule);
  }
}
