package dev.rekey.rotation.postgres;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.testkit.SlotIssuerContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two PostgreSQL users keep the contract of issuers with slots, on a real server. */
@ExtendWith(PostgresServer.Extension.class)
class PostgresUserPairContractTest extends SlotIssuerContract {
  private PostgresLab lab;

  @BeforeEach
  void set_up(PostgresServer server) throws Exception {
    lab = new PostgresLab(server);
    lab.issue(lab.pair(), lab.second); // A user that is not there yet can't give its rights.
  }

  @Override
  protected SlotIssuer issuer() {
    return lab.pair();
  }

  /** A rotation of a real server takes a while: a sample, and by this property all. */
  @Override
  protected int every() {
    return Integer.getInteger("rekey.testkit.every", 13);
  }

  @Override
  protected FingerprintKey fingerprints() {
    return lab.key;
  }
}
