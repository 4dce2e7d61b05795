package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles one pattern into a {@link ByteProgram}, in three passes: a graph of instructions is made
 * from the end of the pattern to its start; each choice in it looks ahead at what its ways can begin
 * with; and the graph is laid out as code.
 */
final class ByteCompiler {
  /** How many paths are followed to look ahead; beyond them, anything may come. */
  private static final int PATHS = 256;

  private final ByteClasses classes;
  private int depth; // of counted loops
  private int secretLeftOut; // 1 if a match may leave the value out, and its places must be undone

  ByteCompiler(ByteClasses classes) {
    this.classes = classes;
  }

  /** One instruction, and those that may come next. */
  private static final class Node {
    final int op;
    final List<ByteClass> bytes; // of a run: one class
    final int[] numbers; // what does not depend on the other instructions
    final List<Node> next = new ArrayList<>(2); // of a choice: this way first, then the other

    Node(int op, List<ByteClass> bytes, int... numbers) {
      this.op = op;
      this.bytes = bytes;
      this.numbers = numbers;
    }

    Node to(Node... following) {
      next.addAll(List.of(following));
      return this;
    }

    boolean consumes() {
      return op == ByteProgram.BYTES || op == ByteProgram.ONE || isRun();
    }

    boolean isRun() {
      return op == ByteProgram.GREEDY || op == ByteProgram.LAZY;
    }
  }

  /** The bytes that can come next, and whether the end of the text can. */
  private record Ahead(ByteClass bytes, boolean end) {
    static final Ahead ANYTHING = new Ahead(ByteClass.ALL, true);
    static final Ahead NOTHING = new Ahead(ByteClass.NONE, false);

    Ahead union(Ahead other) {
      return new Ahead(bytes.union(other.bytes), end || other.end);
    }

    Ahead intersection(Ahead other) {
      return new Ahead(bytes.intersection(other.bytes), end && other.end);
    }
  }

  private static boolean takes(Syntax syntax) {
    return loops(syntax) <= ByteMatcher.LOOPS;
  }

  Optional<ByteProgram> compile(Syntax syntax) {
    if (!takes(syntax)) {
      return Optional.empty();
    }
    secretLeftOut = hasSecret(syntax) ? 0 : 1;
    Node start = graph(syntax, new Node(ByteProgram.MATCH, List.of()));
    Layout layout = new Layout();
    layout.place(start);
    return Optional.of(new ByteProgram(
        layout.encode(), layout.words(), Shape.shortest(syntax), Head.of(syntax, classes)));
  }

  /** Whether the value is in every match, once. */
  private static boolean hasSecret(Syntax syntax) {
    boolean has = syntax instanceof Secret;
    if (syntax instanceof Sequence sequence) {
      for (Syntax part : sequence.parts()) {
        has |= hasSecret(part);
      }
    }
    return has;
  }

  /** How deep counted loops are nested. */
  private static int loops(Syntax syntax) {
    if (syntax instanceof Sequence sequence) {
      return mostLoops(sequence.parts());
    }
    if (syntax instanceof Choice choice) {
      return mostLoops(choice.alternatives());
    }
    if (syntax instanceof Repeat repeat) {
      return loops(repeat.body()) + (isCounted(repeat) ? 1 : 0);
    }
    return syntax instanceof Secret secret ? loops(secret.body()) : 0;
  }

  private static int mostLoops(List<Syntax> parts) {
    int most = 0;
    for (Syntax part : parts) {
      most = Math.max(most, loops(part));
    }
    return most;
  }

  private static boolean isCounted(Repeat repeat) {
    boolean simple = repeat.max() == Syntax.UNBOUNDED ? repeat.min() <= 1 : repeat.max() == 1;
    return !simple && !(repeat.body() instanceof One);
  }

  // The graph.

  private Node graph(Syntax syntax, Node next) {
    if (syntax instanceof One one) {
      return one(one.bytes(), next);
    }
    if (syntax instanceof Sequence sequence) {
      return sequence(sequence.parts(), next);
    }
    if (syntax instanceof Choice choice) {
      List<List<Syntax>> alternatives = new ArrayList<>();
      for (Syntax alternative : choice.alternatives()) {
        alternatives.add(parts(alternative));
      }
      return choice(alternatives, next);
    }
    if (syntax instanceof Repeat repeat) {
      return repeat.body() instanceof One one
          ? run(repeat, one.bytes()).to(next)
          : repeat(repeat, next);
    }
    if (syntax instanceof Secret secret) {
      Node end = new Node(ByteProgram.SECRET_END, List.of(), secretLeftOut).to(next);
      Node body = graph(secret.body(), end);
      return new Node(ByteProgram.SECRET_START, List.of(), secretLeftOut).to(body);
    }
    return new Node(ByteProgram.POSITION, List.of(), number((Position) syntax)).to(next);
  }

  private static int number(Position position) {
    return switch (position) {
      case TEXT_START -> ByteProgram.TEXT_START;
      case TEXT_END -> ByteProgram.TEXT_END;
      case LINE_START -> ByteProgram.LINE_START;
      case LINE_END -> ByteProgram.LINE_END;
      case WORD_BOUNDARY -> ByteProgram.WORD_BOUNDARY;
      case NO_WORD_BOUNDARY -> ByteProgram.NO_WORD_BOUNDARY;
    };
  }

  private Node sequence(List<Syntax> parts, Node next) {
    Node start = next;
    for (int i = parts.size() - 1; i >= 0; i--) {
      start = graph(parts.get(i), start);
    }
    return start;
  }

  /** One byte, together with the plain ones that follow. */
  private static Node one(ByteClass bytes, Node next) {
    if (!bytes.isMasked()) {
      return new Node(ByteProgram.ONE, List.of(bytes)).to(next);
    }
    List<ByteClass> all = new ArrayList<>(List.of(bytes));
    boolean joins = next.op == ByteProgram.BYTES && next.bytes.size() < Long.BYTES;
    if (joins) {
      all.addAll(next.bytes);
    }
    return new Node(ByteProgram.BYTES, all).to(joins ? next.next.get(0) : next);
  }

  private static Node run(Repeat repeat, ByteClass bytes) {
    int op = repeat.greedy() ? ByteProgram.GREEDY : ByteProgram.LAZY;
    return new Node(op, List.of(bytes), repeat.min(), repeat.max());
  }

  /** Alternatives, of which those side by side that begin with the same bytes share them. */
  private Node choice(List<List<Syntax>> alternatives, Node next) {
    Node choice = next;
    for (int to = alternatives.size(); to > 0; ) {
      int from = to - 1;
      List<Syntax> last = alternatives.get(from);
      int shared = last.size();
      while (from > 0 && shared(alternatives.get(from - 1), last) > 0) {
        from--;
        shared = Math.min(shared, shared(alternatives.get(from), last));
      }
      int prefix = to - from > 1 ? shared : 0;
      Node rest = to - from > 1
          ? choice(withoutPrefix(alternatives.subList(from, to), prefix), next)
          : sequence(last, next);
      Node start = sequence(last.subList(0, prefix), rest);
      choice = to == alternatives.size() ? start : fork(start, choice);
      to = from;
    }
    return choice;
  }

  /** With how many single bytes both begin. */
  private static int shared(List<Syntax> one, List<Syntax> other) {
    int shared = 0;
    while (shared < Math.min(one.size(), other.size())
        && one.get(shared) instanceof One left
        && other.get(shared) instanceof One right
        && left.bytes().equals(right.bytes())) {
      shared++;
    }
    return shared;
  }

  private static List<List<Syntax>> withoutPrefix(List<List<Syntax>> alternatives, int prefix) {
    List<List<Syntax>> rests = new ArrayList<>();
    for (List<Syntax> parts : alternatives) {
      rests.add(parts.subList(prefix, parts.size()));
    }
    return rests;
  }

  private static List<Syntax> parts(Syntax syntax) {
    return syntax instanceof Sequence sequence ? sequence.parts() : List.of(syntax);
  }

  private Node repeat(Repeat repeat, Node next) {
    if (isCounted(repeat)) {
      return loop(repeat, next);
    }
    if (repeat.max() == 1) {
      Node body = graph(repeat.body(), next);
      return repeat.greedy() ? fork(body, next) : fork(next, body);
    }
    Node again = new Node(ByteProgram.FORK, List.of());
    Node body = graph(repeat.body(), again);
    again.to(repeat.greedy() ? body : next, repeat.greedy() ? next : body);
    return repeat.min() == 0 ? again : body;
  }

  private static Node fork(Node here, Node there) {
    return new Node(ByteProgram.FORK, List.of()).to(here, there);
  }

  private Node loop(Repeat repeat, Node next) {
    int number = depth++;
    int greedy = repeat.greedy() ? 1 : 0;
    Node loop = new Node(ByteProgram.LOOP, List.of(), number, repeat.min(), repeat.max(), greedy);
    loop.to(next, graph(repeat.body(), loop));
    depth--;
    return new Node(ByteProgram.COUNT, List.of(), number).to(loop);
  }

  // Looking ahead.

  private record Path(Node node, Ahead allowed) {
    // Written out, as in ByteClass: what the compiler writes is linked by a fresh JVM for 10 ms.
    @Override
    public boolean equals(Object other) {
      return other instanceof Path path
          && node.equals(path.node)
          && allowed.end == path.allowed.end
          && allowed.bytes.equals(path.allowed.bytes);
    }

    @Override
    public int hashCode() {
      return 31 * node.hashCode() + allowed.bytes.hashCode() + (allowed.end ? 1 : 0);
    }
  }

  /**
   * Returns what can come next for a match to go on.
   *
   * @param before the bytes that the last byte is one of
   */
  private static Ahead ahead(Node start, ByteClass before) {
    Ahead ahead = Ahead.NOTHING;
    Set<Path> seen = new HashSet<>();
    Deque<Path> ways = new ArrayDeque<>();
    ways.push(new Path(start, Ahead.ANYTHING));
    while (!ways.isEmpty()) {
      Path path = ways.pop();
      Node node = path.node();
      Ahead allowed = path.allowed();
      if (!seen.add(path)) {
        continue;
      }
      if (seen.size() > PATHS) {
        return Ahead.ANYTHING;
      }
      if (node.op == ByteProgram.MATCH) {
        ahead = ahead.union(allowed);
      } else if (node.consumes()) {
        ahead = ahead.union(allowed.intersection(new Ahead(node.bytes.get(0), false)));
      } else if (node.op == ByteProgram.POSITION) {
        allowed = allowed.intersection(at(node.numbers[0], before));
      }
      if (!node.consumes() || (node.isRun() && node.numbers[0] == 0)) {
        for (Node next : node.next) {
          ways.push(new Path(next, allowed));
        }
      }
    }
    return ahead;
  }

  /** What can come after a position, and the bytes before it. */
  private static Ahead at(int position, ByteClass before) {
    Ahead word = new Ahead(ByteClass.WORD, false);
    Ahead noWord = new Ahead(ByteClass.WORD.complement(), true);
    boolean after = before.isSubsetOf(ByteClass.WORD);
    boolean notAfter = !before.intersects(ByteClass.WORD);
    return switch (position) {
      case ByteProgram.TEXT_END -> new Ahead(ByteClass.NONE, true);
      case ByteProgram.LINE_END -> new Ahead(ByteClass.of('\n'), true);
      case ByteProgram.WORD_BOUNDARY -> after ? noWord : notAfter ? word : Ahead.ANYTHING;
      case ByteProgram.NO_WORD_BOUNDARY -> after ? word : notAfter ? noWord : Ahead.ANYTHING;
      default -> Ahead.ANYTHING;
    };
  }

  // The code.

  private final class Layout {
    private final Map<Node, Integer> addresses = new HashMap<>();
    private final Map<Node, int[]> instructions = new LinkedHashMap<>();
    private final List<Long> words = new ArrayList<>();
    private int length;

    /** Places instructions in a row, each before the one that it goes on with. */
    void place(Node start) {
      Deque<Node> waiting = new ArrayDeque<>();
      waiting.push(start);
      while (!waiting.isEmpty()) {
        Node node = waiting.pop();
        while (!addresses.containsKey(node)) {
          append(node);
          if (node.next.isEmpty()) {
            break;
          }
          if (node.next.size() > 1) {
            waiting.push(node.next.get(1));
          }
          Node next = node.next.get(0);
          if (addresses.containsKey(next)) {
            append(new Node(ByteProgram.JUMP, List.of()).to(next));
          }
          node = next;
        }
      }
    }

    private void append(Node node) {
      int[] instruction = instruction(node);
      addresses.put(node, length);
      instructions.put(node, instruction);
      length += instruction.length;
    }

    /** Returns the code, now that all addresses are known. */
    int[] encode() {
      int[] code = new int[length];
      for (Map.Entry<Node, int[]> entry : instructions.entrySet()) {
        Node node = entry.getKey();
        int[] instruction = entry.getValue();
        int address = addresses.getOrDefault(node, 0);
        System.arraycopy(instruction, 0, code, address, instruction.length);
        if (node.op == ByteProgram.FORK || node.op == ByteProgram.JUMP) {
          code[address + 1] = address(node);
        } else if (node.op == ByteProgram.LOOP) {
          code[address + 5] = address(node);
        }
      }
      return code;
    }

    private int address(Node node) {
      return addresses.getOrDefault(node.next.get(node.next.size() - 1), 0);
    }

    long[] words() {
      long[] all = new long[words.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = words.get(i);
      }
      return all;
    }

    private int[] instruction(Node node) {
      return switch (node.op) {
        case ByteProgram.MATCH -> new int[] {node.op};
        case ByteProgram.BYTES -> new int[] {node.op, node.bytes.size(), word(node.bytes)};
        case ByteProgram.ONE -> new int[] {node.op, classes.number(node.bytes.get(0))};
        case ByteProgram.GREEDY, ByteProgram.LAZY -> run(node);
        case ByteProgram.JUMP -> new int[] {node.op, 0};
        case ByteProgram.FORK -> fork(node);
        case ByteProgram.LOOP -> loop(node);
        default -> new int[] {node.op, node.numbers[0]};
      };
    }

    private int word(List<ByteClass> bytes) {
      long value = 0;
      long mask = 0;
      for (int i = 0; i < bytes.size(); i++) {
        long agreement = bytes.get(i).agreement();
        mask |= agreement << (i * Byte.SIZE);
        value |= (bytes.get(i).least() & agreement) << (i * Byte.SIZE);
      }
      words.addAll(Arrays.asList(value, mask));
      return words.size() - 2;
    }

    private int[] run(Node node) {
      ByteClass bytes = node.bytes.get(0);
      int min = node.numbers[0];
      int max = node.numbers[1];
      Ahead ahead = ahead(node.next.get(0), min > 0 ? bytes : ByteClass.ALL);
      if (min == max || !ahead.bytes().intersects(bytes)) {
        // A byte given back would be one of the class, and nothing that follows begins with it.
        return new int[] {ByteProgram.RUN, classes.number(bytes), min, max};
      }
      return new int[] {
        node.op,
        classes.number(bytes),
        min,
        max,
        classes.number(ahead.bytes()),
        classes.number(bytes.minus(ahead.bytes())),
        ahead.end() ? 1 : 0
      };
    }

    private int[] fork(Node node) {
      Ahead here = ahead(node.next.get(0), ByteClass.ALL);
      Ahead there = ahead(node.next.get(1), ByteClass.ALL);
      return new int[] {
        node.op, 0, classes.number(here.bytes()), classes.number(there.bytes()), ends(here, there)
      };
    }

    private int[] loop(Node node) {
      Ahead out = ahead(node.next.get(0), ByteClass.ALL);
      Ahead in = ahead(node.next.get(1), ByteClass.ALL);
      return new int[] {
        node.op,
        node.numbers[0],
        node.numbers[1],
        node.numbers[2],
        node.numbers[3],
        0,
        classes.number(in.bytes()),
        classes.number(out.bytes()),
        ends(in, out)
      };
    }

    private static int ends(Ahead here, Ahead there) {
      return (here.end() ? ByteProgram.HERE : 0) | (there.end() ? ByteProgram.THERE : 0);
    }
  }
}
