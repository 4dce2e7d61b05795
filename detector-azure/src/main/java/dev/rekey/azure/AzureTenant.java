package dev.rekey.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.policy.HttpPipelinePolicy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * A tenant as one caller sees it: its cloud, its credential, and the clients for its services.
 *
 * <p>Two tenants share nothing: each has clients, tokens and allowances of its own. Immutable and
 * thread-safe; share one for each tenant. There is nothing to close: the HTTP client is the caller's,
 * or azure-core's shared one.
 */
public final class AzureTenant {
  private static final Pattern RUN = Pattern.compile("[0-9A-Za-z._-]{1,64}");

  private final String id;
  private final AzureEnvironment environment;
  private final TokenCredential credential;
  private final Optional<HttpClient> client;
  private final List<HttpPipelinePolicy> policies;
  private final ReadRetries retries;
  private final Pause pause;
  private final ArmClient arm;

  private AzureTenant(Builder from) {
    id = from.id;
    environment = from.environment;
    credential = from.credential;
    client = from.client;
    policies = List.copyOf(from.policies);
    retries = from.retries;
    pause = from.pause;
    ArmClient.Builder builder = ArmClient.builder()
        .credential(credential)
        .endpoint(environment.arm())
        .scope(environment.armAudience() + "/.default")
        .policies(policies.toArray(new HttpPipelinePolicy[0]))
        .limits(environment.throttling())
        .readRetries(retries)
        .pause(pause)
        .nanos(from.nanos);
    client.ifPresent(builder::httpClient);
    arm = builder.build();
  }

  /**
   * Starts a tenant, in the public cloud unless another is set.
   *
   * @param id its id, a GUID
   * @param credential who calls; it must give out tokens of this tenant
   * @throws IllegalArgumentException if the id is no GUID
   */
  public static Builder of(String id, TokenCredential credential) {
    if (!ResourceGraph.isGuid(id)) {
      throw new IllegalArgumentException("the id of a tenant is a GUID; az account show prints it");
    }
    return new Builder(id, Objects.requireNonNull(credential, "credential"));
  }

  /** Returns its id. */
  public String id() {
    return id;
  }

  /** Returns its cloud. */
  public AzureEnvironment environment() {
    return environment;
  }

  /** Returns the client of ARM; the same each time, since its allowances are counted in it. */
  public ArmClient arm() {
    return arm;
  }

  /** Returns a client of Microsoft Graph. */
  public GraphClient graph() {
    GraphClient.Builder builder = GraphClient.builder()
        .credential(credential)
        .endpoint(environment.graph())
        .scope(environment.graphAudience() + "/.default")
        .policies(policies)
        .readRetries(retries);
    client.ifPresent(builder::httpClient);
    return builder.build();
  }

  /**
   * Returns a client of a store of App Configuration.
   *
   * @param endpoint what ARM shows as {@code properties.endpoint}
   * @throws IllegalArgumentException if it is not of this cloud, where the token must not go
   */
  public DataPlane configuration(URI endpoint) {
    return plane(
        Service.CONFIGURATION,
        endpoint,
        environment.configurationSuffix(),
        environment.configurationAudience());
  }

  /**
   * Returns a client of the endpoint where a Synapse workspace is developed.
   *
   * @param endpoint what ARM shows as {@code properties.connectivityEndpoints.dev}
   * @throws IllegalArgumentException if it is not of this cloud, where the token must not go
   */
  public DataPlane synapse(URI endpoint) {
    return plane(
        Service.SYNAPSE, endpoint, environment.synapseSuffix(), environment.synapseAudience());
  }

  /**
   * Returns a client of a key vault.
   *
   * @param endpoint what ARM shows as {@code properties.vaultUri}
   * @throws IllegalArgumentException if it is not of this cloud, where the token must not go
   */
  public DataPlane vault(URI endpoint) {
    return plane(Service.VAULT, endpoint, environment.vaultSuffix(), environment.vaultAudience());
  }

  /**
   * Returns a client of the blob service of a storage account.
   *
   * @param endpoint what ARM shows as {@code properties.primaryEndpoints.blob}
   * @throws IllegalArgumentException if it is not of this cloud, where the token must not go
   */
  public BlobClient blobs(URI endpoint) {
    requireWithin(endpoint, environment.storageSuffix());
    return BlobClient.of(
        endpoint, environment.storageAudience(), credential, client, policies, retries, pause);
  }

  private DataPlane plane(Service service, URI endpoint, String suffix, String audience) {
    requireWithin(endpoint, suffix);
    return DataPlane.of(service, endpoint, audience, credential, client, policies, retries, pause);
  }

  private void requireWithin(URI endpoint, String suffix) {
    if (!AzureEnvironment.isWithin(endpoint, suffix)) {
      throw new IllegalArgumentException("the endpoint is not one of " + suffix + " in the cloud "
          + environment.name() + ", and gets no token");
    }
  }

  /** Shows id and cloud. */
  @Override
  public String toString() {
    return id + " in " + environment.name();
  }

  /** Collects what a tenant needs. Not thread-safe. */
  public static final class Builder {
    private final String id;
    private final TokenCredential credential;
    private final List<HttpPipelinePolicy> policies = new ArrayList<>();
    private AzureEnvironment environment = AzureEnvironment.PUBLIC;
    private Optional<HttpClient> client = Optional.empty();
    private ReadRetries retries = ReadRetries.DEFAULT;
    private Pause pause = Pause.REAL;
    private LongSupplier nanos = System::nanoTime;

    private Builder(String id, TokenCredential credential) {
      this.id = id;
      this.credential = credential;
    }

    /** Sets its cloud; {@link AzureEnvironment#PUBLIC} if not set. */
    public Builder environment(AzureEnvironment cloud) {
      environment = Objects.requireNonNull(cloud, "cloud");
      return this;
    }

    /** Sets what carries the calls; the client that azure-core finds if not set. */
    public Builder httpClient(HttpClient transport) {
      client = Optional.of(transport);
      return this;
    }

    /**
     * Adds policies that see each attempt before it is authenticated. They must not send it again.
     *
     * @throws IllegalArgumentException if one is azure-core's RetryPolicy
     */
    public Builder policies(HttpPipelinePolicy... each) {
      for (HttpPipelinePolicy policy : each) {
        policies.add(Exchange.requireNoRetry(policy));
      }
      return this;
    }

    /**
     * Sets the id of the run that all calls belong to; it goes out as the header {@code
     * rekey-run-id}.
     *
     * @throws IllegalArgumentException if it is not 1 to 64 letters, digits, dots, hyphens and
     *     underscores
     */
    public Builder runId(String run) {
      if (!RUN.matcher(run).matches()) {
        throw new IllegalArgumentException(
            "the id of a run has 1 to 64 letters, digits, '.', '_' or '-'");
      }
      policies.add(new Exchange.RunHeader(run));
      return this;
    }

    /** Sets how reads are tried again; {@link ReadRetries#DEFAULT} if not set. */
    public Builder readRetries(ReadRetries reads) {
      retries = Objects.requireNonNull(reads, "reads");
      return this;
    }

    Builder pause(Pause waiting) {
      pause = waiting;
      return this;
    }

    Builder nanos(LongSupplier clock) {
      nanos = clock;
      return this;
    }

    /**
     * Returns the tenant.
     *
     * @throws IllegalStateException if azure-core finds no HTTP client
     */
    public AzureTenant build() {
      return new AzureTenant(this);
    }
  }
}
