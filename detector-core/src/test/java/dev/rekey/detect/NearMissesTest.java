package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that look like tokens to the eye, or to a hasty pattern, and are none. */
class NearMissesTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The prefix in a word, in a name, in a path.
        "the AKIA<<[A-Z2-7]{16}>><<[A-Z]{4}>> of a longer word",
        "const gitlab_prefix = 'glpat-';",
        "if (token.startsWith(\"ghp_\") || token.startsWith(\"npm_\")) {",
        "npm_config_cache=/var/cache/npm_lifecycle_event_and_more_names_here",
        "import hf_transfer_and_other_names_of_python_modules_that_are_long",
        "import com.acme.sk_live_settings.Configuration;",
        "FROM docker.io/library/dckr_pat_image:latest",
        "socio<<[a-z0-9]{32}>>",
        "/usr/share/zoneinfo/Asia/Ho_Chi_Minh_City_and_more",
        "sl.set_dropbox_callback_function_name(handler)",
        "msg.SG.header.value.of.some.message",
        "pat.match(text).group(1)",
        // The value is to be filled in.
        "ANTHROPIC_API_KEY=sk-ant-api03-...",
        "OPENAI_API_KEY=sk-<<[x]{48}>>",
        "STRIPE_KEY=sk_live_your_secret_key_here",
        "STRIPE_KEY=sk_live_<<[x]{24}>>",
        "GITLAB_TOKEN=glpat-<<[x]{20}>>",
        "GITLAB_TOKEN=glpat-${CI_TOKEN}",
        "SLACK=xoxb-<<[0]{12}>>-<<[0]{12}>>-<<[A-Za-z0-9]{24}>>",
        "SENDGRID_API_KEY=SG.<<[x]{22}>>.<<[x]{43}>>",
        "dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "machine api.acme.test login <user> password <password>",
        "//registry.npmjs.org/:_authToken={{ npm_token }}",
        "git clone https://${USER}:${TOKEN}@git.acme.test/app.git",
        "git clone https://user:pass@git.acme.test/app.git",
        // One character too many or too few, or one of another alphabet.
        "npm_<<[A-Za-z0-9]{37}>>",
        "dop_v1_<<[a-f0-9]{63}>>",
        "shpat_<<[a-f0-9]{31}>>G",
        "AIza<<[A-Za-z0-9]{34}>>",
        "AGE-SECRET-KEY-1<<[QPZRY9X8GF2TVDW0]{57}>>B",
        "nsec1<<[qpzry9x8gf2tvdw0]{57}>>b",
        "xprv<<[1-9A-HJ-N]{106}>>0",
        "<<[1-9]{10}>>:AA<<[A-Za-z0-9_]{34}>>",
        "CCIPAT_<<[A-Za-z0-9]{22}>>-<<[a-f0-9]{40}>>",
        // Ids, digests and public keys beside which secrets stand.
        "sha256:<<[a-f0-9]{64}>>",
        "integrity=sha512-<<[A-Za-z0-9+/]{86}>>==",
        "age1<<[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}>>",
        "npub1<<[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}>>",
        "xpub<<[1-9A-HJ-NP-Za-km-z]{107}>>",
        "pk_live_<<[A-Za-z0-9]{24}>>",
        "pk.eyJ1Ijoi<<[A-Za-z0-9]{40}>>.<<[A-Za-z0-9]{22}>>",
        "https://<<[a-f0-9]{32}>>@o1.ingest.sentry.io/1",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI<<[A-Za-z0-9+/]{43}>> me@host",
        "arn:aws:iam::123456789012:user/AIDA<<[A-Z2-7]{17}>>",
        "https://acme.test/a:b/c@d",
        "data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbImEuanMiXX0="
      })
  void a_near_miss_is_not_found(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }
}
