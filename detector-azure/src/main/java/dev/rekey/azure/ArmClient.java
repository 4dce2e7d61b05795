package dev.rekey.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Calls Azure Resource Manager and answers with JSON trees.
 *
 * <p>Immutable and thread-safe; share one. There is nothing to close: the HTTP client is the
 * caller's, or azure-core's shared one.
 *
 * <p>Paths are resource ids with what follows them, starting with a slash, not percent-encoded and
 * without a query; anything that could lead elsewhere is refused. Reads ({@link #get}, {@link #list},
 * {@link #postRead}) are tried again as {@link ReadRetries} says. What may change something ({@link
 * #post}, {@link #put}, {@link #patch}, {@link #delete}) is sent <em>once</em>: a key that was
 * regenerated before the connection broke would otherwise be regenerated again. Ask {@link
 * ArmException#mayHaveBeenApplied}, look, and only then repeat.
 *
 * <p>An answer without a body is a {@link MissingNode}. Besides {@link ArmException}, every method
 * throws {@link IllegalArgumentException} for a path, api-version or correlation id that is none.
 */
public final class ArmClient {
  /** Azure Resource Manager of the public cloud. */
  public static final URI PUBLIC_CLOUD = URI.create("https://management.azure.com");

  private static final Pattern CORRELATION = Pattern.compile("[0-9A-Za-z._:-]{1,100}");

  private final URI endpoint;
  private final Exchange exchange;

  private ArmClient(URI endpoint, Exchange exchange) {
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
   * Reads a resource.
   *
   * @throws ArmException if ARM does not answer, or not with the resource
   */
  public JsonNode get(String path, String apiVersion) {
    return get(path, apiVersion, Map.of());
  }

  /**
   * Reads a resource, with more parameters in the query, for example {@code $expand}.
   *
   * @throws ArmException if ARM does not answer, or not with the resource
   */
  public JsonNode get(String path, String apiVersion, Map<String, String> query) {
    return exchange.read(call(HttpMethod.GET, path, apiVersion, query)).json();
  }

  /**
   * Reads something that is no JSON, for example the text of a runbook, as the bytes that it is.
   *
   * @throws ArmException if ARM does not answer, or not with what was asked for
   */
  public byte[] bytes(String path, String apiVersion) {
    return exchange
        .read(call(HttpMethod.GET, path, apiVersion, Map.of()).wantingBytes())
        .bytes()
        .toBytes();
  }

  /**
   * Reads what ARM gives out only to a POST, for example {@code …/listKeys}, without a body.
   *
   * @throws ArmException if ARM does not answer, or not with what was asked for
   */
  public JsonNode postRead(String path, String apiVersion) {
    return postRead(path, apiVersion, MissingNode.getInstance());
  }

  /**
   * Reads what ARM gives out only to a POST. It is tried again like a GET: never use it for what
   * changes something.
   *
   * @throws ArmException if ARM does not answer, or not with what was asked for
   */
  public JsonNode postRead(String path, String apiVersion, JsonNode body) {
    return exchange
        .read(call(HttpMethod.POST, path, apiVersion, Map.of()).with(body))
        .json();
  }

  /** Reads by POST, with the headers of the answer. */
  Answer query(String path, String apiVersion, JsonNode body) {
    return exchange.read(call(HttpMethod.POST, path, apiVersion, Map.of()).with(body));
  }

  /**
   * Reads all items of a list, page after page as the stream is consumed.
   *
   * <p>A page's {@code nextLink} is followed as it stands, and only to this client's endpoint: the
   * token goes with it. The stream is sequential and holds nothing to close.
   *
   * @throws ArmException while the stream is consumed, if ARM does not answer, the answer is no
   *     list, or its pages lead elsewhere or run in a circle
   */
  public Stream<JsonNode> list(String path, String apiVersion) {
    return list(path, apiVersion, Map.of());
  }

  /**
   * Reads all items of a list, with more parameters in the query, for example {@code $top}.
   *
   * @throws ArmException while the stream is consumed, as {@link #list(String, String)} does
   */
  public Stream<JsonNode> list(String path, String apiVersion, Map<String, String> query) {
    return new ListPages(exchange, endpoint, call(HttpMethod.GET, path, apiVersion, query))
        .stream();
  }

  /**
   * Does something to a resource by POST, once, under an id of its own.
   *
   * @throws ArmException if ARM does not answer that it is done or accepted
   */
  public JsonNode post(String path, String apiVersion, JsonNode body) {
    return post(path, apiVersion, body, newId());
  }

  /**
   * Does something to a resource by POST, once.
   *
   * @param body what is sent; a {@link MissingNode} sends nothing
   * @param correlationId the id under which the activity log keeps it
   * @throws ArmException if ARM does not answer that it is done or accepted
   */
  public JsonNode post(String path, String apiVersion, JsonNode body, String correlationId) {
    return change(HttpMethod.POST, path, apiVersion, body, correlationId);
  }

  /**
   * Makes or replaces a resource, once, under an id of its own.
   *
   * @throws ArmException if ARM does not answer that it is done or accepted
   */
  public JsonNode put(String path, String apiVersion, JsonNode body) {
    return put(path, apiVersion, body, newId());
  }

  /**
   * Makes or replaces a resource, once.
   *
   * @param correlationId the id under which the activity log keeps it
   * @throws ArmException if ARM does not answer that it is done or accepted
   */
  public JsonNode put(String path, String apiVersion, JsonNode body, String correlationId) {
    return change(HttpMethod.PUT, path, apiVersion, body, correlationId);
  }

  /**
   * Changes parts of a resource, once, under an id of its own.
   *
   * @throws ArmException if ARM does not answer that it is done or accepted
   */
  public JsonNode patch(String path, String apiVersion, JsonNode body) {
    return patch(path, apiVersion, body, newId());
  }

  /**
   * Changes parts of a resource, once.
   *
   * @param correlationId the id under which the activity log keeps it
   * @throws ArmException if ARM does not answer that it is done or accepted
   */
  public JsonNode patch(String path, String apiVersion, JsonNode body, String correlationId) {
    return change(HttpMethod.PATCH, path, apiVersion, body, correlationId);
  }

  /**
   * Deletes a resource, once. A path is shown in messages: where a service wants a key in it, this is
   * not the method to call.
   *
   * @param correlationId the id under which the activity log keeps it
   * @throws ArmException if ARM does not answer that it is done or accepted
   */
  public JsonNode delete(String path, String apiVersion, String correlationId) {
    return change(HttpMethod.DELETE, path, apiVersion, MissingNode.getInstance(), correlationId);
  }

  /** Waits, because an answer asked for it. */
  void pause(Duration length, String operation) {
    exchange.pause(length, operation);
  }

  private JsonNode change(
      HttpMethod method, String path, String apiVersion, JsonNode body, String correlationId) {
    if (!CORRELATION.matcher(correlationId).matches()) {
      throw new IllegalArgumentException(
          "a correlation id has 1 to 100 letters, digits, '.', '_', ':' or '-'");
    }
    Request request = call(method, path, apiVersion, Map.of()).with(body).under(correlationId);
    return exchange.once(request).json();
  }

  private Request call(
      HttpMethod method, String path, String apiVersion, Map<String, String> query) {
    String encoded = ArmPath.encode(path);
    return new Request(
        method,
        endpoint + encoded + ArmPath.query(apiVersion, query),
        method + " " + path,
        MissingNode.getInstance(),
        newId());
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  /**
   * A request that has not been sent.
   *
   * @param raw whether the answer's body is wanted as it is
   * @param headers more headers, in place of those of the same names
   */
  record Request(
      HttpMethod method,
      String url,
      String operation,
      JsonNode body,
      String correlationId,
      boolean raw,
      Map<String, String> headers) {
    Request(HttpMethod method, String url, String operation, JsonNode body, String correlationId) {
      this(method, url, operation, body, correlationId, false, Map.of());
    }

    Request with(JsonNode content) {
      return new Request(method, url, operation, content, correlationId, raw, headers);
    }

    Request under(String id) {
      return new Request(method, url, operation, body, id, raw, headers);
    }

    Request wantingBytes() {
      return new Request(method, url, operation, body, correlationId, true, headers);
    }

    Request headed(Map<String, String> more) {
      return new Request(method, url, operation, body, correlationId, raw, more);
    }

    /** The path of the first page of what is asked for. */
    String path() {
      return operation.substring(operation.indexOf(' ') + 1);
    }

    /** Never shows the body, nor the query, which may be signed. */
    @Override
    public String toString() {
      return operation;
    }
  }

  /** Collects what a client needs. Not thread-safe. */
  public static final class Builder {
    private final List<HttpPipelinePolicy> policies = new ArrayList<>();
    private URI endpoint = PUBLIC_CLOUD;
    private Optional<String> scope = Optional.empty();
    private Optional<TokenCredential> credential = Optional.empty();
    private Optional<HttpClient> client = Optional.empty();
    private Optional<HttpPipeline> pipeline = Optional.empty();
    private ReadRetries retries = ReadRetries.DEFAULT;
    private int most = 64 << 20;
    private ArmLimits limits = ArmLimits.PUBLIC;
    private Pause pause = Pause.REAL;
    private LongSupplier nanos = System::nanoTime;

    private Builder() {}

    /** Sets who calls. Required, unless a pipeline is set. */
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
     * Sets another cloud's endpoint, for example {@code https://management.usgovcloudapi.net}.
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
     * Sets a whole pipeline instead of credential, HTTP client and policies. It authenticates; it
     * must not send a request again, because this client retries what may be retried.
     *
     * @throws IllegalArgumentException if it holds azure-core's RetryPolicy
     */
    public Builder pipeline(HttpPipeline whole) {
      for (int i = 0; i < whole.getPolicyCount(); i++) {
        Exchange.requireNoRetry(whole.getPolicy(i));
      }
      pipeline = Optional.of(whole);
      return this;
    }

    /** Sets how reads are tried again; {@link ReadRetries#DEFAULT} if not set. */
    public Builder readRetries(ReadRetries reads) {
      retries = Objects.requireNonNull(reads, "reads");
      return this;
    }

    /**
     * Sets how many bytes an answer may have; 64 MiB if not set.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder mostAnswerBytes(int bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("the limit must be positive: " + bytes);
      }
      most = bytes;
      return this;
    }

    /** Sets how many calls ARM allows, which the client keeps to; {@link ArmLimits#PUBLIC} if not set. */
    public Builder limits(ArmLimits allowed) {
      limits = Objects.requireNonNull(allowed, "allowed");
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
     * Returns the client.
     *
     * @throws IllegalStateException if there is neither a credential nor a pipeline, or both; or if
     *     azure-core finds no HTTP client
     */
    public ArmClient build() {
      String tokenScope = scope.orElse(endpoint + "/.default");
      if (pipeline.isPresent()
          && (credential.isPresent() || client.isPresent() || !policies.isEmpty())) {
        throw new IllegalStateException(
            "a pipeline brings its own credential, HTTP client and policies: set one or the other");
      }
      HttpPipeline whole = pipeline.orElseGet(() -> Exchange.pipeline(
          credential.orElseThrow(() -> new IllegalStateException("set a credential or a pipeline")),
          client,
          tokenScope,
          policies));
      return new ArmClient(
          endpoint,
          new Exchange(
              Service.ARM, whole, tokenScope, retries, most, pause, new Pace(limits, nanos)));
    }
  }
}
