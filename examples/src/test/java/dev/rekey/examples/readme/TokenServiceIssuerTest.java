package dev.rekey.examples.readme;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.examples.TokenService;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.testkit.OneShotIssuerContract;
import dev.rekey.rotation.testkit.Trouble;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** The issuer of the README keeps the contract, in the trouble that a network makes. */
// region
class TokenServiceIssuerTest extends OneShotIssuerContract {
  private final FingerprintKey key = FingerprintKey.random();
  private final HttpClient http = HttpClient.newHttpClient();
  private final TokenService service = new TokenService(1); // On a free port.

  TokenServiceIssuerTest() throws IOException {}

  @Override
  protected OneShotIssuer issuer() {
    return new TokenServiceIssuer(service.address(), "token service", http, key);
  }

  @Override
  protected FingerprintKey fingerprints() {
    return key;
  }

  @Override
  protected List<Trouble> troubles() { // Each is tried at each change of a rotation.
    return Stream.of(TokenService.Trouble.values())
        .map(one -> new Trouble(one.name(), () -> service.arrange(one), service::mend))
        .toList();
  }

  @AfterEach
  void stop() {
    service.close();
  }
}
// endregion
