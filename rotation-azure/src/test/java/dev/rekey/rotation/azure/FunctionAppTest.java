package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.WebApp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Function apps, whose runtime has a storage of its own. */
class FunctionAppTest {
  private static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "adopt.0");
  private static final String STRING =
      "DefaultEndpointsProtocol=https;AccountName=acct1;AccountKey=${key:acct1/key1}";
  private static final String CONTENT = "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING";
  private static final String SYNC = ".+/jobs/syncfunctiontriggers";
  private static final String STATUS = ".+/jobs/hostruntime/admin/host/status";

  private final Lab lab = Lab.of(
      List.of("Microsoft.Web/sites/hostruntime/*", "*/syncfunctiontriggers/action"),
      StorageAccount.named("acct1").withoutDataPlane(),
      WebApp.named("jobs")
          .kind("functionapp,linux")
          .setting("AzureWebJobsStorage", STRING)
          .setting("AzureWebJobsDashboard", STRING)
          .setting(CONTENT, STRING)
          .slot(WebApp.named("staging").setting("AzureWebJobsStorage", STRING))
          .slot(WebApp.named("asleep")
              .setting("AzureWebJobsStorage", STRING)
              .property("state", "Stopped")),
      WebApp.named("code").kind("functionapp").setting("QUEUE", STRING),
      WebApp.named("web").setting("AzureWebJobsStorage", STRING));

  private String old = "";
  private String fresh = "";

  @BeforeEach
  void remember() {
    old = lab.azure.storageKey("acct1", "key1");
    fresh = lab.azure.storageKey("acct1", "key2");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private Dependent jobs() throws RotationException {
    return lab.apps(Lab.OWNER).dependent(Lab.app("jobs"));
  }

  private void adopt(Dependent dependent) throws RotationException {
    try (Secret secret = Secret.of(fresh)) {
      dependent.adopt(new Replacement(Lab.fingerprint(old), secret), ATTEMPT);
    }
  }

  @Test
  void the_storage_of_a_runtime_is_a_kind_of_its_own() throws RotationException {
    assertThat(lab.apps(Lab.OWNER).findUsing(Lab.fingerprint(old)))
        .extracting(Dependent::label)
        .containsExactly(
            "function app code", "function app jobs, as the storage of its runtime", "web app web");
    assertThat(jobs().label()).isEqualTo("function app jobs");
  }

  @Test
  void all_settings_of_the_runtime_change_in_one_write_and_triggers_are_synced_after_it()
      throws Exception {
    adopt(jobs());
    JsonNode settings = lab.settings("jobs", "appsettings");
    for (String name : List.of("AzureWebJobsStorage", "AzureWebJobsDashboard", CONTENT)) {
      assertThat(settings.get(name).asText()).contains("AccountKey=" + fresh);
    }
    assertThat(lab.wire.sent("(PUT|POST .+/syncfunctiontriggers).+"))
        .extracting(sent -> sent.line().replaceAll(" .+/sites/|\\?.*", " ").strip())
        .containsExactly(
            "PUT jobs/slots/asleep/config/appsettings",
            "PUT jobs/slots/staging/config/appsettings",
            "POST jobs/slots/staging/syncfunctiontriggers",
            "PUT jobs/config/appsettings",
            "POST jobs/syncfunctiontriggers");
    assertThat(lab.wire.sent("POST .+/syncfunctiontriggers.*"))
        .allMatch(sent -> sent.correlation().equals("20261124T000000Z-0badcafe.adopt.0"));
    jobs().verify(Lab.fingerprint(fresh));
  }

  @Test
  void a_function_app_that_holds_nothing_is_not_synced() throws RotationException {
    try (Secret secret = Secret.of(fresh)) {
      jobs().adopt(new Replacement(Lab.fingerprint("nobody's"), secret), ATTEMPT);
    }
    assertThat(lab.count("POST", ".+/syncfunctiontriggers.*")).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 500, 503, 404, 409})
  void a_host_that_starts_is_waited_for(int status) throws Exception {
    lab.azure.faults().add(Fault.on("POST", SYNC).status(status, "{}").times(Lab.LOOKS - 1));
    adopt(jobs());
    assertThat(lab.count("POST", SYNC + ".*")).isEqualTo(Lab.LOOKS);
    lab.azure.faults().add(Fault.on("GET", STATUS).status(status, "{}").times(2));
    lab.azure
        .faults()
        .add(Fault.on("GET", STATUS).status(200, "{\"state\":\"Initialized\"}").nth(3));
    jobs().verify(Lab.fingerprint(fresh));
  }

  @Test
  void triggers_that_can_t_be_synced_end_the_step() {
    lab.azure.faults().add(Fault.on("POST", SYNC).status(400, "{}").times(0));
    assertThatThrownBy(() -> adopt(jobs()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("syncing the triggers of function app jobs failed")
        .hasMessageContaining("look at the host's log");
  }

  @Test
  void a_host_that_does_not_run_fails_verification() throws RotationException {
    Dependent jobs = jobs();
    jobs.observe();
    lab.regenerate("acct1", "key1");
    assertThatThrownBy(() -> jobs.verify(Lab.fingerprint(old)))
        .isInstanceOf(RotationException.class)
        .hasMessage("the function host of slot staging of function app jobs is not running: its"
            + " state is Error; look at the host's log");
    assertThat(lab.count("GET", ".+/slots/staging/hostruntime/admin/host/status.*"))
        .isEqualTo(Lab.LOOKS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"state\":null}", "{\"state\":[\"Running\"]}"})
  void an_unknown_state_is_not_running(String body) {
    lab.azure.faults().add(Fault.on("GET", STATUS).status(200, body).times(0));
    assertThatThrownBy(() -> jobs().verify(Lab.fingerprint(old)))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("the function host of function app jobs is not running");
  }

  @Test
  void who_may_not_ask_the_host_need_not_wait() {
    assertThatThrownBy(
            () -> lab.apps(Lab.LIMITED).dependent(Lab.app("jobs")).verify(Lab.fingerprint(old)))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("asking the function host of function app jobs for its state failed")
        .satisfies(
            failed -> assertThat(((RotationException) failed).requestId()).isPresent());
    assertThat(lab.count("GET", STATUS + ".*")).isEqualTo(1);
    assertThatThrownBy(() -> adopt(lab.apps(Lab.LIMITED).dependent(Lab.app("jobs"))))
        .hasMessageContaining("syncing the triggers of slot staging of function app jobs failed");
  }

  @Test
  void a_wait_that_is_interrupted_ends_and_stays_interrupted() throws RotationException {
    lab.azure.faults().add(Fault.on("POST", SYNC).status(400, "{}").times(0));
    Dependent jobs = lab.apps(Lab.OWNER)
        .patience(2, Duration.ZERO, duration -> {
          throw new InterruptedException();
        })
        .dependent(Lab.app("jobs"));
    assertThatThrownBy(() -> adopt(jobs)).hasMessageContaining("the wait was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void the_plan_tells_of_the_triggers_and_the_host() throws RotationException {
    Dependent found = lab.apps(Lab.OWNER).findUsing(Lab.fingerprint(old)).get(1);
    assertThat(found.describeAdopt().text()).contains(", POST /syncfunctiontriggers");
    assertThat(found.describeAdopt().az())
        .contains("az rest --method post --url '" + Lab.app("jobs")
            + "/syncfunctiontriggers?api-version=2024-04-01' -o none");
    assertThat(found.describeAdopt().permissions())
        .extracting(Permission::action)
        .contains(
            "Microsoft.Web/sites/syncfunctiontriggers/action",
            "Microsoft.Web/sites/slots/syncfunctiontriggers/action",
            "Microsoft.Web/sites/hostruntime/host/read",
            "Microsoft.Web/sites/slots/hostruntime/host/read");
    assertThat(lab.apps(Lab.OWNER)
            .findUsing(Lab.fingerprint(old))
            .get(2)
            .describeAdopt()
            .permissions())
        .extracting(Permission::action)
        .noneMatch(action -> action.contains("host"));
  }
}
