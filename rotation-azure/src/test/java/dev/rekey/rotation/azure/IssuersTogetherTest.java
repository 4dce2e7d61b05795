package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.StorageAccount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each credential finds its own issuer among all that Azure has, and none hides another. */
class IssuersTogetherTest {
  private static final String RULE = "RootManageSharedAccessKey";

  private final EntraLab lab = new EntraLab(
      Map.of(),
      List.of(EntraLab.shop()),
      List.of(StorageAccount.named("acct1"), MessagingNamespace.serviceBus("shop-bus")));

  private final IssuerFinder all = IssuerFinder.of(
      lab.lab.accounts(Lab.OWNER), lab.lab.namespaces(Lab.OWNER), lab.applications());

  @AfterEach
  void stop() {
    lab.close();
  }

  private Credential storageKey() {
    return bare(lab.azure.storageKey("acct1", "key2"));
  }

  private Credential messagingKey() {
    return bare(lab.azure.sharedAccessKey("shop-bus", RULE + "/PrimaryKey"));
  }

  private static Credential bare(String value) {
    return Credential.of(Lab.DETECTOR.detect("key = " + value));
  }

  private Optional<IssuerFinder.Holding> findClientSecret() throws Exception {
    try (Secret value = Secret.of(lab.text("ci"))) {
      return all.findIssuing(EntraLab.found(EntraLab.SHOP, lab.text("ci")), Optional.of(value));
    }
  }

  private void assertFound(Optional<IssuerFinder.Holding> found, String label) throws Exception {
    assertThat(found)
        .hasValueSatisfying(holding -> assertThat(holding.issuer().label()).isEqualTo(label));
    assertThat(all.issuer(found.orElseThrow().issuer().id()).label()).isEqualTo(label);
  }

  private void assertStorageKeyIsFound() throws Exception {
    assertFound(all.findIssuing(storageKey(), Optional.empty()), "storage account acct1");
  }

  private void assertMessagingKeyIsFound() throws Exception {
    assertFound(
        all.findIssuing(messagingKey(), Optional.empty()),
        "authorization rule " + RULE + " of Service Bus namespace shop-bus");
  }

  private void assertClientSecretIsFound() throws Exception {
    assertFound(findClientSecret(), "application shop (" + EntraLab.SHOP + ")");
  }

  private void refuse(String method, String path) {
    lab.azure.faults().add(Fault.on(method, path).status(403, "{}").times(0));
  }

  @Test
  void each_credential_finds_its_own_issuer_and_that_again_by_its_id() throws Exception {
    assertStorageKeyIsFound();
    assertMessagingKeyIsFound();
    assertClientSecretIsFound();
  }

  @Test
  void accounts_that_can_t_be_asked_hide_no_other_issuer() throws Exception {
    refuse("POST", ".+/storageAccounts/acct1/listKeys");
    assertMessagingKeyIsFound();
    assertClientSecretIsFound();
    Credential key = storageKey();
    assertThatThrownBy(() -> all.findIssuing(key, Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("acct1");
  }

  @Test
  void namespaces_that_can_t_be_asked_hide_no_other_issuer() throws Exception {
    refuse("GET", ".+/namespaces/shop-bus/.+");
    assertStorageKeyIsFound();
    assertClientSecretIsFound();
    Credential key = messagingKey();
    assertThatThrownBy(() -> all.findIssuing(key, Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("shop-bus");
  }

  @Test
  void applications_that_can_t_be_asked_hide_no_other_issuer() throws Exception {
    refuse("GET", "/v1.0/.+");
    assertStorageKeyIsFound();
    assertMessagingKeyIsFound();
    assertThatThrownBy(this::findClientSecret)
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("reading application " + EntraLab.SHOP);
  }
}
