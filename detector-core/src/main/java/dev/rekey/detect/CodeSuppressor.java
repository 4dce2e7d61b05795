package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import java.util.Optional;

/**
 * Knows an expression of a programming language, which gets a value from somewhere.
 *
 * <p>What stands in quotes is a value; but a chain of names is a name there too, of a text or a
 * setting, and a quote that ends one text is no quote that begins another.
 */
final class CodeSuppressor implements Suppressor {
  /** A chain of names: {@code request.form.password}. */
  private static final LatePattern NAMES = LatePattern.of("[a-z_$]+([.][a-z_$]+)+;?");

  /** A call or an element: {@code os.environ["X"]}, cut where a quote or a comma follows. */
  private static final LatePattern CALL =
      LatePattern.of(("[&*!]?NAME([.]NAME)+[(\\[].*|[&*!]?NAME([(].*[)]|\\[.*\\]|[(\\[])[;)]*"
              + "|[a-z_$]+((::|->)[a-z_$]+)+([(;].*)?|[a-z_$]+(?:[.][a-z_$]+)+:[a-z_$]+[.(].*|.*[(].*[)];")
          .replace("NAME", "[a-z_$][a-z0-9_$]*"));

  /** A cast, the rest of a call, an operator, an element of something. */
  private static final LatePattern EXPRESSION = LatePattern.of(
      "[(][a-z_].*|[)?\\],].*|.*(?:\\(\\)|\\|\\||&&|==(?:null|[a-z_]+[.(])|\\[[0-9a-z_]+\\]|[)\\]][.;)]).*");

  /** The parameters after the one that the name is of. */
  private static final LatePattern QUERY =
      LatePattern.of("[^&]*(?:&(?:amp;)?[a-z][a-z0-9_.]*=[^&]*)+");

  /** What is between two texts that are joined. */
  private static final LatePattern JOINED =
      LatePattern.of("\\s*\\+\\s.*|[\"']\\s*\\+.*|[),;\\]].*|.*(?:[\"'] ?\\+|\\+ ?[\"']).*");

  /** The end of what is called, and begins before the name: {@code connect(password=secret)}. */
  private static final LatePattern CLOSED = LatePattern.of("[^(]*[)][)\\]};,.]*");

  /** The same where the call began on another line, and a call that is cut at its first comma. */
  private static final LatePattern ARGUMENT = LatePattern.of(
      "[a-z$][a-z0-9$]*(?:[._][a-z0-9$]+)+[)][)\\]};,.]*|[a-z_$][a-z0-9_$.]*[(][a-z_$][a-z_$.]*");

  /** {@code clientSecret}, {@code CLIENT_SECRET_1}, {@code oauth2_set_secret}. */
  private static final LatePattern IDENTIFIER =
      LatePattern.of("[A-Za-z]?[a-z]+[0-9]?(?:[A-Z][a-z]+)+"
          + "|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9]*(?:_[a-z]+[0-9]*)+");

  /** A call that is cut at its first blank, the rest of one, a cast, an object. */
  private static final LatePattern PROGRAM =
      LatePattern.of("[a-z_$.?]{4,}[()\\]}].*|[({\\[:][({a-z].*");

  @Override
  public Optional<String> reason(Candidate candidate) {
    String value = Suppressors.lower(candidate.value());
    CharSequence before = candidate.before();
    boolean quoted = ends(before, "\"'", 1);
    if (NAMES.matches(value) || (quoted ? JOINED : CALL).matches(value)) {
      return Optional.of("an expression, not a value");
    }
    if (quoted) {
      return Optional.empty();
    }
    if (ARGUMENT.matches(value) || (CLOSED.matches(value) && contains(before, '('))) {
      return Optional.of("an expression, not a value");
    }
    if (QUERY.matches(value)) {
      return Optional.of("the rest of a URL's query");
    }
    // Where a file of settings has no blank after the sign, a program has one.
    boolean named = ends(before, " ", 1)
        && ends(before, "=:", 2)
        && (PROGRAM.matches(value) || IDENTIFIER.matches(candidate.value()));
    return named || EXPRESSION.matches(value)
        ? Optional.of("an expression, not a value")
        : Optional.empty();
  }

  private static boolean contains(CharSequence text, char sign) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == sign) {
        return true;
      }
    }
    return false;
  }

  private static boolean ends(CharSequence text, String with, int fromEnd) {
    int at = text.length() - fromEnd;
    return at >= 0 && with.indexOf(text.charAt(at)) >= 0;
  }
}
