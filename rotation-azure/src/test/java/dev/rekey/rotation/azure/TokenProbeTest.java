package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.ProbeAnswer.Accepted;
import dev.rekey.rotation.ProbeAnswer.Refused;
import dev.rekey.rotation.ProbeAnswer.Unclear;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.TokenRefusal;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead is one answer; everything that looks like it is not. */
class TokenProbeTest {
  private static final String TOKEN = ".+/oauth2/v2.0/token";

  private final EntraLab lab = new EntraLab(EntraLab.shop());
  private final String secret = lab.text("ci");

  @AfterEach
  void stop() {
    lab.close();
  }

  private ProbeAnswer probe(URI authority, String tenant, String client, String value)
      throws InterruptedException {
    try (Secret tried = Secret.of(value)) {
      ProbeAnswer answer = new TokenProbe(lab.wire, authority, tenant, lab.endpoint() + "/.default")
          .probe(client, tried);
      Canary.assertAbsent(answer.toString(), value, "an answer");
      return answer;
    }
  }

  private ProbeAnswer probe(String value) throws InterruptedException {
    return probe(lab.endpoint(), Lab.TENANT, EntraLab.SHOP, value);
  }

  private ProbeAnswer probe() throws InterruptedException {
    return probe(secret);
  }

  private void answers(int status, String body) {
    lab.azure.faults().add(Fault.on("POST", TOKEN).status(status, body));
  }

  private static String error(String error, String codes) {
    return "{\"error\":\"" + error
        + "\",\"error_description\":\"AADSTS7000215: Invalid client secret"
        + " provided.\",\"error_codes\":" + codes + ",\"trace_id\":\"t-1\"}";
  }

  @Test
  void a_secret_that_gets_a_token_is_accepted_and_the_token_is_not_kept() throws Exception {
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Accepted.class);
    assertThat(answer.evidence()).isEqualTo("200, a token for 3599 seconds");
    assertThat(answer.endpoint())
        .isEqualTo(lab.endpoint() + "/" + Lab.TENANT + "/oauth2/v2.0/token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a wrong one", "ümläut&client_id=x", "+%2B=/~"})
  void a_wrong_secret_is_refused_whatever_is_in_it(String wrong) throws Exception {
    ProbeAnswer answer = probe(wrong);
    assertThat(answer).isInstanceOf(Refused.class);
    assertThat(answer.evidence()).startsWith("401 invalid_client AADSTS7000215, trace ");
    assertThat(lab.wire.sent("POST " + TOKEN)).hasSize(1);
  }

  @Test
  void an_expired_secret_is_unclear() throws Exception {
    ProbeAnswer answer = probe(lab.text("old"));
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).contains("AADSTS7000222");
  }

  @ParameterizedTest
  @EnumSource(TokenRefusal.class)
  void a_right_secret_that_is_refused_for_another_reason_is_unclear(TokenRefusal refusal)
      throws Exception {
    lab.azure.refuseTokens(EntraLab.SHOP, refusal);
    assertThat(probe()).isInstanceOf(Unclear.class);
    lab.azure.allowTokens(EntraLab.SHOP);
    assertThat(probe()).isInstanceOf(Accepted.class);
  }

  @Test
  void a_disabled_principal_is_unclear_for_right_and_wrong_secrets() throws Exception {
    answers(400, error("unauthorized_client", "[7000112]"));
    assertThat(probe()).isInstanceOf(Unclear.class);
    answers(400, error("unauthorized_client", "[7000112]"));
    assertThat(probe("wrong")).isInstanceOf(Unclear.class);
  }

  @Test
  void another_tenant_and_another_application_are_unclear() throws Exception {
    assertThat(probe(lab.endpoint(), EntraLab.ELSEWHERE, EntraLab.SHOP, secret).evidence())
        .contains("AADSTS90002");
    assertThat(probe(lab.endpoint(), Lab.TENANT, EntraLab.FOREIGN, secret).evidence())
        .contains("AADSTS700016");
    assertThat(probe(lab.endpoint(), EntraLab.ELSEWHERE, EntraLab.SHOP, secret))
        .isInstanceOf(Unclear.class);
    assertThat(probe(lab.endpoint(), Lab.TENANT, EntraLab.FOREIGN, secret))
        .isInstanceOf(Unclear.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | invalid_client | [7000215]",
        "403 | invalid_client | [7000215]",
        "401 | unauthorized_client | [7000215]",
        "401 | invalid_client | [7000222]",
        "401 | invalid_client | [7000215,7000222]",
        "401 | invalid_client | []",
        "401 | invalid_client | [\"7000215\"]",
        "401 | invalid_client | 7000215",
        "401 | invalid_client | null",
        "401 | invalid_client | [7000218]",
        "401 | invalid_client | [7000215.0]",
        "429 | invalid_client | [7000215]",
        "503 | invalid_client | [7000215]",
      })
  void an_answer_that_is_not_exactly_the_one_is_unclear(int status, String error, String codes)
      throws Exception {
    answers(status, error(error, codes));
    assertThat(probe()).isInstanceOf(Unclear.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "null",
        "7",
        "<html>401</html>",
        "{\"error\":{\"code\":\"invalid_client\"}}",
        "{\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"x\"}",
        "{\"token_type\":\"Bearer\",\"access_token\":\"\"}",
      })
  void what_is_none_of_entras_answers_is_unclear(String body) throws Exception {
    for (int status : new int[] {200, 302, 401, 407, 500}) {
      answers(status, body);
      assertThat(probe()).as("%s", status).isInstanceOf(Unclear.class);
    }
  }

  @Test
  void an_endless_body_is_not_kept() throws Exception {
    answers(401, "{\"error\":\"" + "x".repeat(200_000) + "\"}");
    assertThat(probe().evidence()).hasSizeLessThan(200);
  }

  @Test
  void evidence_takes_nothing_from_an_answer_but_words_of_known_form() throws Exception {
    answers(
        401,
        "{\"error\":\"" + secret + "\",\"error_codes\":[1],\"trace_id\":\"" + secret
            + "\",\"error_description\":\"" + secret + "\"}");
    assertThat(probe().evidence()).isEqualTo("401 no error AADSTS1, trace unknown");
  }

  @Test
  void a_lost_answer_and_a_server_that_is_not_there_are_unclear_and_asked_once() throws Exception {
    lab.azure.faults().add(Fault.on("POST", TOKEN).dropAfter().times(0));
    assertThat(probe()).isInstanceOf(Unclear.class);
    assertThat(lab.wire.sent("POST " + TOKEN)).hasSize(1);
    URI nobody = URI.create("https://localhost:1");
    assertThat(probe(nobody, Lab.TENANT, EntraLab.SHOP, secret)).isInstanceOf(Unclear.class);
  }

  @Test
  void microsofts_own_client_is_taken_and_refused_alike() throws Exception {
    assertThat(lab.signIn(EntraLab.SHOP, secret)).isNotEmpty();
    assertThatThrownBy(() -> lab.signIn(EntraLab.SHOP, "wrong"))
        .hasMessageContaining("AADSTS7000215");
    assertThatThrownBy(() -> lab.signIn(EntraLab.SHOP, lab.text("old")))
        .hasMessageContaining("AADSTS7000222");
    lab.azure.refuseTokens(EntraLab.SHOP, TokenRefusal.CONDITIONAL_ACCESS);
    assertThatThrownBy(() -> lab.signIn(EntraLab.SHOP, secret)).hasMessageContaining("AADSTS53003");
  }

  /** The look-alike that no code tells: only the positive control, several times, does. */
  @Test
  void a_new_secret_is_refused_like_a_wrong_one_where_it_is_not_known_yet() throws Exception {
    lab.azure.replicas().lag(Duration.ZERO, Duration.ofSeconds(18));
    try (Issued added = lab.secrets().issue(Lab.ATTEMPT)) {
      String fresh = Lab.text(added.value());
      lab.azure.replicas().lag(Duration.ZERO, Duration.ofSeconds(18));
      assertThat(probe(fresh)).isInstanceOf(Accepted.class);
      assertThat(probe(fresh)).isInstanceOf(Refused.class);
      lab.clock.move(Duration.ofSeconds(18));
      assertThat(probe(fresh)).isInstanceOf(Accepted.class);
      assertThat(probe(fresh)).isInstanceOf(Accepted.class);
    }
  }
}
