package dev.rekey.rotation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML as its events: no objects are made, no alias is followed, and each scalar has its place.
 */
final class YamlReading {
  private static final int DEEPEST = 100;
  private static final int LONGEST_NUMBER = 64;

  /** What YAML 1.1 or 1.2 takes for a number or a time. */
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:[0-9][0-9_]*+(?:\\.[0-9_]*+)?+|\\.[0-9][0-9_]*+)(?:[eE][-+]?[0-9]+)?"
          + "|[-+]?0[xX][0-9a-fA-F_]++|[-+]?0[bB][01_]++|[-+]?0[oO][0-7_]++"
          + "|[-+]?[0-9][0-9_]*+(?::[0-5]?[0-9])+(?:\\.[0-9_]*+)?"
          + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)"
          + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*+");

  private static final Set<String> WORDS =
      Set.of("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<");

  private final String text;
  private final int[] offsets;
  private final List<Part> parts = new ArrayList<>();

  /** What comes next in each open collection. */
  private final Deque<Next> open = new ArrayDeque<>();

  private enum Next {
    NAME,
    VALUE,
    ELEMENT
  }

  private YamlReading(String text) {
    this.text = text;
    this.offsets = text.codePoints().anyMatch(Character::isSupplementaryCodePoint)
        ? offsets(text)
        : new int[0];
  }

  static FileFormat.Reading of(String text) throws RotationException {
    YamlReading reading = new YamlReading(text);
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
      while (parser.hasNext()) {
        reading.add(parser.next());
      }
    } catch (MarkedYamlEngineException malformed) {
      // Not the parser's message: it quotes the text.
      throw new RotationException("it is not YAML"
          + malformed
              .getProblemMark()
              .map(mark -> " at line " + (mark.getLine() + 1))
              .orElse(""));
    } catch (YamlEngineException malformed) {
      throw new RotationException("it is not YAML");
    }
    return new FileFormat.Reading(reading.parts, List.of());
  }

  private static int[] offsets(String text) {
    int[] offsets = new int[text.codePointCount(0, text.length()) + 1];
    int at = 0;
    for (int i = 0; i < offsets.length - 1; i++) {
      offsets[i] = at;
      at += Character.charCount(text.codePointAt(at));
    }
    offsets[offsets.length - 1] = at;
    return offsets;
  }

  private int offset(Optional<Mark> mark) {
    int index = mark.orElseThrow().getIndex();
    return offsets.length == 0 ? index : offsets[index];
  }

  private void add(Event event) throws RotationException {
    int from = offset(event.getStartMark());
    if (event instanceof CollectionEndEvent) {
      open.pop();
    }
    boolean name = event instanceof NodeEvent && isName();
    if (event instanceof ScalarEvent scalar) {
      parts.add(scalar(scalar, from, name));
    } else {
      parts.add(Part.structure(kind(event), from));
    }
    if (event instanceof CollectionStartEvent) {
      if (open.size() == DEEPEST) {
        throw new RotationException("it is nested deeper than " + DEEPEST + " levels");
      }
      open.push(event instanceof MappingStartEvent ? Next.NAME : Next.ELEMENT);
    }
  }

  /** Whether this node is the name of a field; the one after it is not. */
  private boolean isName() {
    if (open.isEmpty() || open.peek() == Next.ELEMENT) {
      return false;
    }
    boolean name = open.pop() == Next.NAME;
    open.push(name ? Next.VALUE : Next.NAME);
    return name;
  }

  private static String kind(Event event) {
    StringBuilder kind = new StringBuilder(event.getEventId().name());
    if (event instanceof NodeEvent node) {
      node.getAnchor().ifPresent(anchor -> kind.append(" &").append(anchor.getValue()));
    }
    if (event instanceof CollectionStartEvent start) {
      kind.append(' ').append(start.getFlowStyle());
      start.getTag().ifPresent(tag -> kind.append(' ').append(tag));
    }
    if (event instanceof AliasEvent alias) {
      kind.append(" *").append(alias.getAlias().getValue());
    }
    return kind.toString();
  }

  private Part scalar(ScalarEvent scalar, int start, boolean name) {
    String value = scalar.getValue();
    int from = skipProperties(start);
    int to = offset(scalar.getEndMark());
    boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
    boolean isText = !plain || scalar.getTag().isPresent() || !isOther(value);
    String kind = kind(scalar)
        + ' '
        + scalar.getScalarStyle().name()
        + (isText ? " text" : " other")
        + scalar.getTag().map(tag -> ' ' + tag).orElse("");
    if (name || !isText) {
      return Part.fixed(name ? "name " + kind : kind, value, from, to);
    }
    return switch (scalar.getScalarStyle()) {
      case PLAIN -> Part.value(kind, value, from, to, Spelling.YAML_PLAIN);
      case SINGLE_QUOTED -> Part.value(kind, value, from + 1, to - 1, Spelling.YAML_SINGLE);
      case DOUBLE_QUOTED -> Part.value(kind, value, from + 1, to - 1, Spelling.YAML_DOUBLE);
      case LITERAL -> Part.value(kind, value, lineEnd(from), to, Spelling.YAML_LITERAL);
      case FOLDED -> Part.value(kind, value, lineEnd(from), to, Spelling.YAML_FOLDED);
      default -> Part.fixed(kind, value, from, to);
    };
  }

  /** Whether some reader takes a plain scalar for something else than text. */
  private static boolean isOther(String value) {
    return value.length() <= LONGEST_NUMBER
        && (WORDS.contains(value.toLowerCase(Locale.ROOT))
            || NUMBER.matcher(value).matches());
  }

  /** Skips an anchor and a tag, and the blanks and comments after them. */
  private int skipProperties(int start) {
    int at = start;
    while (at < text.length() && "&!".indexOf(text.charAt(at)) >= 0) {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      while (at < text.length() && " \t\r\n#".indexOf(text.charAt(at)) >= 0) {
        at = text.charAt(at) == '#' ? lineEnd(at) : at + 1;
      }
    }
    return at;
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < text.length() && !Spelling.isLineBreak(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
