package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.testkit.DependentContract;
import dev.rekey.simulator.Resource.WebApp;
import org.junit.jupiter.api.AfterEach;

/** A web app keeps the contract of dependents. */
class WebAppContractTest extends DependentContract {
  private final Lab lab = Lab.of(WebApp.named("app1"));

  @AfterEach
  void stop() {
    lab.close();
  }

  @Override
  protected DependentFinder dependents() {
    return lab.apps(Lab.OWNER);
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
