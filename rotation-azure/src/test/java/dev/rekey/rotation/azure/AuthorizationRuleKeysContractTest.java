package dev.rekey.rotation.azure;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.testkit.SlotIssuerContract;
import dev.rekey.rotation.testkit.Trouble;
import dev.rekey.simulator.Resource.MessagingNamespace;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/**
 * The keys of an authorization rule of Service Bus keep the contract of issuers with slots; those of
 * Event Hubs are the same class.
 */
class AuthorizationRuleKeysContractTest extends SlotIssuerContract {
  private static final String ROOT =
      "Microsoft.ServiceBus/namespaces/shop-bus/authorizationRules/RootManageSharedAccessKey";
  private static final String REGENERATE = ".+/regenerateKeys.*";

  private final Lab lab = Lab.of(MessagingNamespace.serviceBus("shop-bus"));

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
    return lab.namespaces(Lab.OWNER).issuer(Lab.rule(ROOT));
  }

  @Override
  protected Optional<IssuerFinder> finder() {
    return Optional.of(lab.namespaces(Lab.OWNER));
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
