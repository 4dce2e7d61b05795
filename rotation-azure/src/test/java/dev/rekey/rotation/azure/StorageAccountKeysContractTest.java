package dev.rekey.rotation.azure;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.testkit.SlotIssuerContract;
import dev.rekey.rotation.testkit.Trouble;
import dev.rekey.simulator.Resource.StorageAccount;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** The keys of a storage account keep the contract of issuers with slots. */
class StorageAccountKeysContractTest extends SlotIssuerContract {
  private static final String REGENERATE = ".+/regenerateKey.*";

  private final Lab lab = Lab.of(StorageAccount.named("acct1"));

  @AfterEach
  void stop() {
    lab.close();
  }

  /** A rotation takes dozens of requests: a sample, and by this property all. */
  @Override
  protected int every() {
    return Integer.getInteger("rekey.testkit.every", 8);
  }

  @Override
  protected SlotIssuer issuer() throws RotationException {
    return lab.issuer("acct1");
  }

  @Override
  protected Optional<IssuerFinder> finder() {
    return Optional.of(lab.accounts(Lab.OWNER));
  }

  @Override
  protected FingerprintKey fingerprints() {
    return Lab.FINGERPRINTS;
  }

  @Override
  protected List<Trouble> troubles() {
    return lab.troublesOfPost(REGENERATE);
  }
}
