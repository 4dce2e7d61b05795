package dev.rekey.rotation.azure;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.testkit.OneShotIssuerContract;
import dev.rekey.rotation.testkit.Trouble;
import dev.rekey.simulator.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** The secrets of an Entra application keep the contract of issuers that tell a value once. */
class ApplicationSecretsContractTest extends OneShotIssuerContract {
  private static final String CHANGE = ".+/(add|remove)Password";

  private final EntraLab lab = new EntraLab(EntraLab.shop());

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
  protected OneShotIssuer issuer() throws RotationException {
    return lab.secrets();
  }

  @Override
  protected Optional<IssuerFinder> finder() {
    return Optional.of(lab.applications());
  }

  @Override
  protected Credential found(Secret value) {
    return EntraLab.found(EntraLab.SHOP, Lab.text(value));
  }

  @Override
  protected FingerprintKey fingerprints() {
    return Lab.FINGERPRINTS;
  }

  @Override
  protected void pass(Duration time) {
    lab.clock.move(time);
  }

  @Override
  protected List<Trouble> troubles() {
    return List.of(
        trouble("lost request", Fault.on("POST", CHANGE).dropBefore()),
        trouble("lost answer", Fault.on("POST", CHANGE).dropAfter()),
        trouble("busy", Fault.on("POST", CHANGE).status(429, "{}")));
  }

  private Trouble trouble(String name, Fault fault) {
    return new Trouble(
        name, () -> lab.azure.faults().add(fault), () -> lab.azure.faults().clear());
  }
}
