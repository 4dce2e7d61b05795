package dev.rekey.rotation.azure.kill;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import dev.rekey.azure.ArmClient;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.azure.KeyVaultStore;
import dev.rekey.rotation.azure.VaultSecrets;
import dev.rekey.rotation.azure.WebApps;
import java.net.URI;
import javax.net.ssl.SSLContext;

/** Azure's own clients and what Rekey makes of them, as any program would set them up. */
final class Clients {
  final FingerprintKey fingerprints;
  final Detector detector;
  final HttpClient http;
  final ArmClient arm;
  private final SecretClient vault;

  Clients(URI cloud, URI vaultUrl, SSLContext trust, String secret, FingerprintKey fingerprints) {
    this.fingerprints = fingerprints;
    this.detector =
        Detector.builder(RuleSet.builtIn()).fingerprintKey(fingerprints).build();
    this.http =
        new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder().sslContext(trust)).build();
    TokenCredential credential = new ClientSecretCredentialBuilder()
        .authorityHost(cloud.toString())
        .disableInstanceDiscovery()
        .tenantId(Cloud.TENANT)
        .clientId(Cloud.CLIENT)
        .clientSecret(secret)
        .httpClient(http)
        .build();
    this.arm = ArmClient.builder()
        .credential(credential)
        .httpClient(http)
        .endpoint(URI.create("https://" + cloud.getAuthority()))
        .build();
    this.vault = new SecretClientBuilder()
        .vaultUrl(vaultUrl.toString())
        .credential(credential)
        .httpClient(http)
        .disableChallengeResourceVerification() // The simulated vault's host is localhost.
        .buildClient();
  }

  SecretStore store() {
    return KeyVaultStore.of(vault, fingerprints);
  }

  DependentFinder dependents() {
    return DependentFinder.of(WebApps.in(arm, detector), VaultSecrets.in(vault, detector));
  }
}
