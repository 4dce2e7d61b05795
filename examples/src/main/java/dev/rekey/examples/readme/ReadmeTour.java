package dev.rekey.examples.readme;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import dev.rekey.azure.AzureEnvironment;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.surface.AzureSurface;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.Sources;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs the snippets of the README in order, against a simulator in this process. */
public final class ReadmeTour {
  private static final String TENANT = "7e4a4700-0000-4000-8000-000000000002";
  private static final String CLIENT = "c11e4700-0000-4000-8000-000000000002";
  private static final String SUBSCRIPTION = "5ab5c1b0-0000-4000-8000-000000000002";
  private static final String ACCOUNT = "acmedata";
  private static final String SECOND = "acmelab";
  private static final String VAULT = "acme-vault";

  private ReadmeTour() {}

  /** Plays the tour in a temporary folder; the exit code is 1 if the rotation is not proved. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("rekey-readme");
    RotationResult result;
    try {
      result = play(folder);
    } finally {
      delete(folder);
    }
    if (!(result instanceof RotationResult.Completed)) {
      System.exit(1);
    }
    System.out.println("README snippets: done");
  }

  /**
   * Plays the tour: the application is made in {@code app} below the folder, the journal is {@code
   * journal.jsonl} in it.
   *
   * @throws IOException if the folder can't be written
   */
  public static RotationResult play(Path folder) throws IOException {
    FingerprintKey key = FingerprintKey.file(folder.resolve("fingerprint.key"));
    try (Simulator simulator = Simulator.start(scenario())) {
      HttpClient http = new JdkHttpClientBuilder(
              java.net.http.HttpClient.newBuilder().sslContext(simulator.trust()))
          .build();
      TokenCredential credential = new ClientSecretCredentialBuilder()
          .authorityHost(simulator.cloud().toString())
          .disableInstanceDiscovery()
          .tenantId(TENANT)
          .clientId(CLIENT)
          .clientSecret(simulator.clientSecret(CLIENT))
          .httpClient(http)
          .build();
      SecretClient vault = new SecretClientBuilder()
          .vaultUrl(simulator.vault(VAULT).toString())
          .credential(credential)
          .httpClient(http)
          .disableChallengeResourceVerification() // The simulated vault's host is localhost.
          .buildClient();
      URI endpoint =
          URI.create("https://" + simulator.cloud().getAuthority()); // An origin, without a path.
      AzureEnvironment simulated = AzureEnvironment.custom("simulated", endpoint, "localhost");

      Path app = Files.createDirectories(folder.resolve("app"));
      String settings =
          "{\"Storage\": {\"Key\": \"" + simulator.storageKey(ACCOUNT, "key1") + "\"}}\n";
      Files.writeString(app.resolve("appsettings.json"), settings, StandardCharsets.UTF_8);

      FindInText.find(settings, key);
      Detector detector = ARuleOfYourOwn.detector(key);
      Inventory inventory = ScanAFolder.scan(app, detector);
      AzureTenant tenant = ScanAzure.scan(TENANT, credential, http, simulated, detector, inventory);
      Exposure first = inventory.ranked().get(0);
      PlanAndApprove.Approved approved =
          PlanAndApprove.plan(first, tenant.arm(), vault, http, detector);
      Path journal = folder.resolve("journal.jsonl");
      List<ContentSource> sources = List.of(Sources.directory(app), AzureSurface.of(tenant));
      RotationResult result = RotateAndProve.rotate(
          approved.plan(),
          approved.approval(),
          journal,
          approved.issuers(),
          approved.store(),
          approved.dependents(),
          detector,
          sources);
      GoOnLater.goOn(
          journal,
          approved.issuers(),
          approved.store(),
          approved.dependents(),
          detector,
          sources); // Nothing is unfinished.
      rotateTheRest(inventory.ranked(), approved, detector, sources, journal);
      return result;
    }
  }

  private static void rotateTheRest(
      List<Exposure> exposures,
      PlanAndApprove.Approved by,
      Detector detector,
      List<ContentSource> sources,
      Path journal) {
    Planner planner = Planner.builder()
        .issuers(by.issuers())
        .store(by.store())
        .dependents(by.dependents())
        .build();
    Rotator rotator = Rotator.builder(RotationJournal.file(journal))
        .issuers(by.issuers())
        .store(by.store())
        .dependents(by.dependents())
        .sources(detector, sources)
        .build();
    RotateAll.rotate(
        exposures,
        planner,
        plan -> Approval.of(plan)
            .requester("asker@example.com")
            .approver("ann@example.com", Instant.now(), "CHANGE-1235")
            .approver("bob@example.com", Instant.now(), "CHANGE-1235")
            .accept(Risk.USE_UNKNOWN)
            .expires(Instant.now().plus(Duration.ofHours(1)))
            .build(),
        rotator);
  }

  private static Scenario scenario() {
    return Scenario.tenant(TENANT)
        .client(CLIENT)
        .subscription(
            SUBSCRIPTION,
            ResourceGroup.of(
                "acme-prod",
                StorageAccount.named(ACCOUNT),
                StorageAccount.named(SECOND),
                Vault.named(VAULT),
                WebApp.named("acme-web").setting("STORAGE_KEY", "${key:" + ACCOUNT + "/key1}"),
                WebApp.named("acme-lab")
                    .setting("ASPNETCORE_ENVIRONMENT", "Development")
                    .setting("STORAGE_KEY", "${key:" + SECOND + "/key1}")))
        .build();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
