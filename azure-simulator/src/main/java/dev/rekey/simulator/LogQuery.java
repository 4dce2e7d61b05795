package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The part of the Kusto query language that questions about uses need, read strictly, with the types of
 * the columns; {@link Kusto} is that of inventories.
 *
 * <p>A table, or {@code union isfuzzy=true} of several, followed by the stages {@code where}, {@code
 * extend} and {@code summarize … by …}. Expressions are columns, texts in single quotes, {@code
 * datetime(…)}, {@code == != =~ >= contains startswith}, {@code and}, {@code or}, parentheses, {@code
 * iif(…)}, {@code replace_regex(…)}; aggregates are {@code count()}, {@code countif(…)} and {@code
 * max(…)}. Anything else is {@link Unreadable}.
 */
final class LogQuery {
  private static final Map<String, Type> STORAGE = columns(
      "AccountName",
      "AuthenticationHash",
      "AuthenticationType",
      "CallerIpAddress",
      "ClientRequestId",
      "StatusCode",
      "UserAgentHeader");
  private static final Map<String, Map<String, Type>> SCHEMAS = Map.of(
      "StorageBlobLogs",
      STORAGE,
      "StorageQueueLogs",
      STORAGE,
      "StorageTableLogs",
      STORAGE,
      "StorageFileLogs",
      STORAGE,
      "AADServicePrincipalSignInLogs",
      columns("AppId", "IPAddress", "ResultType", "ServicePrincipalCredentialKeyId"),
      "SigninLogs",
      columns("AppId", "IPAddress", "ResultType"),
      "AADNonInteractiveUserSignInLogs",
      columns("AppId", "IPAddress", "ResultType"));

  private static final Pattern TOKEN = Pattern.compile(
      "\\s*(?:(datetime\\([^()]*\\))|('(?:[^'\\\\\\n\\r]|\\\\.)*')|([A-Za-z_]\\w*)|(==|!=|=~|>=|[|,()=]))");

  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);

  /** The type of a column, by Kusto's word for it. */
  enum Type {
    STRING,
    DATETIME,
    LONG,
    BOOL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The query can't be read, or means nothing. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean syntax;
    private final String problem;

    Unreadable(boolean syntax, String problem) {
      super(problem, null, false, false);
      this.syntax = syntax;
      this.problem = problem;
    }

    boolean isSyntax() {
      return syntax;
    }

    String problem() {
      return problem;
    }
  }

  /** What a query yields: its columns in their order, and its rows. */
  record Result(Map<String, Type> columns, List<ObjectNode> rows) {}

  private record Token(String text, int at) {}

  private record Expression(Type type, Function<ObjectNode, Object> of) {}

  private record Aggregate(Type type, Function<List<ObjectNode>, Object> of) {}

  private final List<Token> tokens = new ArrayList<>();
  private Map<String, Type> columns = new LinkedHashMap<>();
  private List<ObjectNode> rows = new ArrayList<>();
  private int next;

  private LogQuery(String query) {
    Matcher matcher = TOKEN.matcher(query);
    int at = 0;
    while (at < query.length() && !query.substring(at).isBlank()) {
      if (!matcher.region(at, query.length()).lookingAt()) {
        throw new Unreadable(true, "unknown token at " + at);
      }
      tokens.add(new Token(matcher.group().strip(), at));
      at = matcher.end();
    }
  }

  private static Map<String, Type> columns(String... texts) {
    Map<String, Type> columns = new LinkedHashMap<>();
    columns.put("TimeGenerated", Type.DATETIME);
    columns.put("Type", Type.STRING);
    for (String text : texts) {
      columns.put(text, Type.STRING);
    }
    return columns;
  }

  /** The columns of a table. */
  static Map<String, Type> schema(String table) {
    Map<String, Type> schema = SCHEMAS.get(table);
    if (schema == null) {
      throw new IllegalArgumentException("There is no table " + table);
    }
    return schema;
  }

  /** Runs a query over entries, each of which names its table in {@code Type}. */
  static Result run(String query, List<ObjectNode> entries) {
    LogQuery run = new LogQuery(query);
    run.source(entries);
    while (run.next < run.tokens.size()) {
      run.expect("|");
      Token stage = run.take();
      switch (stage.text()) {
        case "where" -> run.where();
        case "extend" -> run.extend();
        case "summarize" -> run.summarize();
        default -> throw syntax(stage);
      }
    }
    return new Result(run.columns, run.rows);
  }

  private void source(List<ObjectNode> entries) {
    List<String> tables = new ArrayList<>();
    boolean fuzzy = accept("union");
    if (fuzzy) {
      expect("isfuzzy");
      expect("=");
      expect("true");
    }
    boolean unresolved = false;
    do {
      String table = name();
      if (SCHEMAS.containsKey(table)) {
        tables.add(table);
      } else {
        unresolved = true;
      }
    } while (fuzzy && accept(","));
    if (tables.isEmpty() || (unresolved && !fuzzy)) {
      throw new Unreadable(false, "Failed to resolve table or column expression");
    }
    tables.forEach(table -> columns.putAll(schema(table)));
    rows = entries.stream()
        .filter(row -> tables.contains(row.path("Type").asText()))
        .map(ObjectNode::deepCopy)
        .toList();
  }

  private void where() {
    Expression condition = or();
    if (next < tokens.size() && !peek().text().equals("|")) {
      throw syntax(peek());
    }
    require(condition, Type.BOOL);
    rows = rows.stream().filter(row -> condition.of().apply(row).equals(true)).toList();
  }

  private void extend() {
    do {
      String name = name();
      expect("=");
      Expression value = or();
      columns.put(name, value.type());
      rows.forEach(row -> put(row, name, value.of().apply(row)));
    } while (accept(","));
  }

  private void summarize() {
    Map<String, Aggregate> aggregates = new LinkedHashMap<>();
    do {
      String name = name();
      expect("=");
      aggregates.put(name, aggregate());
    } while (accept(","));
    List<String> keys = new ArrayList<>();
    if (accept("by")) {
      do {
        keys.add(name());
      } while (accept(","));
    }
    Map<String, Type> shown = new LinkedHashMap<>();
    for (String key : keys) {
      shown.put(key, column(key));
    }
    aggregates.forEach((name, aggregate) -> shown.put(name, aggregate.type()));
    Map<List<JsonNode>, List<ObjectNode>> groups = new LinkedHashMap<>();
    if (keys.isEmpty()) {
      groups.put(List.of(), new ArrayList<>());
    }
    for (ObjectNode row : rows) {
      groups
          .computeIfAbsent(keys.stream().map(row::path).toList(), unused -> new ArrayList<>())
          .add(row);
    }
    List<ObjectNode> summary = new ArrayList<>();
    groups.forEach((group, members) -> {
      ObjectNode row = Json.object();
      for (int i = 0; i < keys.size(); i++) {
        row.set(keys.get(i), group.get(i));
      }
      aggregates.forEach((name, aggregate) -> put(row, name, aggregate.of().apply(members)));
      summary.add(row);
    });
    columns = shown;
    rows = summary;
  }

  private Aggregate aggregate() {
    Token name = take();
    expect("(");
    switch (name.text()) {
      case "count" -> {
        expect(")");
        return new Aggregate(Type.LONG, members -> (long) members.size());
      }
      case "countif" -> {
        Expression condition = or();
        require(condition, Type.BOOL);
        expect(")");
        return new Aggregate(
            Type.LONG,
            members -> members.stream()
                .filter(row -> condition.of().apply(row).equals(true))
                .count());
      }
      case "max" -> {
        Expression value = or();
        require(value, Type.DATETIME);
        expect(")");
        return new Aggregate(
            Type.DATETIME,
            members -> members.stream()
                .map(row -> (Instant) value.of().apply(row))
                .max(Instant::compareTo)
                .<Object>map(latest -> latest)
                .orElse(""));
      }
      default -> throw syntax(name);
    }
  }

  private Expression or() {
    Expression left = and();
    while (accept("or")) {
      left = join(left, and(), (a, b) -> a || b);
    }
    return left;
  }

  private Expression and() {
    Expression left = comparison();
    while (accept("and")) {
      left = join(left, comparison(), (a, b) -> a && b);
    }
    return left;
  }

  private static Expression join(
      Expression left, Expression right, BiPredicate<Boolean, Boolean> join) {
    require(left, Type.BOOL);
    require(right, Type.BOOL);
    return new Expression(
        Type.BOOL,
        row ->
            join.test(left.of().apply(row).equals(true), right.of().apply(row).equals(true)));
  }

  private Expression comparison() {
    Expression left = value();
    if (next >= tokens.size()) {
      return left;
    }
    String operator = peek().text();
    BiPredicate<String, String> texts = switch (operator) {
      case "==" -> String::equals;
      case "!=" -> (a, b) -> !a.equals(b);
      case "=~" -> String::equalsIgnoreCase;
      case "contains" -> (a, b) -> lower(a).contains(lower(b));
      case "startswith" -> (a, b) -> lower(a).startsWith(lower(b));
      default -> (a, b) -> false;
    };
    switch (operator) {
      case "==", "!=", "=~", "contains", "startswith" -> {
        next++;
        Expression right = value();
        require(left, Type.STRING);
        require(right, Type.STRING);
        return new Expression(
            Type.BOOL,
            row -> texts.test((String) left.of().apply(row), (String) right.of().apply(row)));
      }
      case ">=" -> {
        next++;
        Expression right = value();
        require(left, Type.DATETIME);
        require(right, Type.DATETIME);
        return new Expression(
            Type.BOOL,
            row ->
                !((Instant) left.of().apply(row)).isBefore((Instant) right.of().apply(row)));
      }
      default -> {
        return left;
      }
    }
  }

  private Expression value() {
    if (accept("(")) {
      Expression inner = or();
      expect(")");
      return inner;
    }
    Token token = take();
    String text = token.text();
    if (text.startsWith("'")) {
      String literal = unquote(token);
      return new Expression(Type.STRING, unusedRow -> literal);
    }
    if (text.startsWith("datetime(")) {
      Instant moment = moment(token);
      return new Expression(Type.DATETIME, unusedRow -> moment);
    }
    boolean called = next < tokens.size() && peek().text().equals("(");
    if (called) {
      return function(token);
    }
    if (!text.matches("\\w+")) {
      throw syntax(token);
    }
    Type type = column(text);
    return new Expression(type, row -> read(row.path(text), type));
  }

  private Expression function(Token name) {
    expect("(");
    Expression first = or();
    expect(",");
    Expression second = or();
    expect(",");
    Expression third = or();
    expect(")");
    switch (name.text()) {
      case "iif" -> {
        require(first, Type.BOOL);
        require(third, second.type());
        return new Expression(
            second.type(),
            row -> (first.of().apply(row).equals(true) ? second : third).of().apply(row));
      }
      case "replace_regex" -> {
        require(first, Type.STRING);
        require(second, Type.STRING);
        require(third, Type.STRING);
        return new Expression(
            Type.STRING,
            row -> replace((String) first.of().apply(row), (String) second.of().apply(row), (String)
                third.of().apply(row)));
      }
      default -> throw new Unreadable(false, "Unknown function: " + name.text());
    }
  }

  private static String replace(String text, String regex, String by) {
    try {
      return Pattern.compile(regex).matcher(text).replaceAll(Matcher.quoteReplacement(by));
    } catch (PatternSyntaxException malformed) {
      throw new Unreadable(false, "The pattern is no regular expression");
    }
  }

  private static Object read(JsonNode value, Type type) {
    return switch (type) {
      case STRING -> value.asText("");
      case DATETIME -> Instant.parse(value.asText());
      case LONG -> value.asLong();
      case BOOL -> value.asBoolean();
    };
  }

  private static void put(ObjectNode row, String name, Object value) {
    if (value instanceof Boolean truth) {
      row.put(name, truth);
    } else if (value instanceof Long number) {
      row.put(name, number);
    } else {
      row.put(name, value.toString());
    }
  }

  private Type column(String name) {
    Type type = columns.get(name);
    if (type == null) {
      throw new Unreadable(false, "Failed to resolve scalar expression named '" + name + "'");
    }
    return type;
  }

  private static void require(Expression expression, Type type) {
    if (expression.type() != type) {
      throw new Unreadable(
          false,
          "A " + type.word() + " is wanted and not a " + expression.type().word());
    }
  }

  private static Instant moment(Token token) {
    String text = token.text().substring("datetime(".length(), token.text().length() - 1);
    try {
      if (text.matches("[^.]*(\\.\\d{1,7}Z)?")) { // Kusto's ticks have 100 nanoseconds.
        return Instant.parse(text);
      }
      throw new Unreadable(false, "This datetime is too exact");
    } catch (DateTimeException malformed) {
      throw new Unreadable(false, "This is no datetime");
    }
  }

  /** Undoes the escapes that Kusto documents, and refuses others. */
  private static String unquote(Token token) {
    String inside = token.text().substring(1, token.text().length() - 1);
    return ESCAPE
        .matcher(inside)
        .replaceAll(match -> Matcher.quoteReplacement(
            switch (match.group(1)) {
              case "\\", "'", "\"" -> match.group(1);
              case "n" -> "\n";
              case "r" -> "\r";
              case "t" -> "\t";
              default -> throw syntax(token);
            }));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Unreadable syntax(Token token) {
    return new Unreadable(true, "not understood at " + token.at());
  }

  private String name() {
    Token token = take();
    if (!token.text().matches("[A-Za-z_]\\w*")) {
      throw syntax(token);
    }
    return token.text();
  }

  private Token peek() {
    if (next >= tokens.size()) {
      throw new Unreadable(true, "the query ends too early");
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
      throw syntax(peek());
    }
  }
}
