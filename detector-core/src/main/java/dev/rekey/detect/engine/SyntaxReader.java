package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.io.Serial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the text of a pattern from left to right, by RE2J's rules: what is written where, and what
 * the flags in force make of it.
 *
 * <p>It refuses what RE2J refuses, what bytes don't have (Unicode classes, characters beyond 0xFF,
 * folded bytes beyond ASCII), what nobody writes (octal escapes, {@code \Q}, {@code {0}}), and the
 * repeat without bound of what can be empty: RE2J and Perl differ there.
 */
final class SyntaxReader {
  private static final int LONGEST = 8 * 1024;
  private static final int DEEPEST = 100;

  /** RE2J's limit for the bounds of a repeat. */
  private static final int MOST = 1000;

  private static final ByteClass SPACE = ByteClass.among("\t\n\f\r ");
  private static final ByteClass LETTER = ByteClass.UPPER.union(ByteClass.LOWER);

  private static final Map<String, ByteClass> POSIX = Map.ofEntries(
      Map.entry("alnum", LETTER.union(ByteClass.DIGIT)),
      Map.entry("alpha", LETTER),
      Map.entry("ascii", ByteClass.range(0, 0x7f)),
      Map.entry("blank", ByteClass.among("\t ")),
      Map.entry("cntrl", ByteClass.range(0, 0x1f).union(ByteClass.of(0x7f))),
      Map.entry("digit", ByteClass.DIGIT),
      Map.entry("graph", ByteClass.range(0x21, 0x7e)),
      Map.entry("lower", ByteClass.LOWER),
      Map.entry("print", ByteClass.range(0x20, 0x7e)),
      Map.entry("punct", ByteClass.range(0x21, 0x7e).minus(LETTER).minus(ByteClass.DIGIT)),
      Map.entry("space", ByteClass.range(0x9, 0xd).union(ByteClass.of(' '))),
      Map.entry("upper", ByteClass.UPPER),
      Map.entry("word", ByteClass.WORD),
      Map.entry(
          "xdigit",
          ByteClass.DIGIT.union(ByteClass.range('a', 'f')).union(ByteClass.range('A', 'F'))));

  private final String regex;
  private final Set<String> names = new HashSet<>();
  private int at;
  private int depth;
  private Flags flags = new Flags(false, false, false, false);

  private SyntaxReader(String regex) {
    this.regex = regex;
  }

  /** What {@code (?imsU)} switches on. */
  private record Flags(boolean fold, boolean lines, boolean dotAll, boolean lazy) {
    Flags with(int flag, boolean on) {
      return switch (flag) {
        case 'i' -> new Flags(on, lines, dotAll, lazy);
        case 'm' -> new Flags(fold, on, dotAll, lazy);
        case 's' -> new Flags(fold, lines, on, lazy);
        case 'U' -> new Flags(fold, lines, dotAll, on);
        default -> throw new Refused();
      };
    }
  }

  private record Bounds(int min, int max) {}

  /** Ends the reading, from wherever it is. */
  private static final class Refused extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    Refused() {
      super("", null, false, false);
    }
  }

  static Optional<Syntax> read(String regex) {
    if (regex.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SyntaxReader(regex).all());
    } catch (Refused refused) {
      return Optional.empty();
    }
  }

  private Syntax all() {
    Syntax all = choice();
    require(at == regex.length()); // else it is at a bracket that nothing opened
    return all;
  }

  private Syntax choice() {
    require(++depth <= DEEPEST);
    List<Syntax> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (take("|"));
    depth--;
    return joined(alternatives);
  }

  /** Alternatives of an alternative are its like; those of one byte, side by side, are one class. */
  private static Syntax joined(List<Syntax> alternatives) {
    List<Syntax> joined = new ArrayList<>();
    for (Syntax next : alternatives) {
      for (Syntax one : next instanceof Choice inner ? inner.alternatives() : List.of(next)) {
        int last = joined.size() - 1;
        if (one instanceof One right && last >= 0 && joined.get(last) instanceof One left) {
          joined.set(last, new One(left.bytes().union(right.bytes())));
        } else {
          joined.add(one);
        }
      }
    }
    return joined.size() == 1 ? joined.get(0) : new Choice(joined);
  }

  private Syntax sequence() {
    List<Syntax> parts = new ArrayList<>();
    while (more() && peek() != '|' && peek() != ')') {
      if (switchesFlags()) {
        continue;
      }
      Syntax part = repeated(atom());
      if (part instanceof Sequence inner) {
        parts.addAll(inner.parts());
      } else {
        parts.add(part);
      }
    }
    return parts.size() == 1 ? parts.get(0) : new Sequence(parts);
  }

  private Syntax repeated(Syntax body) {
    Optional<Bounds> bounds = bounds();
    if (bounds.isEmpty()) {
      return body;
    }
    boolean greedy = take("?") == flags.lazy();
    require(bounds().isEmpty()); // no repeat of a repeat
    int min = bounds.get().min();
    int max = bounds.get().max();
    require(max > 0 && (max < Syntax.UNBOUNDED || Shape.shortest(body) > 0));
    return min == 1 && max == 1 ? body : new Repeat(body, min, max, greedy);
  }

  /** Takes the bounds of a repeat, if they come next. */
  private Optional<Bounds> bounds() {
    if (take("*")) {
      return Optional.of(new Bounds(0, Syntax.UNBOUNDED));
    }
    if (take("+")) {
      return Optional.of(new Bounds(1, Syntax.UNBOUNDED));
    }
    if (take("?")) {
      return Optional.of(new Bounds(0, 1));
    }
    int start = at;
    if (take("{")) {
      int min = number();
      boolean open = min >= 0 && take(",");
      int max = open ? (regex.startsWith("}", at) ? Syntax.UNBOUNDED : number()) : min;
      if (max >= 0 && take("}")) {
        require(min <= MOST && (max <= MOST || max == Syntax.UNBOUNDED) && min <= max);
        return Optional.of(new Bounds(min, max));
      }
      at = start; // the brace stands for itself
    }
    return Optional.empty();
  }

  /** Takes a number, or returns -1 where there is none: leading zeros make it none. */
  private int number() {
    int start = at;
    while (more() && peek() >= '0' && peek() <= '9') {
      at++;
    }
    String digits = regex.substring(start, at);
    if (digits.isEmpty() || (digits.length() > 1 && digits.startsWith("0"))) {
      return -1;
    }
    require(digits.length() <= 8);
    return Integer.parseInt(digits);
  }

  /** Takes {@code (?i)} and the like, for the rest of the group that it is in. */
  private boolean switchesFlags() {
    int start = at;
    if (!take("(?") || !more() || "P<".indexOf(peek()) >= 0) {
      at = start;
      return false;
    }
    Flags changed = flags();
    if (!take(")")) {
      at = start;
      return false;
    }
    flags = changed;
    require(bounds().isEmpty()); // RE2J would repeat what comes before
    return true;
  }

  private Flags flags() {
    Flags changed = flags;
    boolean on = true;
    while (more() && peek() != ':' && peek() != ')') {
      if (on && take("-")) {
        on = false;
        require(more() && peek() != ':' && peek() != ')');
      } else {
        changed = changed.with(next(), on);
      }
    }
    return changed;
  }

  private Syntax atom() {
    require(bounds().isEmpty()); // nothing to repeat
    int c = next();
    return switch (c) {
      case '(' -> group();
      case '[' -> new One(characterClass());
      case '.' -> new One(flags.dotAll() ? ByteClass.ALL : ByteClass.of('\n').complement());
      case '^' -> flags.lines() ? Position.LINE_START : Position.TEXT_START;
      case '$' -> flags.lines() ? Position.LINE_END : Position.TEXT_END;
      case '\\' -> escape();
      case '{' -> {
        require(bounds().isEmpty()); // RE2J takes it for a repeat of a repeat
        yield new One(ByteClass.of(c));
      }
      default -> new One(folded(c, c));
    };
  }

  private Syntax group() {
    Flags outside = flags;
    boolean secret = false;
    if (take("?P<") || take("?<")) {
      String name = name();
      secret = name.equals(Expression.SECRET);
    } else if (take("?")) {
      flags = flags();
      require(take(":"));
    }
    Syntax body = choice();
    require(take(")"));
    flags = outside;
    return secret ? new Secret(body) : body;
  }

  private String name() {
    int start = at;
    while (more() && ByteClass.WORD.contains(peek())) {
      at++;
    }
    String name = regex.substring(start, at);
    require(take(">") && !name.isEmpty() && names.add(name));
    return name;
  }

  private Syntax escape() {
    require(more());
    Optional<ByteClass> perl = perlClass();
    if (perl.isPresent()) {
      return new One(perl.get());
    }
    if (take("A")) {
      return Position.TEXT_START;
    }
    if (take("z")) {
      return Position.TEXT_END;
    }
    if (take("b")) {
      return Position.WORD_BOUNDARY;
    }
    if (take("B")) {
      return Position.NO_WORD_BOUNDARY;
    }
    int c = escaped();
    return new One(folded(c, c));
  }

  /** Takes the letter of {@code \d}, {@code \s}, {@code \w} or their opposite. */
  private Optional<ByteClass> perlClass() {
    ByteClass bytes;
    switch (more() ? peek() : 0) {
      case 'd' -> bytes = ByteClass.DIGIT;
      case 'D' -> bytes = ByteClass.DIGIT.complement();
      case 's' -> bytes = SPACE;
      case 'S' -> bytes = SPACE.complement();
      case 'w' -> bytes = ByteClass.WORD;
      case 'W' -> bytes = ByteClass.WORD.complement();
      default -> {
        return Optional.empty();
      }
    }
    at++;
    return Optional.of(bytes);
  }

  /** Takes what follows a backslash and stands for one byte. */
  private int escaped() {
    int c = next();
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'x' -> hexadecimal();
      default -> {
        require(c < 0x80 && !LETTER.contains(c) && !ByteClass.DIGIT.contains(c));
        yield c;
      }
    };
  }

  private int hexadecimal() {
    boolean braces = take("{");
    int start = at;
    while (more() && Character.digit(peek(), 16) >= 0 && (braces || at < start + 2)) {
      at++;
    }
    String digits = regex.substring(start, at);
    require(braces ? take("}") && !digits.isEmpty() && digits.length() <= 6 : digits.length() == 2);
    int value = Integer.parseInt(digits, 16);
    require(value <= 0xff);
    return value;
  }

  private ByteClass characterClass() {
    boolean negated = take("^");
    ByteClass bytes = ByteClass.NONE;
    boolean first = true; // a bracket that comes first is a member
    while (first || !take("]")) {
      first = false;
      bytes = bytes.union(members());
    }
    return negated ? bytes.complement() : bytes;
  }

  private ByteClass members() {
    if (regex.startsWith("[:", at) && regex.indexOf(":]", at) >= 0) {
      return posixClass();
    }
    if (regex.startsWith("\\", at)) {
      at++;
      Optional<ByteClass> perl = perlClass();
      if (perl.isPresent()) {
        return perl.get();
      }
      at--;
    }
    int low = member();
    int high = low;
    if (regex.startsWith("-", at) && !regex.startsWith("-]", at)) {
      at++;
      high = member();
      require(low <= high);
    }
    return folded(low, high);
  }

  private int member() {
    return take("\\") ? escaped() : next();
  }

  private ByteClass posixClass() {
    int end = regex.indexOf(":]", at);
    String name = regex.substring(at + 2, end);
    at = end + 2;
    boolean negated = name.startsWith("^");
    Optional<ByteClass> bytes = Optional.ofNullable(POSIX.get(negated ? name.substring(1) : name));
    require(bytes.isPresent());
    ByteClass members = flags.fold() ? bytes.get().foldCase() : bytes.get();
    return negated ? members.complement() : members;
  }

  private ByteClass folded(int low, int high) {
    require(!flags.fold() || high < 0x80);
    ByteClass bytes = ByteClass.range(low, high);
    return flags.fold() ? bytes.foldCase() : bytes;
  }

  private boolean more() {
    return at < regex.length();
  }

  /** Returns the next character, which is there. */
  private int peek() {
    int c = regex.charAt(at);
    require(c <= 0xff);
    return c;
  }

  private int next() {
    require(more());
    int c = peek();
    at++;
    return c;
  }

  private boolean take(String text) {
    boolean there = regex.startsWith(text, at);
    if (there) {
      at += text.length();
    }
    return there;
  }

  private static void require(boolean understood) {
    if (!understood) {
      throw new Refused();
    }
  }
}
