package dev.rekey.detect;

import java.util.List;

/** The checks that every rule set starts with. */
final class BuiltInChecks implements Named.Maker<Check> {
  private static final List<String> NAMES = List.of(
      "aws.access-key-id",
      "azure.api-management-key",
      "azure.api-management-token",
      "azure.batch-key",
      "azure.cask",
      "azure.container-registry-key",
      "azure.cosmos-key",
      "azure.devops-token",
      "azure.entra-client-secret",
      "azure.entra-token",
      "azure.event-grid-key",
      "azure.event-hubs-key",
      "azure.functions-key",
      "azure.git-password",
      "azure.iot-key",
      "azure.ml-classic-key",
      "azure.redis-key",
      "azure.relay-key",
      "azure.sas",
      "azure.search-key",
      "azure.service-bus-key",
      "azure.sql-password",
      "azure.storage-key",
      "base58",
      "basic",
      "bech32",
      "cb58",
      "github.token",
      "gitlab.token",
      "grafana.token",
      "jsr.token",
      "jwt",
      "matrix.token",
      "nats.nkey",
      "netbird.token",
      "npm.token",
      "packagist.token",
      "polar.token",
      "private-key.pem",
      "private-key.wrapped",
      "pypi.token");

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public Check make(String name) {
    return switch (name) {
      case "aws.access-key-id" -> new AwsKeyIdCheck();
      case "azure.cask" -> new CaskCheck();
      case "azure.devops-token" -> new DevOpsTokenCheck();
      case "azure.entra-client-secret" -> new EntraSecretCheck();
      case "azure.entra-token" -> new EntraTokenCheck();
      case "azure.git-password", "azure.api-management-token" -> new GitPasswordCheck();
      case "azure.sas" -> new SasCheck();
      case "base58" -> new Base58Check();
      case "basic" -> new BasicCheck();
      case "bech32" -> new Bech32Check();
      case "cb58" -> Base58Check.cb58();
      case "github.token", "netbird.token", "npm.token" -> PrefixedCrcCheck.of(30);
      case "gitlab.token" -> new GitLabTokenCheck();
      case "grafana.token" -> new GrafanaTokenCheck();
      case "jsr.token" -> PrefixedCrcCheck.withPrefix(29);
      case "jwt" -> new JwtCheck();
      case "matrix.token" -> new MatrixTokenCheck();
      case "nats.nkey" -> new NkeyCheck();
      case "packagist.token" -> new HexCrcCheck();
      case "polar.token" -> PrefixedCrcCheck.of(37);
      case "private-key.pem" -> new PemCheck();
      case "private-key.wrapped" -> new WrappedKeyCheck();
      case "pypi.token" -> new PyPiTokenCheck();
      default -> AzureChecks.key(name);
    };
  }
}
