package dev.rekey.detect;

import java.util.Optional;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * The events of a YAML file, in which what no rule file needs is refused before anything is made of
 * it: depth, since a composer recurses; anchors and aliases, since it follows them; and tags.
 *
 * <p>Not thread-safe.
 */
final class PlainEvents implements Parser {
  private static final int DEEPEST = 8;

  private final String file;
  private final Parser events;
  private int depth;

  /** Whether the next event has been looked at. */
  private boolean seen;

  /**
   * Starts before the first event.
   *
   * @param file what the file is called in messages
   */
  PlainEvents(String file, Parser events) {
    this.file = file;
    this.events = events;
  }

  @Override
  public boolean hasNext() {
    return events.hasNext();
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return hasNext() && peekEvent().getEventId() == choice;
  }

  /**
   * Returns the next event.
   *
   * @throws RuleException if no rule file needs it
   */
  @Override
  public Event peekEvent() {
    Event event = events.peekEvent();
    if (!seen) {
      look(event);
      seen = true;
    }
    return event;
  }

  @Override
  public Event next() {
    peekEvent();
    seen = false;
    return events.next();
  }

  private void look(Event event) {
    if (event instanceof CollectionStartEvent start) {
      if (++depth > DEEPEST) {
        throw refused(event, "nested deeper than the " + DEEPEST + " levels of a rule file");
      }
      refuseTag(event, start.getTag());
    } else if (event instanceof CollectionEndEvent) {
      depth--;
    } else if (event instanceof ScalarEvent scalar) {
      refuseTag(event, scalar.getTag());
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw refused(event, "anchors and aliases are not used in a rule file");
    }
  }

  private void refuseTag(Event event, Optional<String> tag) {
    if (tag.isPresent()) {
      throw refused(event, "tags are not used in a rule file");
    }
  }

  private RuleException refused(Event event, String why) {
    int line = event.getStartMark().map(Mark::getLine).orElse(0) + 1;
    return new RuleException(file + ":" + line + ": " + why);
  }
}
