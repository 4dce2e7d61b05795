package dev.rekey.rotation.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import dev.rekey.azure.LogsClient;
import dev.rekey.azure.ReadRetries;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.UsageSource.Usage;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Resource.Workspace;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A simulated subscription with a workspace to which logs go, whose clock only a test moves. */
final class UsesLab implements AutoCloseable {
  static final String LOGS = "acme-logs";
  static final String WORKSPACE = Workspace.customerId(LOGS);
  static final String QUERY = "Microsoft.OperationalInsights/workspaces/query/read";

  private static final ReadRetries READS =
      new ReadRetries(2, Duration.ofMillis(1), Duration.ofSeconds(5));

  final EntraLab.Hands clock = new EntraLab.Hands();
  final Lab lab;

  UsesLab(Resource... resources) {
    lab = Lab.of(clock, List.of(QUERY), resources);
    clock.move(Duration.ofHours(1)); // The keys are no newer than entries that have arrived.
  }

  static LogsClient.Builder client(Lab lab, String client) {
    return LogsClient.builder()
        .credential(lab.credential(client, Lab.TENANT))
        .httpClient(lab.wire)
        .endpoint(URI.create("https://" + lab.azure.logs(LOGS).getAuthority()))
        .readRetries(READS);
  }

  static WorkspaceLogs logs(Lab lab, Clock clock) {
    return WorkspaceLogs.of(client(lab, Lab.OWNER).build(), WORKSPACE, clock);
  }

  WorkspaceLogs logs() {
    return logs(lab, clock);
  }

  StorageAccounts accounts() {
    return StorageAccounts.in(lab.arm(), Lab.FINGERPRINTS, lab.wire, clock);
  }

  SecretIssuer account(String name) throws RotationException {
    return accounts().issuer(Lab.account(name));
  }

  Instant now() {
    return clock.instant();
  }

  /** The uses of a key of an account in the last so long. */
  Usage uses(WorkspaceLogs logs, String account, String key, Duration last)
      throws RotationException {
    SecretIssuer issuer = account(account);
    Snapshot.Slot held = issuer.snapshot().slot(key).orElseThrow();
    return logs.usesOf(issuer, key, held, now().minus(last));
  }

  /** What somebody does with a key, from an address; returns the status of the answer. */
  int use(String account, String key, String from) {
    try (Secret secret = Secret.of(key)) {
      HttpRequest request =
          SharedKey.serviceProperties(lab.azure.blob(account), account, secret, now());
      request.setHeader(HttpHeaderName.fromString("simulator-caller"), from);
      try (HttpResponse response = lab.transport().sendSync(request, Context.NONE)) {
        return response.getStatusCode();
      }
    }
  }

  String key(String account, String name) {
    return lab.azure.storageKey(account, name);
  }

  @Override
  public void close() {
    lab.close();
  }
}
