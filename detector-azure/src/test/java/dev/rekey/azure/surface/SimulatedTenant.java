package dev.rekey.azure.surface;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import dev.rekey.azure.AzureEnvironment;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.ReadRetries;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.simulator.Simulator;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;

/** A tenant in the simulator, and how a client of it is made. */
final class SimulatedTenant {
  static final String ID = "00000000-0000-0000-0000-000000000900";
  static final String OWNER = "00000000-0000-0000-0000-000000000710";

  private SimulatedTenant() {}

  /** Returns the tenant as a client sees it. */
  static AzureTenant.Builder of(Simulator azure, String client) {
    return of(azure, client, azure.clientSecret(client));
  }

  static AzureTenant.Builder of(Simulator azure, String client, String secret) {
    HttpClient http = new JdkHttpClientBuilder(
            java.net.http.HttpClient.newBuilder().sslContext(azure.trust()))
        .build();
    URI cloud = URI.create("https://" + azure.cloud().getAuthority());
    return AzureTenant.of(
            ID,
            new ClientSecretCredentialBuilder()
                .authorityHost(azure.cloud().toString())
                .disableInstanceDiscovery()
                .tenantId(ID)
                .clientId(client)
                .clientSecret(secret)
                .httpClient(http)
                .build())
        .environment(AzureEnvironment.custom("simulated", cloud, "localhost"))
        .httpClient(http)
        .readRetries(new ReadRetries(3, Duration.ofMillis(1), Duration.ofSeconds(10)));
  }

  static SecretScanner scanner() {
    return SecretScanner.using(Detector.builder(RuleSet.builtIn())
            .fingerprintKey(FingerprintKey.random())
            .build())
        .build();
  }

  /** A connection string with an account key that opens nothing. */
  static String connectionString(Random random) {
    byte[] key = new byte[64];
    random.nextBytes(key);
    return "DefaultEndpointsProtocol=https;AccountName=planted" + random.nextInt(1 << 20)
        + ";AccountKey=" + Base64.getEncoder().encodeToString(key)
        + ";EndpointSuffix=core.windows.net";
  }

  static String accountKey(String connectionString) {
    int at = connectionString.indexOf("AccountKey=") + 11;
    return connectionString.substring(at, connectionString.indexOf(';', at));
  }
}
