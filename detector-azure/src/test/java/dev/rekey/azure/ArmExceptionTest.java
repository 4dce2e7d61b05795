package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rekey.azure.text.PlainText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArmExceptionTest {
  private static final String PATH = "/subscriptions/s/things/one";

  private final FakeArm arm = new FakeArm();

  private ArmException refusal(int status, String body) {
    arm.answers(status, body);
    return catchThrowableOfType(
        ArmException.class,
        () -> arm.builder().readRetries(ReadRetries.NONE).build().get(PATH, "2024-01-01"));
  }

  /** The shapes that were recorded from ARM, App Service and failed operations. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "404; {\"error\":{\"code\":\"NotFound\",\"message\":\"It is gone\",\"target\":null}}",
        "409; {\"Error\":{\"Code\":\"NotFound\",\"Target\":null,\"Message\":\"It is gone\"}}",
        "404; {\"Code\":\"NotFound\",\"Message\":\"It is gone\",\"Details\":[{\"Code\":\"NotFound\"}]}",
        "412; {\"code\":\"NotFound\",\"message\":\"It is gone\"}"
      })
  void every_error_shape_gives_code_and_text(int status, String body) {
    ArmException refused = refusal(status, body);

    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.code()).isEqualTo("NotFound");
    assertThat(refused.text()).isEqualTo("It is gone");
    assertThat(refused.operation()).isEqualTo("GET " + PATH);
    assertThat(refused.requestId()).isEqualTo("request-" + status);
    assertThat(refused)
        .hasMessageStartingWith(
            "GET " + PATH + ": ARM answered " + status + " NotFound: It is gone")
        .hasMessageEndingWith("(request id request-" + status + ")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"''", "<html>canary</html>", "[\"canary\"]", "\"canary\"", "{\"error\":\"canary\"}"})
  void an_error_of_another_shape_is_told_without_its_body(String body) {
    ArmException refused = refusal(500, body);

    assertThat(refused.code()).isEmpty();
    assertThat(refused)
        .hasMessageContaining("ARM answered 500, and no reason that can be read")
        .hasMessageNotContaining("canary");
  }

  @Test
  void a_detail_that_says_more_is_told() {
    ArmException more = refusal(
        400,
        "{\"error\":{\"code\":\"BadRequest\",\"message\":\"Ask support.\","
            + "\"details\":[{\"message\":\"The query is invalid.\"}]}}");
    ArmException same =
        refusal(400, "{\"Code\":\"x\",\"Message\":\"m\",\"Details\":[{\"Message\":\"m\"}]}");

    assertThat(more.text()).isEqualTo("Ask support. (The query is invalid.)");
    assertThat(same.text()).isEqualTo("m");
  }

  @Test
  void a_refusal_names_the_missing_action_and_where_to_assign_it() {
    ArmException refused = refusal(
        403,
        "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"The client 'c' does not have"
            + " authorization to perform action 'Microsoft.Web/sites/config/list/action' over scope"
            + " '/subscriptions/s/x' or the scope is invalid.\"}}");

    assertThat(refused.isForbidden()).isTrue();
    assertThat(refused.missingAction()).contains("Microsoft.Web/sites/config/list/action");
    assertThat(refused)
        .hasMessageContaining("Assign a role with the action"
            + " Microsoft.Web/sites/config/list/action at scope /subscriptions/s/x");
  }

  @Test
  void each_status_says_what_to_do() {
    assertThat(refusal(401, "{}")).hasMessageContaining("tenant").hasMessageContaining("/.default");
    assertThat(refusal(403, "{}")).hasMessageContaining("Check the roles");
    assertThat(refusal(404, "{}")).hasMessageContaining("Check the id");
    ArmException locked = refusal(409, "{\"error\":{\"code\":\"ScopeLocked\",\"message\":\"m\"}}");
    assertThat(locked.isLocked()).isTrue();
    assertThat(locked).hasMessageContaining("Remove the lock");
    assertThat(refusal(409, "{}").isLocked()).isFalse();
    assertThat(refusal(307, "")).hasMessageContaining("Redirections are not followed");
    ArmException siteLock = refusal(429, "{\"Code\":\"429\",\"Message\":\"Cannot acquire\"}");
    assertThat(siteLock.isThrottled()).isTrue();
    assertThat(siteLock.code()).isEqualTo("429");
  }

  @Test
  void the_text_of_arm_is_one_short_line_however_hostile() {
    String text = "a\\r\\nWARN forged\\u202e\\u0000" + "x".repeat(100_000);

    ArmException refused =
        refusal(400, "{\"error\":{\"code\":\"Bad\\nCode\",\"message\":\"" + text + "\"}}");

    assertThat(refused.code()).isEqualTo("Bad Code");
    assertThat(refused.text()).startsWith("a WARN forged xx").hasSizeLessThanOrEqualTo(600);
    assertThat(refused.getMessage().codePoints()).allMatch(PlainText::isPlain);
  }

  @Test
  void values_of_the_request_that_arm_repeats_and_the_token_are_not_shown() {
    String canary = "value-that-must-not-be-shown";
    arm.answers(
        400, "{\"error\":{\"code\":\"BadRequest\",\"message\":\"'" + canary + "' is not valid\"}}");

    ArmException refused = catchThrowableOfType(
        ArmException.class,
        () -> arm.client()
            .put(
                PATH,
                "2024-01-01",
                JsonNodeFactory.instance
                    .objectNode()
                    .set("properties", JsonNodeFactory.instance.objectNode().put("A", canary))));

    assertThat(arm.body(0)).contains(canary);
    assertThat(refused.text()).isEqualTo("'***' is not valid");
    assertThat(refused.toString()).doesNotContain(canary).doesNotContain(FakeArm.TOKEN);
  }
}
