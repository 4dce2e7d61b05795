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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads JSON from a resource that has an endpoint of its own beside ARM, such as a store of App
 * Configuration, by the rules of {@link ArmClient}. {@link AzureTenant} makes it.
 *
 * <p>Immutable and thread-safe; there is nothing to close.
 */
public final class DataPlane {
  private static final int MOST_ANSWER_BYTES = 64 << 20;

  private final URI endpoint;
  private final Exchange exchange;

  private DataPlane(URI endpoint, Exchange exchange) {
    this.endpoint = endpoint;
    this.exchange = exchange;
  }

  static DataPlane of(
      Service service,
      URI endpoint,
      String audience,
      TokenCredential credential,
      Optional<HttpClient> client,
      List<HttpPipelinePolicy> policies,
      ReadRetries retries,
      Pause pause) {
    String scope = audience + "/.default";
    return new DataPlane(
        Origin.of(endpoint),
        new Exchange(
            service,
            Exchange.pipeline(credential, client, scope, policies),
            scope,
            retries,
            MOST_ANSWER_BYTES,
            pause,
            Pace.free()));
  }

  /**
   * Reads an object.
   *
   * @throws ArmException if the service does not answer, or not with the object
   */
  public JsonNode get(String path, String apiVersion, Map<String, String> query) {
    return exchange.read(call(path, apiVersion, query)).json();
  }

  /**
   * Reads all items of a list, page after page as the stream is consumed. The stream is sequential
   * and holds nothing to close.
   *
   * @throws ArmException while the stream is consumed, as {@link ArmClient#list(String, String)}
   */
  public Stream<JsonNode> list(String path, String apiVersion, Map<String, String> query) {
    return new ListPages(exchange, endpoint, call(path, apiVersion, query)).stream();
  }

  private ArmClient.Request call(String path, String apiVersion, Map<String, String> query) {
    return new ArmClient.Request(
        HttpMethod.GET,
        endpoint + ArmPath.encode(path) + ArmPath.query(apiVersion, query),
        "GET " + endpoint.getHost() + path,
        MissingNode.getInstance(),
        ArmClient.newId());
  }
}
