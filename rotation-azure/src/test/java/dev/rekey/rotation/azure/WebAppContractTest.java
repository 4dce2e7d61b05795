package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.testkit.DependentContract;
import dev.rekey.simulator.Resource.WebApp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A web app keeps the contract of dependents. */
class WebAppContractTest extends DependentContract {
  private final Lab lab = Lab.of(WebApp.named("app1"));

  @AfterEach
  void stop() {
    lab.close();
  }

  /** By the app itself: to ask Resource Graph as often as the tests do would be throttled. */
  @Override
  protected DependentFinder dependents() {
    Dependent app = lab.app(lab.appService(), "app1");
    return new DependentFinder() {
      @Override
      public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
        return app.observe().contains(fingerprint) ? List.of(app) : List.of();
      }

      @Override
      public Dependent dependent(String id) throws RotationException {
        return lab.apps(Lab.OWNER).dependent(id);
      }
    };
  }

  /** A rotation takes hundreds of requests: a sample, and by this property all. */
  @Override
  protected int every() {
    return Integer.getInteger("rekey.testkit.every", 9);
  }

  @Override
  protected FingerprintKey fingerprints() {
    return Lab.FINGERPRINTS;
  }

  @Override
  protected void configure(Secret value) {
    String text = Lab.text(value);
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("COLOUR", "blue; $1 \\ % \"quoted\"");
    settings.put("KEY", text);
    settings.put("STORAGE", "AccountName=acme;AccountKey=" + text + ";EndpointSuffix=net");
    lab.replace("app1", settings);
  }

  @Override
  protected String configuration() {
    return lab.settings("app1", "appsettings").toString();
  }
}
