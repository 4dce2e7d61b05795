package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Matches a text by walking the tree of a pattern: slow, and plain to see. */
final class SyntaxWalk {
  private final byte[] text;
  private int secretStart = -1;
  private int secretEnd = -1;
  private int end;

  private SyntaxWalk(byte[] text) {
    this.text = text;
  }

  /** Returns what matches at a position. */
  static Optional<Matched> match(Syntax syntax, byte[] text, int at) {
    SyntaxWalk walk = new SyntaxWalk(text);
    boolean matched = walk.go(syntax, at, end -> {
      walk.end = end;
      return true;
    });
    return matched
        ? Optional.of(new Matched(walk.end, walk.secretStart, walk.secretEnd))
        : Optional.empty();
  }

  private boolean go(Syntax syntax, int at, IntPredicate next) {
    if (syntax instanceof One one) {
      return at < text.length && one.bytes().contains(text[at] & 0xff) && next.test(at + 1);
    }
    if (syntax instanceof Sequence sequence) {
      return all(sequence.parts(), at, next);
    }
    if (syntax instanceof Choice choice) {
      return choice.alternatives().stream().anyMatch(one -> go(one, at, next));
    }
    if (syntax instanceof Repeat repeat) {
      return repeat(repeat, 0, at, next);
    }
    if (syntax instanceof Secret secret) {
      return secret(secret, at, next);
    }
    return holds((Position) syntax, at) && next.test(at);
  }

  private boolean all(List<Syntax> parts, int at, IntPredicate next) {
    return parts.isEmpty()
        ? next.test(at)
        : go(parts.get(0), at, after -> all(parts.subList(1, parts.size()), after, next));
  }

  private boolean repeat(Repeat repeat, int done, int at, IntPredicate next) {
    IntPredicate again = after -> repeat(repeat, done + 1, after, next);
    if (done < repeat.min()) {
      return go(repeat.body(), at, again);
    }
    if (done == repeat.max()) {
      return next.test(at);
    }
    return repeat.greedy()
        ? go(repeat.body(), at, again) || next.test(at)
        : next.test(at) || go(repeat.body(), at, again);
  }

  private boolean secret(Secret secret, int at, IntPredicate next) {
    int start = secretStart;
    int stop = secretEnd;
    secretStart = at;
    boolean matched = go(secret.body(), at, after -> {
      int before = secretEnd;
      secretEnd = after;
      if (next.test(after)) {
        return true;
      }
      secretEnd = before;
      return false;
    });
    if (!matched) {
      secretStart = start;
      secretEnd = stop;
    }
    return matched;
  }

  private boolean holds(Position position, int at) {
    boolean before = at > 0 && ByteClass.WORD.contains(text[at - 1] & 0xff);
    boolean after = at < text.length && ByteClass.WORD.contains(text[at] & 0xff);
    return switch (position) {
      case TEXT_START -> at == 0;
      case TEXT_END -> at == text.length;
      case LINE_START -> at == 0 || text[at - 1] == '\n';
      case LINE_END -> at == text.length || text[at] == '\n';
      case WORD_BOUNDARY -> before != after;
      case NO_WORD_BOUNDARY -> before == after;
    };
  }
}
