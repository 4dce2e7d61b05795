package dev.rekey.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.text.PlainText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Queries Azure Resource Graph: what resources there are, in the Kusto query language.
 *
 * <p>Immutable and thread-safe. The graph lags behind Azure by seconds to minutes. It allows each
 * caller 15 queries, that is pages, in 5 seconds; its quota headers and 429s are honoured.
 */
public final class ResourceGraph {
  private static final String PATH = "/providers/Microsoft.ResourceGraph/resources";
  private static final String API_VERSION = "2024-04-01";
  private static final Pattern GUID =
      Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");

  /** The guidance is to ask for fewer than 300 subscriptions at a time. */
  private static final int BATCH = 250;

  private static final int MOST_ROWS = 1000;
  private static final int LONGEST_TOKEN = 64 * 1024;

  private final ArmClient arm;
  private final int pageSize;

  private ResourceGraph(ArmClient arm, int pageSize) {
    this.arm = Objects.requireNonNull(arm, "arm");
    this.pageSize = pageSize;
  }

  /** Returns the graph that the caller of a client sees. */
  public static ResourceGraph in(ArmClient arm) {
    return new ResourceGraph(arm, MOST_ROWS);
  }

  /**
   * Returns the same graph read in pages of so many rows; 1000 if not set.
   *
   * @throws IllegalArgumentException if it is not between 1 and 1000
   */
  public ResourceGraph pageSize(int rows) {
    if (rows < 1 || rows > MOST_ROWS) {
      throw new IllegalArgumentException("a page has 1 to 1000 rows, not " + rows);
    }
    return new ResourceGraph(arm, rows);
  }

  /**
   * Runs a query over subscriptions and returns its rows, page after page as the stream is consumed.
   *
   * <p>The query must project {@code id}, and should order by it: without, Resource Graph gives no
   * stable pages. It should have no {@code limit} or {@code take}. Subscriptions are asked for in
   * batches, in their order, so that the rows are ordered within each batch. The stream is sequential
   * and holds nothing to close.
   *
   * @throws IllegalArgumentException if a subscription is no GUID
   * @throws ArmException while the stream is consumed, if the graph does not answer, leaves rows out,
   *     or a row has no id
   */
  public Stream<JsonNode> query(String kusto, Collection<String> subscriptions) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            rows(kusto, subscriptions), Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /**
   * Runs a query as {@link #query} does and returns its rows as an iterator, which also knows how many
   * there are. Its methods throw what the stream throws. Not thread-safe.
   *
   * @throws IllegalArgumentException if a subscription is no GUID
   */
  public Rows rows(String kusto, Collection<String> subscriptions) {
    subscriptions.forEach(ResourceGraph::requireGuid);
    return new Rows(kusto, List.copyOf(subscriptions));
  }

  static String requireGuid(String id) {
    if (!isGuid(id)) {
      throw new IllegalArgumentException(
          "the id of a subscription is a GUID, not: " + PlainText.of(id, 60));
    }
    return id;
  }

  static boolean isGuid(String id) {
    return GUID.matcher(id).matches();
  }

  /** The rows of a query, of which one page is held. Not thread-safe. */
  public final class Rows implements Iterator<JsonNode> {
    private final String kusto;
    private final List<String> subscriptions;
    private int batch;
    private Optional<String> token = Optional.empty();
    private LoopGuard guard = new LoopGuard();
    private Duration pause = Duration.ZERO;
    private Iterator<JsonNode> page = Collections.emptyIterator();
    private long total;
    private boolean counted;

    private Rows(String kusto, List<String> subscriptions) {
      this.kusto = Objects.requireNonNull(kusto, "kusto");
      this.subscriptions = subscriptions;
    }

    @Override
    public boolean hasNext() {
      while (!page.hasNext() && batch < subscriptions.size()) {
        if (!pause.isZero()) {
          arm.pause(pause, "POST " + PATH);
        }
        turn(arm.query(PATH, API_VERSION, body()));
      }
      return page.hasNext();
    }

    @Override
    public JsonNode next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return page.next();
    }

    /**
     * Returns how many rows the batches of subscriptions have that were asked for so far: all of them
     * from the first row on, where there are no more than 250 subscriptions.
     */
    public long total() {
      return total;
    }

    private ObjectNode body() {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      int end = Math.min(subscriptions.size(), batch + BATCH);
      subscriptions.subList(batch, end).forEach(body.putArray("subscriptions")::add);
      body.put("query", kusto);
      ObjectNode options = body.putObject("options");
      options.put("$top", pageSize);
      options.put("resultFormat", "objectArray");
      token.ifPresent(text -> options.put("$skipToken", text));
      return body;
    }

    private void turn(Answer answer) {
      JsonNode data = answer.json().path("data");
      if (!data.isArray()) {
        throw wrong(answer, "the answer has no array 'data'");
      }
      List<JsonNode> rows = new ArrayList<>(data.size());
      for (JsonNode row : data) {
        if (!row.path("id").isTextual()) {
          throw wrong(answer, "a row has no id; let the query project id");
        }
        rows.add(row);
      }
      if (!counted) {
        total += answer.json().path("totalRecords").asLong(rows.size());
        counted = true;
      }
      token = following(answer);
      if (token.isEmpty()) {
        counted = false;
        batch += BATCH;
        guard = new LoopGuard();
      }
      pause = answer.quotaPause().orElse(Duration.ZERO);
      page = rows.iterator();
    }

    private Optional<String> following(Answer answer) {
      JsonNode next = answer.json().path("$skipToken");
      if (next.isTextual() && !next.asText().isEmpty()) {
        String objection = next.asText().length() > LONGEST_TOKEN
            ? "its $skipToken is too long"
            : guard.objection(next.asText());
        if (!objection.isEmpty()) {
          throw wrong(answer, objection);
        }
        return Optional.of(next.asText());
      }
      if (!next.isMissingNode() && !next.isNull() && !next.isTextual()) {
        throw wrong(answer, "its $skipToken is no text");
      }
      // A text, although its values are true and false.
      if (answer.json().path("resultTruncated").asText("").equalsIgnoreCase("true")) {
        throw wrong(
            answer,
            "rows are left out; let the query project id and order by it, and have no" + " limit");
      }
      if (answer.says("x-ms-tenant-subscription-limit-hit", "true")) {
        throw wrong(answer, "subscriptions are left out; ask for fewer at a time");
      }
      return Optional.empty();
    }

    private ArmException wrong(Answer answer, String why) {
      return Problem.unreadable(answer, "POST " + PATH, "Resource Graph's answer: " + why);
    }
  }
}
