package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
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
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the Kusto query language that inventories need, read strictly.
 *
 * <p>A table, as {@code Resources}, followed by stages: {@code where} with {@code == != =~ !~ in in~ contains
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

  /** A row of a table, or what a query makes of one. */
  interface Row {
    /** A column; null if there is none of that name. */
    JsonNode column(String name);

    /** All of its columns. */
    ObjectNode json();
  }

  /** A row of which a query shows some columns. */
  private record Projected(Map<String, Function<Row, JsonNode>> columns, Row from) implements Row {
    @Override
    public JsonNode column(String name) {
      Function<Row, JsonNode> value = columns.get(name);
      return value == null ? NullNode.getInstance() : value.apply(from);
    }

    @Override
    public ObjectNode json() {
      ObjectNode json = Json.object();
      columns.forEach((name, value) -> json.set(name, value.apply(from)));
      return json;
    }
  }

  /** The rows that a query yields, and whether they can be paged (they show their id). */
  record Result(List<? extends Row> rows, boolean pageable) {}

  /**
   * Runs a query.
   *
   * @param tables the rows of each table by its name in lower case, in the order of their ids
   */
  static Result run(String query, Map<String, Supplier<List<? extends Row>>> tables) {
    Kusto kusto = new Kusto(query);
    List<? extends Row> rows = kusto.stages(tables);
    return new Result(rows, kusto.projectsId);
  }

  private List<? extends Row> stages(Map<String, Supplier<List<? extends Row>>> tables) {
    Token name = take();
    Supplier<List<? extends Row>> table = tables.get(lower(name.text()));
    if (table == null) {
      throw new ParserFailure(name.at(), name.text());
    }
    List<? extends Row> rows = table.get();
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

  private List<Row> project(List<? extends Row> rows) {
    Map<String, Function<Row, JsonNode>> columns = new LinkedHashMap<>();
    do {
      Token first = peek();
      String alias = name(first);
      if (next + 1 < tokens.size() && tokens.get(next + 1).text().equals("=")) {
        next += 2;
        columns.put(alias, value());
      } else {
        int before = next;
        Function<Row, JsonNode> value = value();
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
    return rows.stream().<Row>map(row -> new Projected(columns, row)).toList();
  }

  private static String name(Token token) {
    if (!token.text().matches("[A-Za-z_]\\w*")) {
      throw new ParserFailure(token.at(), token.text());
    }
    return token.text();
  }

  /** A row and what it is sorted by: made once, and not for each comparison. */
  private record Keyed(List<String> keys, Row row) {}

  private List<Row> order(List<? extends Row> rows) {
    expect("by");
    List<Comparator<Keyed>> keys = new ArrayList<>();
    List<Function<Row, JsonNode>> values = new ArrayList<>();
    do {
      int column = values.size();
      values.add(value());
      Comparator<Keyed> by = Comparator.comparing(row -> row.keys().get(column));
      boolean ascending = accept("asc");
      if (!ascending) {
        // Kusto sorts downwards unless told otherwise.
        accept("desc");
      }
      keys.add(ascending ? by : by.reversed());
    } while (accept(","));
    return rows.stream()
        .map(row -> new Keyed(
            values.stream().map(value -> lower(text(value.apply(row)))).toList(), row))
        .sorted(keys.stream().reduce(Comparator::thenComparing).orElseThrow())
        .map(Keyed::row)
        .toList();
  }

  private Predicate<Row> or() {
    Predicate<Row> left = and();
    while (accept("or")) {
      left = left.or(and());
    }
    return left;
  }

  private Predicate<Row> and() {
    Predicate<Row> left = term();
    while (accept("and")) {
      left = left.and(term());
    }
    return left;
  }

  private Predicate<Row> term() {
    if (accept("(")) {
      Predicate<Row> inner = or();
      expect(")");
      return inner;
    }
    if (accept("not")) {
      expect("(");
      Predicate<Row> inner = or();
      expect(")");
      return inner.negate();
    }
    boolean empty = accept("isempty");
    if (empty || accept("isnotempty")) {
      expect("(");
      Function<Row, JsonNode> value = value();
      expect(")");
      return row -> text(value.apply(row)).isEmpty() == empty;
    }
    return comparison();
  }

  private Predicate<Row> comparison() {
    Function<Row, JsonNode> left = value();
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

  private Predicate<Row> in(Function<Row, JsonNode> left, Comparison comparison) {
    expect("(");
    List<Function<Row, JsonNode>> values = new ArrayList<>();
    do {
      values.add(value());
    } while (accept(","));
    expect(")");
    return row -> {
      String text = text(left.apply(row));
      return values.stream().anyMatch(one -> comparison.holds(text, text(one.apply(row))));
    };
  }

  private static Predicate<Row> compare(
      Function<Row, JsonNode> left, Function<Row, JsonNode> right, Comparison comparison) {
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

  private Function<Row, JsonNode> value() {
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
      Function<Row, JsonNode> inner = value();
      expect(")");
      boolean lowers = text.equals("tolower");
      return row -> {
        String shown = text(inner.apply(row));
        return TextNode.valueOf(lowers ? lower(shown) : shown);
      };
    }
    return path(name(token));
  }

  private Function<Row, JsonNode> path(String column) {
    List<String> steps = new ArrayList<>();
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
      JsonNode at = row.column(column);
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
