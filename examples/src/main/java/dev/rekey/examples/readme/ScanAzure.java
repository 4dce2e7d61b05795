package dev.rekey.examples.readme;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import dev.rekey.azure.AzureEnvironment;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.surface.AzureSurface;
import dev.rekey.azure.surface.Coverage;
import dev.rekey.azure.surface.ResourceKinds;
import dev.rekey.detect.Detector;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import java.io.IOException;

/** Scans every place in a tenant where a secret can sit. */
public final class ScanAzure {
  private ScanAzure() {}

  /**
   * Adds what is found to an inventory, and returns the tenant for what comes next.
   *
   * @param credential any; {@code DefaultAzureCredential}, for example
   * @param environment {@link AzureEnvironment#PUBLIC}, or another cloud
   * @throws IOException if the subscriptions can't be listed
   */
  public static AzureTenant scan(
      String tenantId,
      TokenCredential credential,
      HttpClient http,
      AzureEnvironment environment,
      Detector detector,
      Inventory inventory)
      throws IOException {
    // region
    AzureTenant tenant = AzureTenant.of(tenantId, credential)
        .environment(environment)
        .httpClient(http)
        .build();
    Coverage coverage = new Coverage();
    AzureSurface surface = AzureSurface.of(tenant)
        .kinds(ResourceKinds.builtIn().plus(AKindOfYourOwn.GADGETS))
        .watchedBy(coverage);
    SecretScanner scanner = SecretScanner.using(detector).build();
    ScanReport report = scanner.scan(surface, inventory.and(coverage));
    System.out.println(report);
    System.out.println(coverage.toText()); // What was seen, and what could not be.
    // endregion
    return tenant;
  }
}
