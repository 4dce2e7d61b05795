package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.WebApp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebAppsTest {
  private static final String LIST = "Microsoft.Web/sites/config/list/action";

  private final Lab lab = Lab.of(
      List.of(LIST),
      StorageAccount.named("acct1").withoutDataPlane(),
      WebApp.named("app3").setting("K", "${key:acct1/key1}"),
      WebApp.named("app1")
          .connectionString("files", "AccountName=acct1;AccountKey=${key:acct1/key1}", "Custom"),
      WebApp.named("app2").setting("K", "${key:acct1/key2}"),
      WebApp.named("slotted").slot(WebApp.named("staging").setting("K", "${key:acct1/key2}")));

  @AfterEach
  void stop() {
    lab.close();
  }

  private List<Dependent> using(String client, String key) throws RotationException {
    return lab.apps(client).findUsing(Lab.fingerprint(lab.azure.storageKey("acct1", key)));
  }

  @Test
  void whoever_uses_a_key_is_found_in_the_same_order_each_time() throws RotationException {
    for (int i = 0; i < 3; i++) {
      assertThat(using(Lab.OWNER, "key1"))
          .extracting(Dependent::id)
          .containsExactly(Lab.app("app1"), Lab.app("app3"));
    }
    assertThat(using(Lab.OWNER, "key2"))
        .extracting(Dependent::label)
        .containsExactly("web app app2", "web app slotted");
    assertThat(lab.apps(Lab.OWNER).findUsing(Lab.fingerprint("nobody's"))).isEmpty();
  }

  @Test
  void an_app_that_can_t_be_read_is_named_with_what_is_missing() {
    assertThatThrownBy(() -> using(Lab.LIMITED, "key1"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("reading the appsettings of web app app1 failed")
        .hasMessageContaining(LIST)
        .satisfies(failed -> {
          String requestId = ((RotationException) failed).requestId().orElseThrow();
          assertThat(failed.getMessage()).containsOnlyOnce("(request id " + requestId + ")");
        });
  }

  @Test
  void one_app_that_can_t_be_read_is_an_error_even_if_others_can() {
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/app2/config/connectionstrings/list")
            .status(500, "{}")
            .times(0));
    assertThatThrownBy(() -> using(Lab.OWNER, "key1"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("connectionstrings of web app app2");
  }

  @Test
  void an_app_that_is_still_listed_but_gone_uses_nothing() throws RotationException {
    lab.azure.faults().add(Fault.on("", ".+/sites/app1(/.+)?").status(404, "{}").times(0));
    assertThat(using(Lab.OWNER, "key1")).extracting(Dependent::id).containsExactly(Lab.app("app3"));
  }

  @Test
  void an_app_whose_settings_only_are_not_found_is_an_error() {
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/sites/app1/.+").status(404, "{}").times(0));
    assertThatThrownBy(() -> using(Lab.OWNER, "key1"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("web app app1");
  }

  @Test
  void a_resource_graph_that_does_not_answer_is_an_error() {
    lab.azure
        .faults()
        .add(Fault.on("POST", "/providers/Microsoft.ResourceGraph/resources")
            .status(503, "{}")
            .times(0));
    assertThatThrownBy(() -> using(Lab.OWNER, "key1"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("listing every web app failed");
  }

  @Test
  void an_app_uses_what_any_of_its_slots_uses_and_is_found_by_the_id_of_a_slot()
      throws RotationException {
    assertThat(using(Lab.OWNER, "key2"))
        .extracting(Dependent::id)
        .containsExactly(Lab.app("app2"), Lab.app("slotted"));
    String slot = Lab.app("slotted") + "/slots/staging";
    assertThat(lab.apps(Lab.OWNER).dependent(slot).id()).isEqualTo(Lab.app("slotted"));
    assertThatThrownBy(() -> lab.apps(Lab.OWNER).dependent(slot.replace("slotted", "gone1")))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("gone1");
  }

  @Test
  void a_slot_that_can_t_be_read_is_an_error() {
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/slots/staging/config/appsettings/list")
            .status(500, "{}")
            .times(0));
    assertThatThrownBy(() -> using(Lab.OWNER, "key1"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("the appsettings of slot staging of web app slotted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"value\":[{}]}", "{\"value\":[{\"id\":\"x\"}]}", "[]"})
  void a_list_of_slots_of_an_unknown_form_is_an_error(String body) {
    lab.azure.faults().add(Fault.on("GET", ".+/slotted/slots").status(200, body).times(0));
    assertThatThrownBy(() -> using(Lab.OWNER, "key1"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("the slots of web app slotted");
  }

  @Test
  void a_dependent_is_found_again_by_its_id_in_any_letter_case() throws RotationException {
    assertThat(lab.apps(Lab.OWNER).dependent(Lab.app("app1")).label()).isEqualTo("web app app1");
    assertThat(lab.apps(Lab.OWNER)
            .dependent(Lab.app("app1").replace("Microsoft.Web", "microsoft.web"))
            .observe())
        .contains(Lab.fingerprint(lab.azure.storageKey("acct1", "key1")));
  }

  @Test
  void a_dependent_that_is_gone_is_an_error() {
    assertThatThrownBy(() -> lab.apps(Lab.OWNER).dependent(Lab.app("gone1")))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("reading the web app failed")
        .hasMessageContaining("gone1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "app1", "/subscriptions/s", "not an id\u0000"})
  void what_is_no_id_of_an_app_is_refused(String id) {
    assertThatThrownBy(() -> lab.apps(Lab.OWNER).dependent(id))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("not the id of a web app");
    assertThat(lab.azure.requests()).isEmpty();
  }
}
