package dev.rekey.azure;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * A cloud of Azure: every host, suffix and audience that differs between clouds, in one value.
 *
 * <p>Immutable and thread-safe. A suffix is what the hosts of a service end with, in lower case and
 * without a dot before it; an audience is whom a token is for, without {@code /.default}.
 *
 * <p>The values of the built-in clouds are those of Microsoft's clients: {@code az cloud show}, the
 * environments of Az.Accounts, and the audiences of the SDKs of Storage and App Configuration.
 *
 * @param name its name, as {@code az cloud list} has it
 * @param authority where Entra gives out tokens
 * @param arm Azure Resource Manager
 * @param armAudience the audience of ARM
 * @param graph Microsoft Graph
 * @param graphAudience the audience of Microsoft Graph
 * @param vaultSuffix of Key Vault's hosts
 * @param vaultAudience the audience of Key Vault
 * @param storageSuffix of storage's hosts, after {@code blob.}, {@code queue.} and so on
 * @param storageAudience the audience of storage
 * @param configurationSuffix of App Configuration's hosts
 * @param configurationAudience the audience of App Configuration
 * @param synapseSuffix of the hosts where Synapse workspaces are developed
 * @param synapseAudience their audience
 * @param messagingSuffix of the hosts of Service Bus and Event Hubs
 * @param logs where logs are queried
 * @param logsAudience its audience
 * @param throttling how ARM limits its callers there
 */
public record AzureEnvironment(
    String name,
    URI authority,
    URI arm,
    String armAudience,
    URI graph,
    String graphAudience,
    String vaultSuffix,
    String vaultAudience,
    String storageSuffix,
    String storageAudience,
    String configurationSuffix,
    String configurationAudience,
    String synapseSuffix,
    String synapseAudience,
    String messagingSuffix,
    URI logs,
    String logsAudience,
    ArmLimits throttling) {
  /** The public cloud. */
  public static final AzureEnvironment PUBLIC = new AzureEnvironment(
      "AzureCloud",
      URI.create("https://login.microsoftonline.com"),
      URI.create("https://management.azure.com"),
      "https://management.azure.com",
      URI.create("https://graph.microsoft.com"),
      "https://graph.microsoft.com",
      "vault.azure.net",
      "https://vault.azure.net",
      "core.windows.net",
      "https://storage.azure.com",
      "azconfig.io",
      "https://azconfig.io",
      "dev.azuresynapse.net",
      "https://dev.azuresynapse.net",
      "servicebus.windows.net",
      URI.create("https://api.loganalytics.azure.com"),
      "https://api.loganalytics.io",
      ArmLimits.PUBLIC);

  /** The cloud of the government of the United States. */
  public static final AzureEnvironment US_GOVERNMENT = new AzureEnvironment(
      "AzureUSGovernment",
      URI.create("https://login.microsoftonline.us"),
      URI.create("https://management.usgovcloudapi.net"),
      "https://management.usgovcloudapi.net",
      URI.create("https://graph.microsoft.us"),
      "https://graph.microsoft.us",
      "vault.usgovcloudapi.net",
      "https://vault.usgovcloudapi.net",
      "core.usgovcloudapi.net",
      "https://storage.azure.com",
      "azconfig.azure.us",
      "https://azconfig.azure.us",
      "dev.azuresynapse.usgovcloudapi.net",
      "https://dev.azuresynapse.usgovcloudapi.net",
      "servicebus.usgovcloudapi.net",
      URI.create("https://api.loganalytics.us"),
      "https://api.loganalytics.us",
      ArmLimits.HOURLY);

  /** The cloud in China. */
  public static final AzureEnvironment CHINA = new AzureEnvironment(
      "AzureChinaCloud",
      URI.create("https://login.chinacloudapi.cn"),
      URI.create("https://management.chinacloudapi.cn"),
      "https://management.chinacloudapi.cn",
      URI.create("https://microsoftgraph.chinacloudapi.cn"),
      "https://microsoftgraph.chinacloudapi.cn",
      "vault.azure.cn",
      "https://vault.azure.cn",
      "core.chinacloudapi.cn",
      "https://storage.azure.com",
      "azconfig.azure.cn",
      "https://azconfig.azure.cn",
      "dev.azuresynapse.azure.cn",
      "https://dev.azuresynapse.azure.cn",
      "servicebus.chinacloudapi.cn",
      URI.create("https://api.loganalytics.azure.cn"),
      "https://api.loganalytics.azure.cn",
      ArmLimits.HOURLY);

  /**
   * Checks that nothing is missing.
   *
   * @throws IllegalArgumentException if an endpoint is more or less than {@code https}, host and port,
   *     or a suffix is no end of a host
   */
  public AzureEnvironment {
    Objects.requireNonNull(name, "name");
    authority = Origin.of(authority);
    arm = Origin.of(arm);
    Objects.requireNonNull(armAudience, "armAudience");
    graph = Origin.of(graph);
    Objects.requireNonNull(graphAudience, "graphAudience");
    vaultSuffix = suffix(vaultSuffix);
    Objects.requireNonNull(vaultAudience, "vaultAudience");
    storageSuffix = suffix(storageSuffix);
    Objects.requireNonNull(storageAudience, "storageAudience");
    configurationSuffix = suffix(configurationSuffix);
    Objects.requireNonNull(configurationAudience, "configurationAudience");
    synapseSuffix = suffix(synapseSuffix);
    Objects.requireNonNull(synapseAudience, "synapseAudience");
    messagingSuffix = suffix(messagingSuffix);
    logs = Origin.of(logs);
    Objects.requireNonNull(logsAudience, "logsAudience");
    Objects.requireNonNull(throttling, "throttling");
  }

  /**
   * Returns a cloud of one's own, in which one endpoint is Entra, ARM and Microsoft Graph and all
   * services have hosts with one suffix. The constructor makes clouds that are less simple.
   *
   * @throws IllegalArgumentException if the endpoint or the suffix is none
   */
  public static AzureEnvironment custom(String name, URI endpoint, String suffix) {
    String arm = Origin.of(endpoint).toString();
    return new AzureEnvironment(
        name,
        endpoint,
        endpoint,
        arm,
        endpoint,
        PUBLIC.graphAudience,
        suffix,
        PUBLIC.vaultAudience,
        suffix,
        PUBLIC.storageAudience,
        suffix,
        PUBLIC.configurationAudience,
        suffix,
        PUBLIC.synapseAudience,
        suffix,
        endpoint,
        PUBLIC.logsAudience,
        PUBLIC.throttling);
  }

  /** Returns the same cloud with other limits. */
  public AzureEnvironment limited(ArmLimits limits) {
    return new AzureEnvironment(
        name,
        authority,
        arm,
        armAudience,
        graph,
        graphAudience,
        vaultSuffix,
        vaultAudience,
        storageSuffix,
        storageAudience,
        configurationSuffix,
        configurationAudience,
        synapseSuffix,
        synapseAudience,
        messagingSuffix,
        logs,
        logsAudience,
        limits);
  }

  /**
   * Returns whether a token may go to an endpoint that a resource names: it is {@code https}, and its
   * host is the suffix or ends with a dot and the suffix.
   */
  public static boolean isWithin(URI endpoint, String suffix) {
    String host = endpoint.getHost();
    if (host == null
        || !"https".equalsIgnoreCase(endpoint.getScheme())
        || endpoint.getRawUserInfo() != null) {
      return false;
    }
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.equals(suffix) || lower.endsWith("." + suffix);
  }

  private static String suffix(String text) {
    if (!text.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*")) {
      throw new IllegalArgumentException(
          "a suffix is the end of a host, such as vault.azure.net, without a dot before it");
    }
    return text.toLowerCase(Locale.ROOT);
  }
}
