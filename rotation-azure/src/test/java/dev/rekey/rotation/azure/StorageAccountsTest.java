package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageAccountsTest {
  private static final String LIST_KEYS = "Microsoft.Storage/storageAccounts/listKeys/action";

  private final Lab lab = Lab.of(
      List.of(LIST_KEYS),
      StorageAccount.named("acct1").withoutDataPlane(),
      StorageAccount.named("acct2").withoutDataPlane(),
      StorageAccount.named("acct3").withoutDataPlane());

  @AfterEach
  void stop() {
    lab.close();
  }

  private static Credential credential(String text) {
    return Credential.of(Lab.DETECTOR.detect(text));
  }

  private Credential bare(String account) {
    return credential("key = " + lab.azure.storageKey(account, "key1"));
  }

  @Test
  void the_account_of_a_key_is_found_by_asking_all() throws RotationException {
    assertThat(lab.accounts(Lab.OWNER).findIssuing(bare("acct3"), Optional.empty()))
        .map(found -> found.issuer().id())
        .contains(Lab.account("acct3"));
  }

  @Test
  void an_account_that_is_named_beside_the_key_is_asked_first() throws RotationException {
    Credential named = credential("AccountName=acct3;AccountKey="
        + lab.azure.storageKey("acct3", "key2") + ";EndpointSuffix=core.windows.net");
    assertThat(named.attributes()).containsEntry("account", "acct3");
    assertThat(lab.accounts(Lab.OWNER).findIssuing(named, Optional.empty())).isPresent();
    assertThat(lab.count("POST", ".+/listKeys.*")).isEqualTo(1);
  }

  @Test
  void a_wrong_name_beside_the_key_misleads_nobody() throws RotationException {
    Credential named = credential("AccountName=acct1;AccountKey="
        + lab.azure.storageKey("acct2", "key1") + ";EndpointSuffix=core.windows.net");
    assertThat(lab.accounts(Lab.OWNER).findIssuing(named, Optional.empty()))
        .map(found -> found.issuer().id())
        .contains(Lab.account("acct2"));
  }

  @Test
  void a_key_that_was_regenerated_has_no_issuer() throws RotationException {
    Credential dead = bare("acct1");
    lab.regenerate("acct1", "key1");
    assertThat(lab.accounts(Lab.OWNER).findIssuing(dead, Optional.empty())).isEmpty();
  }

  @Test
  void accounts_that_can_t_be_asked_are_no_absence() {
    Credential key = bare("acct1");
    assertThatThrownBy(() -> lab.accounts(Lab.LIMITED).findIssuing(key, Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("3 of 3 storage accounts could not be asked")
        .hasMessageContaining(LIST_KEYS);
  }

  @Test
  void one_account_that_can_t_be_asked_hides_no_other() throws RotationException {
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/acct1/listKeys").status(403, "{}").times(0));
    assertThat(lab.accounts(Lab.OWNER).findIssuing(bare("acct2"), Optional.empty()))
        .isPresent();
    Credential stranger = credential("key = " + dead());
    assertThatThrownBy(() -> lab.accounts(Lab.OWNER).findIssuing(stranger, Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("1 of 3 storage accounts");
  }

  private String dead() {
    String key = lab.azure.storageKey("acct3", "key1");
    lab.regenerate("acct3", "key1");
    return key;
  }

  @Test
  void an_account_that_is_still_listed_but_gone_made_no_living_key() throws RotationException {
    Credential dead = credential("key = " + dead());
    lab.azure
        .faults()
        .add(Fault.on("", ".+/acct1(/listKeys)?").status(404, "{}").times(0));
    assertThat(lab.accounts(Lab.OWNER).findIssuing(dead, Optional.empty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acct1",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/acct1",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/../x",
        "https://elsewhere.example/subscriptions/s"
      })
  void what_is_no_id_of_an_account_is_refused(String id) {
    assertThatThrownBy(() -> lab.accounts(Lab.OWNER).issuer(id))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("not the id of a storage account");
    assertThat(lab.azure.requests()).isEmpty();
  }

  @Test
  void an_account_that_is_gone_is_named() {
    assertThatThrownBy(() -> lab.accounts(Lab.OWNER).issuer(Lab.account("gone1")))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("gone1")
        .hasMessageContaining("404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\":null}", "{\"id\":\"x\"}", "{}", "7"})
  void a_row_of_resource_graph_without_an_id_is_an_error(String row) {
    lab.azure
        .faults()
        .add(Fault.on("POST", "/providers/Microsoft.ResourceGraph/resources")
            .status(
                200,
                "{\"totalRecords\":1,\"count\":1,\"resultTruncated\":\"false\",\"data\":[" + row
                    + "]}")
            .times(0));
    Credential key = bare("acct1");
    assertThatThrownBy(() -> lab.accounts(Lab.OWNER).findIssuing(key, Optional.empty()))
        .isInstanceOf(RotationException.class);
  }
}
