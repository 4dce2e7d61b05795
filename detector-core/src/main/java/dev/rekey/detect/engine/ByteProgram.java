package dev.rekey.detect.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A pattern compiled into instructions over bytes, which match at one position what RE2J would, and
 * prefer what it would, at a small part of its cost.
 *
 * <p>It goes back to the last choice where it can't go on, as Perl does, but hardly ever has one:
 * the bytes that each way can begin with are known when it is compiled, so that the next byte says
 * which way to go; and a run of bytes of a class is taken in one step and given back only where what
 * follows can begin. Where choices multiply in spite of that, it gives up after a fixed number of
 * steps, and RE2J decides, whose time is linear.
 *
 * <p>Immutable and thread-safe; the {@link ByteMatcher} that is passed in is not.
 */
final class ByteProgram {
  /** There is no match. */
  static final int NO_MATCH = -1;

  /** Too many steps were taken, or too many choices were open: whether there is a match is unknown. */
  static final int GAVE_UP = -2;

  /** The most steps: instructions, and sixteenths of the bytes that runs look at. */
  static final int MOST_STEPS = 8 * 1024;

  // The instructions, with what follows each of them in the code.
  static final int MATCH = 0;
  static final int BYTES = 1; // how many, and the index of their values and mask
  static final int ONE = 2; // class
  static final int RUN = 3; // class, min, max: as far as it goes, and nothing is given back
  static final int GREEDY = 4; // class, min, max, class of what can follow, the rest, at end
  static final int LAZY = 5; // the same
  static final int POSITION = 6; // its number
  static final int SECRET_START = 7; // whether a match may leave it out
  static final int SECRET_END = 8; // the same
  static final int FORK = 9; // the other way, class of this way, class of the other, ends
  static final int JUMP = 10; // where to
  static final int COUNT = 11; // loop
  static final int LOOP = 12; // loop, min, max, greedy, body, class of the body, of the exit, ends

  /** In the ends of a choice: this way, or the other, can go on at the end of the text. */
  static final int HERE = 1;

  static final int THERE = 2;

  // The positions.
  static final int TEXT_START = 0;
  static final int TEXT_END = 1;
  static final int LINE_START = 2;
  static final int LINE_END = 3;
  static final int WORD_BOUNDARY = 4;
  static final int NO_WORD_BOUNDARY = 5;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int[] code;
  private final long[] words;
  private final int shortest;
  private final Head head;

  /**
   * Takes what was compiled.
   *
   * @param words for each {@code BYTES}, eight values, and the mask under which they are compared
   * @param head what every match begins with
   */
  ByteProgram(int[] code, long[] words, int shortest, Head head) {
    this.code = code;
    this.words = words;
    this.shortest = shortest;
    this.head = head;
  }

  /** Compiles a pattern; empty where it nests counted loops too deep. */
  static Optional<ByteProgram> compile(Syntax syntax, ByteClasses classes) {
    return new ByteCompiler(classes).compile(syntax);
  }

  /** Returns what every match begins with. */
  Head head() {
    return head;
  }

  /** Returns how many numbers the instructions are. */
  int length() {
    return code.length;
  }

  /**
   * Matches at one position, and returns where the match ends, or {@link #NO_MATCH}, or {@link
   * #GAVE_UP}.
   *
   * @param first where what may be seen starts: {@code at} itself is the start of the text if it is
   *     equal to it, and otherwise the byte before is seen
   * @param to where what may be seen ends, exclusive: it is taken for the end of the text
   */
  int match(ByteMatcher matcher, byte[] text, int first, int at, int to) {
    matcher.begin();
    boolean mayBegin = to - at >= shortest && head.fits(matcher, text, at, to);
    return mayBegin ? run(matcher, text, first, at, to) : NO_MATCH;
  }

  private int run(ByteMatcher matcher, byte[] text, int first, int at, int to) {
    int[] program = code;
    byte[] member = matcher.member();
    int left = MOST_STEPS;
    int pc = 0;
    int pos = at;
    while (true) {
      if (--left < 0) {
        matcher.end(MOST_STEPS);
        return GAVE_UP;
      }
      switch (program[pc]) {
        case MATCH -> {
          matcher.end(MOST_STEPS - left);
          return pos;
        }
        case BYTES -> {
          int count = program[pc + 1];
          pos = count <= to - pos && equal(text, pos, count, program[pc + 2]) ? pos + count : -1;
          pc += 3;
        }
        case ONE -> {
          boolean there = pos < to && member[program[pc + 1] << 8 | (text[pos] & 0xff)] != 0;
          pos = there ? pos + 1 : -1;
          pc += 2;
        }
        case RUN -> {
          int limit = (int) Math.min(to, (long) pos + program[pc + 3]);
          int end = matcher.runEnd(text, program[pc + 1], pos, limit);
          left -= matcher.scanned() >>> 4;
          pos = end - pos >= program[pc + 2] ? end : -1;
          pc += 4;
        }
        case GREEDY -> {
          int limit = (int) Math.min(to, (long) pos + program[pc + 3]);
          int end = matcher.runEnd(text, program[pc + 1], pos, limit);
          left -= matcher.scanned() >>> 4;
          int least = pos + program[pc + 2];
          pos = end >= least ? takeMost(matcher, text, pc, least, end, to) : -1;
          left -= (Math.max(0, end - Math.max(pos, least)) + matcher.scanned()) >>> 4;
          pc += 7;
        }
        case LAZY -> {
          int limit = (int) Math.min(to, (long) pos + program[pc + 3]);
          int least = pos + program[pc + 2];
          boolean there =
              least <= limit && matcher.runEnd(text, program[pc + 1], pos, least) == least;
          pos = there ? takeLeast(matcher, text, pc, least, limit, to) : -1;
          left -= matcher.scanned() >>> 4;
          pc += 7;
        }
        case POSITION -> {
          pos = holds(member, program[pc + 1], text, first, pos, to) ? pos : -1;
          pc += 2;
        }
        case SECRET_START -> {
          if (program[pc + 1] != 0) {
            matcher.push(~pc, pos, matcher.secretStart());
          }
          matcher.secretStart(pos);
          pc += 2;
        }
        case SECRET_END -> {
          if (program[pc + 1] != 0) {
            matcher.push(~pc, pos, matcher.secretEnd());
          }
          matcher.secretEnd(pos);
          pc += 2;
        }
        case FORK -> {
          boolean here = can(member, program[pc + 2], program[pc + 4] & HERE, text, pos, to);
          boolean there = can(member, program[pc + 3], program[pc + 4] & THERE, text, pos, to);
          if (here) {
            if (there) {
              matcher.push(program[pc + 1], pos, 0);
            }
            pc += 5;
          } else if (there) {
            pc = program[pc + 1];
          } else {
            pos = -1;
          }
        }
        case JUMP -> pc = program[pc + 1];
        case COUNT -> {
          int loop = program[pc + 1];
          matcher.push(~pc, pos, matcher.count(loop));
          matcher.count(loop, 0);
          pc += 2;
        }
        default -> {
          int count = matcher.count(program[pc + 1]);
          boolean in = count < program[pc + 3]
              && can(member, program[pc + 6], program[pc + 8] & HERE, text, pos, to);
          boolean out = count >= program[pc + 2]
              && can(member, program[pc + 7], program[pc + 8] & THERE, text, pos, to);
          boolean greedy = program[pc + 4] != 0;
          if (in && (greedy || !out)) {
            if (out) {
              matcher.push(pc + 9, pos, 0);
            }
            pc = again(matcher, pc, pos);
          } else if (out) {
            if (in) {
              matcher.push(~pc, pos, -1);
            }
            pc += 9;
          } else {
            pos = -1;
          }
        }
      }
      while (pos < 0) {
        if (--left < 0 || matcher.overflowed()) {
          matcher.end(MOST_STEPS);
          return GAVE_UP;
        }
        if (!matcher.pop()) {
          matcher.end(MOST_STEPS - left);
          return NO_MATCH;
        }
        pc = matcher.address();
        pos = matcher.position();
        if (pc < 0) {
          pc = ~pc;
          int number = matcher.number();
          switch (program[pc]) {
            case GREEDY -> {
              int before = pos;
              pos = giveBack(matcher, text, pc, number, pos - 1, to);
              left -= (before - Math.max(pos, number)) >>> 4; // it gave back that many
              pc += 7;
            }
            case LAZY -> {
              boolean more = pos < number && member[program[pc + 1] << 8 | (text[pos] & 0xff)] != 0;
              pos = more ? takeLeast(matcher, text, pc, pos + 1, number, to) : -1;
              left -= matcher.scanned() >>> 4;
              pc += 7;
            }
            case LOOP -> {
              if (number < 0) {
                pc = again(matcher, pc, pos);
              } else {
                matcher.count(program[pc + 1], number);
                pos = -1;
              }
            }
            case COUNT -> {
              matcher.count(program[pc + 1], number);
              pos = -1;
            }
            case SECRET_START -> {
              matcher.secretStart(number);
              pos = -1;
            }
            default -> {
              matcher.secretEnd(number);
              pos = -1;
            }
          }
        }
      }
    }
  }

  private boolean equal(byte[] text, int pos, int count, int index) {
    long value = words[index];
    long mask = words[index + 1];
    if (pos + Long.BYTES <= text.length) {
      return ((long) EIGHT.get(text, pos) & mask) == value;
    }
    for (int i = 0; i < count; i++) {
      int shift = i * Byte.SIZE;
      if ((text[pos + i] & (mask >>> shift) & 0xff) != (value >>> shift & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** Enters the body of a loop once more, and returns where it is. */
  private int again(ByteMatcher matcher, int pc, int pos) {
    int loop = code[pc + 1];
    int count = matcher.count(loop);
    matcher.push(~pc, pos, count);
    matcher.count(loop, count + 1);
    return code[pc + 5];
  }

  /** Ends a run where it ends, or at the last place before where what follows can begin. */
  private int takeMost(ByteMatcher matcher, byte[] text, int pc, int least, int end, int to) {
    // What follows can begin at the end, or at a byte that is no member of the rest.
    int earliest = matcher.runEnd(text, code[pc + 5], least, end);
    return giveBack(matcher, text, pc, earliest, end, to);
  }

  private int giveBack(ByteMatcher matcher, byte[] text, int pc, int least, int most, int to) {
    byte[] member = matcher.member();
    for (int end = most; end >= least; end--) {
      if (can(member, code[pc + 4], code[pc + 6], text, end, to)) {
        if (end > least) {
          matcher.push(~pc, end, least);
        }
        return end;
      }
    }
    return -1;
  }

  /** Ends a run at the first place where what follows can begin. */
  private int takeLeast(ByteMatcher matcher, byte[] text, int pc, int least, int limit, int to) {
    int end = matcher.runEnd(text, code[pc + 5], least, limit);
    if (!can(matcher.member(), code[pc + 4], code[pc + 6], text, end, to)) {
      return -1;
    }
    if (end < limit) {
      matcher.push(~pc, end, limit);
    }
    return end;
  }

  /** Returns whether the next byte, or the end of the text, is one that a way can go on with. */
  private static boolean can(byte[] member, int number, int atEnd, byte[] text, int pos, int to) {
    return pos < to ? member[number << 8 | (text[pos] & 0xff)] != 0 : atEnd != 0;
  }

  private static boolean holds(
      byte[] member, int position, byte[] text, int first, int pos, int to) {
    if (position == TEXT_START) {
      return pos == first;
    }
    if (position == TEXT_END) {
      return pos == to;
    }
    if (position == LINE_START) {
      return pos == first || text[pos - 1] == '\n';
    }
    if (position == LINE_END) {
      return pos == to || text[pos] == '\n';
    }
    boolean before =
        pos > first && member[text[pos - 1] & 0xff] != 0; // the class WORD is the first
    boolean after = pos < to && member[text[pos] & 0xff] != 0;
    return (before != after) == (position == WORD_BOUNDARY);
  }
}
