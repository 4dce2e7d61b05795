package dev.rekey.examples.readme;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.WebAppSettings;
import dev.rekey.detect.Detector;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import java.io.IOException;
import java.net.URI;

/** Scans the settings of the web apps of all subscriptions that a caller sees. */
public final class ScanWebApps {
  private ScanWebApps() {}

  /**
   * Adds what is found to an inventory, and returns the client for what comes next.
   *
   * @param credential any; {@code DefaultAzureCredential}, for example
   * @param endpoint {@link ArmClient#PUBLIC_CLOUD}, or another cloud's
   * @throws IOException if the subscriptions can't be listed
   */
  public static ArmClient scan(
      TokenCredential credential,
      HttpClient http,
      URI endpoint,
      Detector detector,
      Inventory inventory)
      throws IOException {
    // region
    ArmClient arm = ArmClient.builder()
        .credential(credential)
        .httpClient(http)
        .endpoint(endpoint)
        .build();
    SecretScanner scanner = SecretScanner.using(detector).build();
    ScanReport report = scanner.scan(WebAppSettings.in(arm), inventory);
    System.out.println(report);
    // endregion
    return arm;
  }
}
