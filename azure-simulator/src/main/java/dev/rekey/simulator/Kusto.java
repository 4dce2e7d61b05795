package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the Kusto query language that inventories need, read strictly.
 *
 * <p>{@code Resources} followed by stages: {@code where} with {@code == != =~ !~ in in~ contains
 * startswith endswith has}, {@code isempty isnotempty tolower not}, {@code and}, {@code or} and
 * parentheses; {@code project} of columns and paths, with aliases; {@code order by}; {@code
 * limit}. Anything else is a {@link ParserFailure}.
 */
final class Kusto {
  private static final Pattern TOKEN = Pattern.compile(
      "\\s*(?:(//[^\\n]*)|('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")|([A-Za-z_][\\w]*~?)"
          + "|(\\d+)|(==|!=|=~|!~|[|,()\\[\\].=]))");

  /** The query cannot be read; the position is that of the offending token. */
  static final class ParserFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int at;
    private final String token;

    ParserFailure(int at, String token) {
      super("cannot read the query at " + at, null, false, false);
      this.at = at;
      this.token = token;
    }

    int at() {
      return at;
    }

    String token() {
      return token;
    }
  }

  private record Token(String text, int at) {}

  private final List<Token> tokens = new ArrayList<>();
  private final String query;
  private int next;
  private boolean projectsId = true;

  private Kusto(String query) {
    this.query = query;
    Matcher matcher = TOKEN.matcher(query);
    int at = 0;
    while (at < query.length() && !query.substring(at).isBlank()) {
      if (!matcher.region(at, query.length()).lookingAt()) {
        throw new ParserFailure(at, query.substring(at, at + 1));
      }
      if (matcher.group(1) == null) {
        tokens.add(new Token(
            matcher.group().strip(), matcher.end() - matcher.group().strip().length()));
      }
      at = matcher.end();
    }
  }

  /** The rows that a query yields, and whether they can be paged (they show their id). */
  record Result(List<ObjectNode> rows, boolean pageable) {}

  /** Runs a query over the rows of the {@code Resources} table. */
  static Result run(String query, List<ObjectNode> table) {
    Kusto kusto = new Kusto(query);
    List<ObjectNode> rows = kusto.stages(table);
    return new Result(rows, kusto.projectsId);
  }

  private List<ObjectNode> stages(List<ObjectNode> table) {
    Token name = take();
    if (!name.text().equalsIgnoreCase("resources")) {
      throw new ParserFailure(name.at(), name.text());
    }
    List<ObjectNode> rows = new ArrayList<>(table);
    rows.sort(Comparator.comparing(row -> row.path("id").asText().toLowerCase(Locale.ROOT)));
    while (next < tokens.size()) {
      expect("|");
      Token stage = take();
      rows = switch (stage.text()) {
        case "where" -> rows.stream().filter(or()).toList();
        case "project" -> project(rows);
        case "order", "sort" -> order(rows);
        case "limit", "take" -> rows.subList(0, Math.min(rows.size(), number()));
        default -> throw new ParserFailure(stage.at(), stage.text());
      };
    }
    return rows;
  }

  private int number() {
    Token token = take();
    if (!token.text().matches("\\d{1,7}")) {
      throw new ParserFailure(token.at(), token.text());
    }
    return Integer.parseInt(token.text());
  }

  private List<ObjectNode> project(List<ObjectNode> rows) {
    Map<String, Function<JsonNode, JsonNode>> columns = new LinkedHashMap<>();
    do {
      Token first = peek();
      String alias = name(first);
      if (next + 1 < tokens.size() && tokens.get(next + 1).text().equals("=")) {
        next += 2;
        columns.put(alias, value());
      } else {
        int before = next;
        Function<JsonNode, JsonNode> value = value();
        // A path without an alias gets Kusto's name for it.
        StringBuilder joined = new StringBuilder(tokens.get(before).text());
        for (int i = before + 1; i < next; i++) {
          String part = tokens.get(i).text();
          joined.append(part.matches("\\w+") ? "_" + part : "");
        }
        columns.put(joined.toString(), value);
      }
    } while (accept(","));
    projectsId = columns.containsKey("id");
    return rows.stream()
        .map(row -> {
          ObjectNode projected = Json.object();
          columns.forEach((name, value) -> projected.set(name, value.apply(row)));
          return projected;
        })
        .toList();
  }

  private static String name(Token token) {
    if (!token.text().matches("[A-Za-z_]\\w*")) {
      throw new ParserFailure(token.at(), token.text());
    }
    return token.text();
  }

  private List<ObjectNode> order(List<ObjectNode> rows) {
    expect("by");
    List<Comparator<ObjectNode>> keys = new ArrayList<>();
    do {
      Function<JsonNode, JsonNode> value = value();
      Comparator<ObjectNode> by = Comparator.comparing(row -> lower(text(value.apply(row))));
      boolean ascending = accept("asc");
      if (!ascending) {
        // Kusto sorts downwards unless told otherwise.
        accept("desc");
      }
      keys.add(ascending ? by : by.reversed());
    } while (accept(","));
    return rows.stream()
        .sorted(keys.stream().reduce(Comparator::thenComparing).orElseThrow())
        .toList();
  }

  private Predicate<JsonNode> or() {
    Predicate<JsonNode> left = and();
    while (accept("or")) {
      left = left.or(and());
    }
    return left;
  }

  private Predicate<JsonNode> and() {
    Predicate<JsonNode> left = term();
    while (accept("and")) {
      left = left.and(term());
    }
    return left;
  }

  private Predicate<JsonNode> term() {
    if (accept("(")) {
      Predicate<JsonNode> inner = or();
      expect(")");
      return inner;
    }
    if (accept("not")) {
      expect("(");
      Predicate<JsonNode> inner = or();
      expect(")");
      return inner.negate();
    }
    boolean empty = accept("isempty");
    if (empty || accept("isnotempty")) {
      expect("(");
      Function<JsonNode, JsonNode> value = value();
      expect(")");
      return row -> text(value.apply(row)).isEmpty() == empty;
    }
    return comparison();
  }

  private Predicate<JsonNode> comparison() {
    Function<JsonNode, JsonNode> left = value();
    Token operator = take();
    return switch (operator.text()) {
      case "==" -> compare(left, value(), String::equals);
      case "!=" -> compare(left, value(), String::equals).negate();
      case "=~" -> compare(left, value(), String::equalsIgnoreCase);
      case "!~" -> compare(left, value(), String::equalsIgnoreCase).negate();
      case "contains", "has" -> compare(left, value(), (a, b) -> lower(a).contains(lower(b)));
      case "startswith" -> compare(left, value(), (a, b) -> lower(a).startsWith(lower(b)));
      case "endswith" -> compare(left, value(), (a, b) -> lower(a).endsWith(lower(b)));
      case "in" -> in(left, String::equals);
      case "in~" -> in(left, String::equalsIgnoreCase);
      default -> throw new ParserFailure(operator.at(), operator.text());
    };
  }

  private Predicate<JsonNode> in(Function<JsonNode, JsonNode> left, Comparison comparison) {
    expect("(");
    Predicate<JsonNode> any = unusedRow -> false;
    do {
      any = any.or(compare(left, value(), comparison));
    } while (accept(","));
    expect(")");
    return any;
  }

  private static Predicate<JsonNode> compare(
      Function<JsonNode, JsonNode> left,
      Function<JsonNode, JsonNode> right,
      Comparison comparison) {
    return row -> comparison.holds(text(left.apply(row)), text(right.apply(row)));
  }

  @FunctionalInterface
  private interface Comparison {
    boolean holds(String left, String right);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static String text(JsonNode value) {
    return value.isNull() || value.isMissingNode()
        ? ""
        : value.isValueNode() ? value.asText() : value.toString();
  }

  private Function<JsonNode, JsonNode> value() {
    Token token = take();
    String text = token.text();
    char first = text.charAt(0);
    if (first == '\'' || first == '"') {
      JsonNode literal = TextNode.valueOf(unquote(text));
      return unusedRow -> literal;
    }
    if (text.equals("true") || text.equals("false")) {
      JsonNode literal = BooleanNode.valueOf(text.equals("true"));
      return unusedRow -> literal;
    }
    if (Character.isDigit(first)) {
      JsonNode literal = TextNode.valueOf(text);
      return unusedRow -> literal;
    }
    if (text.equals("tolower") || text.equals("tostring")) {
      expect("(");
      Function<JsonNode, JsonNode> inner = value();
      expect(")");
      boolean lowers = text.equals("tolower");
      return row -> {
        String shown = text(inner.apply(row));
        return TextNode.valueOf(lowers ? lower(shown) : shown);
      };
    }
    return path(name(token));
  }

  private Function<JsonNode, JsonNode> path(String column) {
    List<String> steps = new ArrayList<>(List.of(column));
    while (true) {
      if (accept(".")) {
        steps.add(name(take()));
      } else if (accept("[")) {
        steps.add(unquote(take().text()));
        expect("]");
      } else {
        break;
      }
    }
    return row -> {
      JsonNode at = row;
      for (String step : steps) {
        at = at.path(step);
      }
      return at.isMissingNode() ? Json.MAPPER.nullNode() : at;
    };
  }

  private static String unquote(String literal) {
    return literal.replaceAll("^['\"]|['\"]$", "").replaceAll("\\\\(.)", "$1");
  }

  private Token peek() {
    if (next >= tokens.size()) {
      throw new ParserFailure(query.length(), "<EOF>");
    }
    return tokens.get(next);
  }

  private Token take() {
    Token token = peek();
    next++;
    return token;
  }

  private boolean accept(String text) {
    if (next < tokens.size() && tokens.get(next).text().equals(text)) {
      next++;
      return true;
    }
    return false;
  }

  private void expect(String text) {
    if (!accept(text)) {
      Token token = peek();
      throw new ParserFailure(token.at(), token.text());
    }
  }
}
