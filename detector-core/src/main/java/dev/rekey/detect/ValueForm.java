package dev.rekey.detect;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a value looks like that has no form of its own: characters of classes, so and so many, and
 * fixed text between them.
 *
 * <p>It is written as a pattern is, {@code [a-z0-9]{8}-[A-Za-z0-9_-]{20,40}}, but there is no more
 * to it than that, so that values can be made of it as well as found.
 *
 * <p>Immutable and thread-safe.
 */
final class ValueForm {
  private static final String MEMBER = "(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9_+/=.~])";
  private static final Pattern PIECE = Pattern.compile(
      "\\[(" + MEMBER + "+-?)\\](?:\\{([0-9]{1,3})(?:,([0-9]{1,3}))?\\})?|([A-Za-z0-9_:/=.~-]+)");

  /** Shorter ones are words, numbers and colours. */
  private static final int SHORTEST = 16;

  private static final int LONGEST = 256;

  /** What share of the entropy that is to be expected each of millions of random values has. */
  private static final double EXPECTED = 0.75;

  private final List<Piece> pieces;

  private ValueForm(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /** So many characters of a class; or a fixed text, once, if there is no class. */
  private record Piece(String members, String text, int least, int most) {
    boolean fixed() {
      return members.isEmpty();
    }

    String regex() {
      String count = least == most ? "{" + least + "}" : "{" + least + "," + most + "}";
      return fixed() ? text.replace(".", "\\.") : "[" + members + "]" + count;
    }

    String hole(int length) {
      return length == 0 ? "" : "<<[" + members + "]{" + length + "}>>";
    }
  }

  /**
   * Reads a form.
   *
   * @throws IllegalArgumentException if it is none; the message says what was expected
   */
  static ValueForm of(String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher piece = PIECE.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!piece.region(at, text.length()).lookingAt()) {
        throw new IllegalArgumentException(
            "expected classes like [a-z0-9]{32} or [A-Za-z0-9_-]{20,40} and fixed text, not \""
                + text.substring(at)
                + "\"");
      }
      pieces.add(piece.group(4) == null ? ofClass(piece) : new Piece("", piece.group(4), 1, 1));
      at = piece.end();
    }
    ValueForm form = new ValueForm(List.copyOf(pieces));
    if (form.length(false) < SHORTEST || form.length(true) > LONGEST) {
      throw new IllegalArgumentException("expected " + SHORTEST + " to " + LONGEST
          + " characters of classes, not " + form.length(false) + " to " + form.length(true));
    }
    return form;
  }

  private static Piece ofClass(Matcher piece) {
    String members = piece.group(1);
    for (int i = 1; i + 1 < members.length(); i++) {
      if (members.charAt(i) == '-' && members.charAt(i - 1) > members.charAt(i + 1)) {
        throw new IllegalArgumentException(
            "expected a range that ascends, not " + members.substring(i - 1, i + 2));
      }
    }
    int least = piece.group(2) == null ? 1 : Integer.parseInt(piece.group(2));
    int most = piece.group(3) == null ? least : Integer.parseInt(piece.group(3));
    if (most < least || most == 0) {
      throw new IllegalArgumentException("expected {least,most}, not " + piece.group());
    }
    return new Piece(members, "", least, most);
  }

  /** Returns the pattern of it. */
  String regex() {
    return String.join("", pieces.stream().map(Piece::regex).toList());
  }

  /** Returns a template of a value as short as can be. */
  String shortest() {
    return template(false, 0);
  }

  /** Returns a template of a value as long as can be. */
  String longest() {
    return template(true, 0);
  }

  /** Returns a template of what is a character too short. */
  String tooShort() {
    return template(false, -1);
  }

  /** Returns a template of what is a character too long. */
  String tooLong() {
    return template(true, 1);
  }

  /** Returns the most characters that it can have. */
  int length() {
    return length(true)
        + pieces.stream().mapToInt(piece -> piece.text().length()).sum();
  }

  /** Returns what Shannon entropy nearly all random values have, in bits for each byte. */
  double entropy() {
    BitSet all = new BitSet();
    pieces.forEach(piece -> addMembers(piece.members(), all));
    int size = all.cardinality();
    double distinct = size * (1 - Math.pow(1 - 1.0 / size, length(false)));
    return EXPECTED * Math.log(distinct) / Math.log(2);
  }

  private int length(boolean most) {
    return pieces.stream()
        .filter(piece -> !piece.fixed())
        .mapToInt(piece -> most ? piece.most() : piece.least())
        .sum();
  }

  /** The last class takes the difference, which is one at most, if it has that many. */
  private String template(boolean most, int difference) {
    int last = pieces.size() - 1;
    while (pieces.get(last).fixed() || pieces.get(last).least() + difference < 0) {
      last--;
    }
    StringBuilder template = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      int length = most ? piece.most() : piece.least();
      template.append(
          piece.fixed() ? piece.text() : piece.hole(length + (i == last ? difference : 0)));
    }
    return template.toString();
  }

  private static void addMembers(String members, BitSet all) {
    for (int i = 0; i < members.length(); i++) {
      char last = members.charAt(i);
      boolean range = i + 2 < members.length() && members.charAt(i + 1) == '-';
      all.set(last, (range ? members.charAt(i + 2) : last) + 1);
      i += range ? 2 : 0;
    }
  }
}
