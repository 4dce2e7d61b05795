package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.detect.exposure.Signal;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that a resource shows about itself, and what follows from it: for example that it can't be
 * reached from the internet, because its {@code publicNetworkAccess} is Disabled.
 *
 * <p>Of several clues the first that is there decides. Immutable and thread-safe.
 */
public final class Clue {
  private final Pointer pointer;
  private final Test test;
  private final String word;
  private final Signal.Answer answer;
  private final String because;

  private Clue(Pointer pointer, Test test, String word, Signal.Answer answer, String because) {
    this.pointer = pointer;
    this.test = test;
    this.word = word;
    this.answer = answer;
    this.because = because;
  }

  private enum Test {
    IS,
    CONTAINS,
    ABSENT,
    PRESENT,
    ANY
  }

  /**
   * Starts a clue at a place in what Resource Graph or ARM shows of the resource.
   *
   * @param pointer a JSON Pointer such as {@code /properties/publicNetworkAccess}; {@code *} is every
   *     member or element
   * @throws IllegalArgumentException if it is none
   */
  public static Where at(String pointer) {
    return new Where(Pointer.of(pointer));
  }

  /** Returns the clue that is always there: what holds if no other clue is. */
  public static Clue otherwise(Signal signal) {
    return new Clue(Pointer.of(""), Test.ANY, "", signal.answer(), signal.reason());
  }

  /** A place that has no test yet. */
  public static final class Where {
    private final Pointer pointer;

    private Where(Pointer pointer) {
      this.pointer = pointer;
    }

    /** Continues: a value there is this text, number or boolean, letter case aside. */
    public Then is(String value) {
      return new Then(pointer, Test.IS, value);
    }

    /** Continues: a text there contains this one, letter case aside. */
    public Then contains(String part) {
      return new Then(pointer, Test.CONTAINS, part);
    }

    /** Continues: nothing is there, or null, an empty text, list or object. */
    public Then isAbsent() {
      return new Then(pointer, Test.ABSENT, "");
    }

    /** Continues: something is there. */
    public Then isPresent() {
      return new Then(pointer, Test.PRESENT, "");
    }
  }

  /** A test that says nothing yet. */
  public static final class Then {
    private final Pointer pointer;
    private final Test test;
    private final String word;

    private Then(Pointer pointer, Test test, String word) {
      this.pointer = pointer;
      this.test = test;
      this.word = Objects.requireNonNull(word, "word");
    }

    /** Returns the clue that then says yes, for a reason that names what is there. */
    public Clue yes() {
      return says(Signal.Answer.YES, "");
    }

    /** Returns the clue that then says no, for a reason that names what is there. */
    public Clue no() {
      return says(Signal.Answer.NO, "");
    }

    /** Returns the clue that then says yes. */
    public Clue yes(String because) {
      return says(Signal.Answer.YES, because);
    }

    /** Returns the clue that then says no. */
    public Clue no(String because) {
      return says(Signal.Answer.NO, because);
    }

    /** Returns the clue that then says that it can't be told. */
    public Clue unknown(String because) {
      return says(Signal.Answer.UNKNOWN, because);
    }

    private Clue says(Signal.Answer answer, String because) {
      return new Clue(pointer, test, word, answer, because);
    }
  }

  /** Returns whether a resource shows it. */
  boolean isIn(JsonNode shown) {
    return switch (test) {
      case ANY -> true;
      case ABSENT -> isNothing(pointer.first(shown));
      case PRESENT -> !isNothing(pointer.first(shown));
      case IS, CONTAINS -> {
        boolean[] found = {false};
        pointer.each(shown, (name, value) -> found[0] |= value.isValueNode() && matches(value));
        yield found[0];
      }
    };
  }

  private boolean matches(JsonNode value) {
    String text = value.asText();
    return test == Test.IS
        ? text.equalsIgnoreCase(word)
        : text.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
  }

  private static boolean isNothing(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.asText().isEmpty());
  }

  /** Returns what it says of a resource, if the resource shows it. */
  Optional<Signal> in(JsonNode shown) {
    return isIn(shown) ? Optional.of(new Signal(answer, reason())) : Optional.empty();
  }

  private String reason() {
    if (!because.isEmpty()) {
      return because;
    }
    String path = pointer.toString();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return switch (test) {
      case IS -> "its " + name + " is " + word;
      case CONTAINS -> "its " + name + " contains " + word;
      case ABSENT -> "its " + name + " is not set";
      case PRESENT -> "its " + name + " is set";
      case ANY -> because;
    };
  }

  /** Returns place and reason. */
  @Override
  public String toString() {
    return pointer + ": " + reason();
  }
}
