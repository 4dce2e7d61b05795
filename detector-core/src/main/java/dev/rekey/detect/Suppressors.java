package dev.rekey.detect;

import com.google.re2j.Pattern;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The suppressors that every rule set starts with. */
final class Suppressors {
  /** Words that stand where a value would, whole, without regard to case. */
  private static final Set<String> WORDS = Set.of(
      "changeme",
      "change_me",
      "change-me",
      "changeit",
      "password",
      "passwd",
      "pass",
      "secret",
      "example",
      "placeholder",
      "redacted",
      "undefined",
      "null",
      "none",
      "nil",
      "true",
      "false",
      "todo",
      "fixme",
      "required",
      "optional",
      "string",
      "text",
      "value",
      "empty",
      "hidden",
      "masked",
      "removed",
      "dummy",
      "sample",
      "test",
      "default",
      "prompt",
      "yourpassword",
      "mypassword",
      "password123",
      "yes",
      "no",
      "type",
      "name",
      "username",
      "user");

  /** A call, or a chain of names: {@code os.environ["X"]}, {@code request.form.password}. */
  private static final Pattern CODE = Pattern.compile(
      "[&*!]?[a-z_$][a-z_$]*([.][a-z_$][a-z0-9_$]*)*[\\[(].*|[a-z_$]+([.][a-z_$]+)+;?");

  /** What a placeholder starts with, in lower case. */
  private static final Set<String> BEGINNINGS = Set.of(
      "your", "my_", "my-", "enter", "insert", "replace", "<", "[", "xxx", "...", "…", "***");

  /** SHA-256 of keys that are published and open nothing but emulators. */
  private static final Set<String> EMULATOR_KEYS = Set.of(
      // The storage emulators' account devstoreaccount1.
      "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
      // The Cosmos DB emulator.
      "aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615");

  private Suppressors() {}

  static Map<String, Suppressor> builtIn() {
    return Map.of(
        "placeholder", Suppressors::placeholder,
        "reference", Suppressors::reference,
        "emulator-key", Suppressors::emulatorKey,
        "code", Suppressors::code,
        "azure.cosmos-connection-string", Suppressors::cosmosConnectionString,
        "pem-body", Suppressors::pemBody);
  }

  /** A word or a mask where a person is to write the value. */
  static Optional<String> placeholder(Candidate candidate) {
    String value = lower(candidate);
    if (WORDS.contains(value)) {
      return Optional.of("a placeholder word");
    }
    if (BEGINNINGS.stream().anyMatch(value::startsWith)) {
      return Optional.of("a placeholder");
    }
    if (value.chars().distinct().count() <= 2) {
      return Optional.of("a mask of one or two characters");
    }
    return Optional.empty();
  }

  /** The name of a value that is kept elsewhere: a variable, a template, a vault reference. */
  static Optional<String> reference(Candidate candidate) {
    String value = lower(candidate);
    boolean reference = value.startsWith("$")
        || value.startsWith("{{")
        || value.startsWith("#{")
        || value.startsWith("@microsoft.")
        || value.startsWith("@{")
        || (value.startsWith("%") && value.endsWith("%"))
        || value.contains("${")
        || value.contains("$(")
        || value.contains("{{");
    return reference ? Optional.of("a reference to a value kept elsewhere") : Optional.empty();
  }

  /** An expression of a programming language, which gets the value from somewhere. */
  static Optional<String> code(Candidate candidate) {
    String value = lower(candidate);
    boolean code =
        CODE.matches(value) || value.endsWith(");") || value.contains("::") || value.contains("->");
    return code ? Optional.of("an expression, not a value") : Optional.empty();
  }

  /** The key of a Cosmos DB account, in whose connection strings it has the same name. */
  static Optional<String> cosmosConnectionString(Candidate candidate) {
    String before = lower(candidate.before());
    return before.contains("accountendpoint=") || before.contains(".documents.azure.")
        ? Optional.of("the key of a Cosmos DB account, not of a storage account")
        : Optional.empty();
  }

  /** A key that is printed in the documentation of an emulator. */
  static Optional<String> emulatorKey(Candidate candidate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(candidate.bytes());
      return EMULATOR_KEYS.contains(HexFormat.of().formatHex(digest))
          ? Optional.of("the published key of an emulator")
          : Optional.empty();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** A block between PEM markers that holds no key: dots, a comment, a few characters. */
  static Optional<String> pemBody(Candidate candidate) {
    CharSequence text = candidate.value();
    int at = 5;
    while (at < text.length() && !dashes(text, at)) {
      at++; // through the begin marker
    }
    at += 5;
    int body = 0;
    int dots = 0;
    for (; at < text.length() && !dashes(text, at); at++) {
      char c = text.charAt(at);
      dots = c == '.' ? dots + 1 : 0;
      if (dots == 3 || c == '<' || c == '$') {
        return Optional.of("a block without a key in it");
      }
      body += isBase64(c) ? 1 : 0;
    }
    return body < 40 ? Optional.of("a block without a key in it") : Optional.empty();
  }

  private static boolean dashes(CharSequence text, int at) {
    return at + 5 <= text.length() && "-----".contentEquals(text.subSequence(at, at + 5));
  }

  private static boolean isBase64(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/'
        || c == '=';
  }

  private static String lower(Candidate candidate) {
    return lower(candidate.value());
  }

  private static String lower(CharSequence text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      lower.append(Character.toLowerCase(text.charAt(i)));
    }
    return lower.toString();
  }
}
