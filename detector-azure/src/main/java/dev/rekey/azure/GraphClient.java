package dev.rekey.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Calls Microsoft Graph, version 1.0, and answers with JSON trees, by the rules of {@link ArmClient}:
 * reads are tried again as {@link ReadRetries} says, what may change something is sent once, a next
 * page is read from the same host only, and what fails is an {@link ArmException}.
 *
 * <p>Graph is eventually consistent: what was written may be missing from the next read, and be there
 * in the one after.
 *
 * <p>Immutable and thread-safe; share one. Paths start with a slash and are those below {@code /v1.0},
 * not percent-encoded, for example {@code /applications(appId='…')}.
 */
public final class GraphClient {
  /** Microsoft Graph of the public cloud. */
  public static final URI PUBLIC_CLOUD = URI.create("https://graph.microsoft.com");

  private static final String VERSION = "/v1.0";
  private static final int MOST_ANSWER_BYTES = 64 << 20;

  private final URI endpoint;
  private final Exchange exchange;

  private GraphClient(URI endpoint, Exchange exchange) {
    this.endpoint = endpoint;
    this.exchange = exchange;
  }

  /** Starts a client. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the endpoint: scheme, host and port. */
  public URI endpoint() {
    return endpoint;
  }

  /**
   * Reads an object, with parameters in the query, for example {@code $select}.
   *
   * @throws ArmException if Graph does not answer, or not with the object
   */
  public JsonNode get(String path, Map<String, String> query) {
    return exchange.read(call(HttpMethod.GET, path, query)).json();
  }

  /**
   * Reads all items of a list, page after page as the stream is consumed. The stream is sequential
   * and holds nothing to close.
   *
   * @throws ArmException while the stream is consumed, as {@link ArmClient#list(String, String)}
   */
  public Stream<JsonNode> list(String path, Map<String, String> query) {
    return new ListPages(exchange, endpoint, call(HttpMethod.GET, path, query)).stream();
  }

  /**
   * Does something to an object by POST, once.
   *
   * @param body what is sent; a {@link MissingNode} sends nothing
   * @param requestId the id under which Graph keeps it, {@code client-request-id}
   * @throws ArmException if Graph does not answer that it is done
   */
  public JsonNode post(String path, JsonNode body, UUID requestId) {
    return exchange
        .once(call(HttpMethod.POST, path, Map.of()).with(body).under(requestId.toString()))
        .json();
  }

  /**
   * Changes parts of an object, once.
   *
   * @param requestId the id under which Graph keeps it, {@code client-request-id}
   * @throws ArmException if Graph does not answer that it is done
   */
  public JsonNode patch(String path, JsonNode body, UUID requestId) {
    return exchange
        .once(call(HttpMethod.PATCH, path, Map.of()).with(body).under(requestId.toString()))
        .json();
  }

  private ArmClient.Request call(HttpMethod method, String path, Map<String, String> query) {
    String whole = VERSION + path;
    return new ArmClient.Request(
        method,
        endpoint + ArmPath.encode(whole) + ArmPath.query(query),
        method + " " + whole,
        MissingNode.getInstance(),
        ArmClient.newId());
  }

  /** Collects what a client needs. Not thread-safe. */
  public static final class Builder {
    private URI endpoint = PUBLIC_CLOUD;
    private Optional<TokenCredential> credential = Optional.empty();
    private Optional<HttpClient> client = Optional.empty();
    private Optional<String> scope = Optional.empty();
    private List<HttpPipelinePolicy> policies = List.of();
    private ReadRetries retries = ReadRetries.DEFAULT;

    private Builder() {}

    /** Sets who calls. Required. */
    public Builder credential(TokenCredential caller) {
      credential = Optional.of(caller);
      return this;
    }

    /** Sets what carries the calls; the client that azure-core finds if not set. */
    public Builder httpClient(HttpClient transport) {
      client = Optional.of(transport);
      return this;
    }

    /**
     * Sets another cloud's endpoint, for example {@code https://graph.microsoft.us}.
     *
     * @throws IllegalArgumentException if it is more or less than {@code https}, host and port
     */
    public Builder endpoint(URI https) {
      endpoint = Origin.of(https);
      return this;
    }

    /** Sets the scope of the token; the endpoint with {@code /.default} if not set. */
    public Builder scope(String tokenScope) {
      scope = Optional.of(tokenScope);
      return this;
    }

    Builder policies(List<HttpPipelinePolicy> each) {
      policies = each;
      return this;
    }

    /** Sets how reads are tried again; {@link ReadRetries#DEFAULT} if not set. */
    public Builder readRetries(ReadRetries reads) {
      retries = Objects.requireNonNull(reads, "reads");
      return this;
    }

    /**
     * Returns the client.
     *
     * @throws IllegalStateException if there is no credential, or azure-core finds no HTTP client
     */
    public GraphClient build() {
      String tokenScope = scope.orElse(endpoint + "/.default");
      TokenCredential caller =
          credential.orElseThrow(() -> new IllegalStateException("set a credential"));
      return new GraphClient(
          endpoint,
          new Exchange(
              Service.GRAPH,
              Exchange.pipeline(caller, client, tokenScope, policies),
              tokenScope,
              retries,
              MOST_ANSWER_BYTES,
              Pause.REAL,
              Pace.free()));
    }
  }
}
