package dev.rekey.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.text.PlainText;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Queries the logs of Log Analytics workspaces through Azure Monitor's API, version 1, by the rules of
 * {@link ArmClient}: a query is a read, tried again as {@link ReadRetries} says, and what fails is an
 * {@link ArmException}.
 *
 * <p>A part of an answer is no answer: where Azure Monitor says with the rows that an error kept it from
 * others, that is an {@code ArmException} with status 200 and the code {@code PartialError}.
 *
 * <p>Needs {@code Microsoft.OperationalInsights/workspaces/query/read} on the workspace, and {@code
 * Microsoft.OperationalInsights/workspaces/query/TABLE/read} for the tables that are queried, which the
 * role Log Analytics Reader has.
 *
 * <p>Immutable and thread-safe; share one.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format">Requests</a>,
 *     <a href="https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format">answers</a>,
 *     <a href="https://learn.microsoft.com/azure/azure-monitor/logs/api/errors">errors</a>
 */
public final class LogsClient {
  /** Azure Monitor Logs of the public cloud. */
  public static final URI PUBLIC_CLOUD = URI.create("https://api.loganalytics.azure.com");

  private static final String PUBLIC_SCOPE = "https://api.loganalytics.io/.default";
  private static final Pattern GUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** Azure Monitor answers 64 MB at most, <a
   * href="https://learn.microsoft.com/azure/azure-monitor/service-limits">uncompressed</a> about. */
  private static final int MOST_ANSWER_BYTES = 128 << 20;

  private static final int NO_CONTENT = 204;

  private final URI endpoint;
  private final String scope;
  private final Exchange exchange;

  private LogsClient(URI endpoint, String scope, Exchange exchange) {
    this.endpoint = endpoint;
    this.scope = scope;
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
   * Checks the id of a workspace, and returns it.
   *
   * @throws IllegalArgumentException if it is no GUID
   */
  public static String requireWorkspaceId(String id) {
    if (!GUID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "the id of a workspace is a GUID, its customerId, and not " + PlainText.of(id, 100));
    }
    return id;
  }

  /**
   * Runs a query over the entries of a time, and returns the rows of its result: JSON objects, by the
   * names of the columns. None where the workspace has no data at all.
   *
   * @param workspaceId the workspace's GUID
   * @param query in the Kusto query language; who puts a value into it quotes the value
   * @param from the time from which entries are looked at, by their {@code TimeGenerated}
   * @param to the time until which
   * @throws ArmException if Azure Monitor does not answer, not with the whole result, or not with a
   *     table
   * @throws IllegalArgumentException if the id is no GUID, or the time ends before it begins
   */
  public List<ObjectNode> query(String workspaceId, String query, Instant from, Instant to) {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("the time ends before it begins: " + from + " to " + to);
    }
    String path = "/v1/workspaces/" + requireWorkspaceId(workspaceId) + "/query";
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("query", query);
    body.put(
        "timespan", from.truncatedTo(ChronoUnit.MICROS) + "/" + to.truncatedTo(ChronoUnit.MICROS));
    ArmClient.Request request = new ArmClient.Request(
        HttpMethod.POST, endpoint + ArmPath.encode(path), "POST " + path, body, ArmClient.newId());
    Answer answer = exchange.read(request);
    if (answer.status() == NO_CONTENT) {
      return List.of();
    }
    if (answer.json().hasNonNull("error")) {
      throw Problem.refused(Service.LOGS, answer, request.operation(), scope, Json.texts(body));
    }
    try {
      return rows(answer.json());
    } catch (Shapeless shapeless) {
      throw Problem.unreadable(
          answer,
          request.operation(),
          Service.LOGS.label() + " gave an answer that makes no sense: " + shapeless.getMessage());
    }
  }

  /** Why an answer is no table, in words that quote nothing of it. */
  private static final class Shapeless extends Exception {
    private static final long serialVersionUID = 1L;

    Shapeless(String why) {
      super(why);
    }
  }

  private static List<ObjectNode> rows(JsonNode answer) throws Shapeless {
    JsonNode table = answer.path("tables").path(0);
    if (!table.path("columns").isArray() || !table.path("rows").isArray()) {
      throw new Shapeless("it has no table with columns and rows");
    }
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode column : table.path("columns")) {
      String name = column.path("name").asText();
      if (name.isEmpty() || !seen.add(name)) {
        throw new Shapeless("a column has no name, or that of another");
      }
      names.add(name);
    }
    List<ObjectNode> rows = new ArrayList<>();
    for (JsonNode row : table.path("rows")) {
      if (!row.isArray() || row.size() != names.size()) {
        throw new Shapeless("a row has not a value for each column");
      }
      ObjectNode named = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < names.size(); i++) {
        named.set(names.get(i), row.get(i));
      }
      rows.add(named);
    }
    return rows;
  }

  /** Collects what a client needs. Not thread-safe. */
  public static final class Builder {
    private URI endpoint = PUBLIC_CLOUD;
    private String scope = PUBLIC_SCOPE;
    private Optional<TokenCredential> credential = Optional.empty();
    private Optional<HttpClient> client = Optional.empty();
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
     * Sets another cloud's endpoint, for example {@code https://api.loganalytics.us}; that cloud has
     * another {@link #scope} too.
     *
     * @throws IllegalArgumentException if it is more or less than {@code https}, host and port
     */
    public Builder endpoint(URI https) {
      endpoint = Origin.of(https);
      return this;
    }

    /** Sets the scope of the token; {@code https://api.loganalytics.io/.default} if not set. */
    public Builder scope(String tokenScope) {
      scope = Objects.requireNonNull(tokenScope, "tokenScope");
      return this;
    }

    /** Sets how queries are tried again; {@link ReadRetries#DEFAULT} if not set. */
    public Builder readRetries(ReadRetries reads) {
      retries = Objects.requireNonNull(reads, "reads");
      return this;
    }

    /**
     * Returns the client.
     *
     * @throws IllegalStateException if there is no credential, or azure-core finds no HTTP client
     */
    public LogsClient build() {
      TokenCredential caller =
          credential.orElseThrow(() -> new IllegalStateException("set a credential"));
      return new LogsClient(
          endpoint,
          scope,
          new Exchange(
              Service.LOGS,
              Exchange.pipeline(caller, client, scope, List.of()),
              scope,
              retries,
              MOST_ANSWER_BYTES,
              Pause.REAL,
              Pace.free()));
    }
  }
}
