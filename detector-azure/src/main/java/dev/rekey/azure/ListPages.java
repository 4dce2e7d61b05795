package dev.rekey.azure;

import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The items of a list, of which one page at a time is held. */
final class ListPages implements Iterator<JsonNode> {
  private static final int LONGEST_LINK = 16 * 1024;

  private final Exchange exchange;
  private final URI endpoint;
  private final LoopGuard guard = new LoopGuard();
  private Optional<ArmClient.Request> next;
  private Iterator<JsonNode> page = Collections.emptyIterator();

  /** Why the list can't be followed further; the items before that are handed out first. */
  private Optional<ArmException> end = Optional.empty();

  ListPages(Exchange exchange, URI endpoint, ArmClient.Request first) {
    this.exchange = exchange;
    this.endpoint = endpoint;
    this.next = Optional.of(first);
  }

  Stream<JsonNode> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && next.isPresent()) {
      ArmClient.Request request = next.get();
      Answer answer = exchange.read(request);
      String named = exchange.service().items();
      JsonNode items = answer.json().path(named);
      if (!items.isArray()) {
        throw Problem.unreadable(
            answer, request.operation(), "the answer is no list: it has no array '" + named + "'");
      }
      page = items.iterator();
      try {
        next = following(request, answer);
      } catch (ArmException refused) {
        next = Optional.empty();
        end = Optional.of(refused);
      }
    }
    if (!page.hasNext() && end.isPresent()) {
      throw end.get();
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

  private Optional<ArmClient.Request> following(ArmClient.Request request, Answer answer) {
    JsonNode link = answer.json().path(exchange.service().link());
    if (link.isMissingNode()
        || link.isNull()
        || (link.isTextual() && link.asText().isEmpty())) {
      return Optional.empty();
    }
    String url = link.asText();
    if (exchange.service().linksByPath() && url.startsWith("/") && !url.startsWith("//")) {
      url = endpoint + url;
    }
    String objection = !link.isTextual() || url.length() > LONGEST_LINK
        ? "its nextLink is no link"
        : !Origin.leadsTo(endpoint, url)
            ? "its nextLink leads away from " + endpoint + ", where the token must not go"
            : guard.objection(url);
    if (!objection.isEmpty()) {
      throw Problem.unreadable(
          answer, request.operation(), "the list has a next page, but " + objection);
    }
    // All pages go by the first one's name: the link's query may be signed.
    return Optional.of(new ArmClient.Request(
        HttpMethod.GET, url, request.operation(), MissingNode.getInstance(), ArmClient.newId()));
  }
}
