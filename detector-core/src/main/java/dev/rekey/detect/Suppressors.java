package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** Suppressors that are hardly more than a pattern. */
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
      "encrypted",
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

  /** Words of which placeholders are made: {@code my-db-password}, {@code enter_password_here}. */
  private static final String FILLER =
      "a|the|of|in|with|to|it|be|db|database|user|admin|root|api|key|token|secret|password|passwd"
          + "|pass|pwd|passphrase|client|access|auth|account|private|login"
          + "|value|new|old|real|own|strong|secure|super|very|long|some|sql|me|this|by";

  private static final String MARKER = "your|my|enter|insert|replace|change|put|fill|type|add|here"
      + "|example|sample|dummy|fake|placeholder|redacted|todo|fixme|changeme";

  /** Such words only, at least one of which asks a person to write something. */
  private static final LatePattern PHRASE =
      LatePattern.of("((FILLER|MARKER)[-_. ])*(MARKER)([-_. ](FILLER|MARKER))*[.:!?]?"
          .replace("FILLER", FILLER)
          .replace("MARKER", MARKER));

  /** What is between brackets or starts so is to be replaced; an ellipsis stands as UTF-8 here. */
  private static final LatePattern BRACKETS = LatePattern.of(
      "<.*>|\\[[a-z _-]*\\]|\\{[a-z _-]*\\}|(xxx|[.]{3}|\\xe2\\x80\\xa6|[*]{3}|yourstrong|<your|\\[your).*");

  /** A sentence about the password, as in the texts of a user interface. */
  private static final LatePattern SENTENCE =
      LatePattern.of(".*[a-z] .*password.*|.*password.* [a-z].*");

  /** A name of a password: {@code keyStorePassword}, {@code signup-password}. */
  private static final LatePattern NAME =
      LatePattern.of("[a-z_.\\- ]*(?:password|passwd|pwd)[a-z_.\\- ]*");

  /** The name of a variable that holds it: {@code CLUSTER_API_SECRET}. */
  private static final LatePattern CONSTANT =
      LatePattern.of("[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN|KEY)");

  private static final LatePattern SIX_WORDS = LatePattern.of("[^ ]+(?: [^ ]+){5,}");

  /**
   * By the schemes of LDAP (RFC 2307) and Spring Security, crypt(3), Jasypt, Maven's encrypted
   * passwords, and NiFi and Hop. {@code {noop}} is none: what follows is the password.
   */
  private static final LatePattern HASHED =
      LatePattern.of("[{](?:s?sha[0-9-]*|s?md5|crypt|bcrypt|scrypt|argon2[a-z]*|pbkdf2[a-z0-9_-]*"
          + "|cipher)[}].*|[$](?:1|2[abxy]?|5|6|y|argon2[a-z]*|pbkdf2[a-z0-9-]*|scrypt)[$].*"
          + "|enc[(].*|encrypted *[0-9a-f]*|[{][a-z0-9+/]{20,}={0,2}[}]");

  /** As Subresource Integrity has it, in lock files and pages, and as container images are named. */
  private static final LatePattern DIGEST = LatePattern.of("sha(?:1|224|256|384|512)[-_].*");

  /** A variable: of a shell, of PowerShell, of Windows. */
  private static final LatePattern VARIABLE =
      LatePattern.of("[$](env:)?[a-z_][a-z0-9_]*|%[a-z_][a-z0-9_()]*%|[$][$({].*");

  private static final LatePattern PATH = LatePattern.of("(/[a-z0-9_.@-]+){2,}/?");

  /** Before a key, so that its digest is none that others look for. */
  private static final String SALT = "dev.rekey emulator key:";

  /** SHA-256 of salt and keys that are published and open nothing but emulators. */
  private static final Set<String> EMULATOR_KEYS = Set.of(
      // The storage emulators' account devstoreaccount1.
      "e72c4caf32254c86d97baa782a964d7e7ca91bb86f4fc6d4fad5aa31de7a1ec8",
      // The Cosmos DB emulator.
      "3ad563c7c3b8e03f7dc92506f555bbf42c479623823a5b913a0b1a5adafc88e1");

  private static final int SHORTEST_RUN = 16;

  private Suppressors() {}

  /** A word or a mask where a person is to write the value. */
  static Optional<String> placeholder(Candidate candidate) {
    String value = lower(candidate);
    if (WORDS.contains(value)) {
      return Optional.of("a placeholder word");
    }
    if (isMask(value)) {
      return Optional.of("a mask of one or two characters");
    }
    if (BRACKETS.matches(value) || PHRASE.matches(value)) {
      return Optional.of("a placeholder");
    }
    if (NAME.matches(value) || CONSTANT.matches(candidate.value())) {
      return Optional.of("the name of a password");
    }
    if (SIX_WORDS.matches(value) || isOtherScript(candidate)) {
      return Optional.of("a text of a user interface");
    }
    if (SENTENCE.matches(value)) {
      return Optional.of("a sentence about a password");
    }
    return Optional.empty();
  }

  /** No more than two characters, over and over. */
  private static boolean isMask(String value) {
    int other = 0;
    while (other < value.length() && value.charAt(other) == value.charAt(0)) {
      other++;
    }
    for (int i = other; i < value.length(); i++) {
      if (value.charAt(i) != value.charAt(0) && value.charAt(i) != value.charAt(other)) {
        return false;
      }
    }
    return true;
  }

  /** More letters beyond ASCII than in it, and no digit. */
  private static boolean isOtherScript(Candidate candidate) {
    int beyond = 0;
    for (int i = 0; i < candidate.length(); i++) {
      char c = candidate.charAt(i);
      if (c >= '0' && c <= '9') {
        return false;
      }
      beyond += c >= 0x80 ? 1 : 0;
    }
    return 2 * beyond > candidate.length();
  }

  /** The name of a value that is kept elsewhere: a variable, a template, a file, a vault. */
  static Optional<String> reference(Candidate candidate) {
    String value = lower(candidate);
    boolean reference = VARIABLE.matches(value)
        || PATH.matches(value)
        || value.startsWith("#{")
        || value.startsWith("@microsoft.")
        || value.startsWith("@{")
        || value.startsWith("java:comp/")
        || value.contains("$\\{")
        || value.contains("${")
        || value.contains("$(")
        || value.contains("{{");
    return reference ? Optional.of("a reference to a value kept elsewhere") : Optional.empty();
  }

  /** What a password is verified by, or what only the owner of another key can read. */
  static Optional<String> hashed(Candidate candidate) {
    return HASHED.matches(lower(candidate))
        ? Optional.of("a hash or an encrypted value")
        : Optional.empty();
  }

  /** The hash of something public, as it says itself or the line before it does. */
  static Optional<String> digest(Candidate candidate) {
    return DIGEST.matches(lower(candidate))
        ? Optional.of("a digest, not a key")
        : AzureSuppressors.digest(candidate);
  }

  /** The key of a Cosmos DB account, in whose connection strings it has the same name. */
  static Optional<String> cosmosConnectionString(Candidate candidate) {
    if (AzureSuppressors.storageKey(candidate).isPresent()) {
      return Optional.empty(); // It says itself what it is.
    }
    // Another connection string may stand on the line: only what this one says counts.
    String before = lower(candidate.before()).replaceFirst("(?s)^.*[\\s\"'<>,]", "");
    return before.contains("accountendpoint=") || before.contains(".documents.azure.")
        ? Optional.of("the key of a Cosmos DB account, not of a storage account")
        : Optional.empty();
  }

  /** A storage SAS without a version, or without either an expiry or a policy that has one. */
  static Optional<String> incompleteSas(Candidate candidate) {
    Claims claims = Claims.ofQuery(new String(candidate.bytes(), StandardCharsets.ISO_8859_1));
    boolean complete = claims.has("sv") && (claims.has("se") || claims.has("si"));
    return complete
        ? Optional.empty()
        : Optional.of("a signature without what a storage SAS must have");
  }

  /** A key that is printed in the documentation of an emulator. */
  static Optional<String> emulatorKey(Candidate candidate) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(SALT.getBytes(StandardCharsets.US_ASCII));
      byte[] digest = sha.digest(candidate.bytes());
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
    int first = at;
    int body = 0;
    int run = 0;
    int dots = 0;
    for (; at < text.length() && !dashes(text, at); at++) {
      char c = text.charAt(at);
      dots = c == '.' ? dots + 1 : 0;
      if (dots == 3) {
        return Optional.of("a block without a key in it");
      }
      run = isBase64(c) ? run + 1 : 0;
      // Shorter runs are words: of a comment, of a header, of an instruction.
      body += run == SHORTEST_RUN ? SHORTEST_RUN : run > SHORTEST_RUN ? 1 : 0;
    }
    if (body < 40) {
      return Optional.of("a block without a key in it");
    }
    return isShortened(
            new String(candidate.bytes(), first, at - first, StandardCharsets.ISO_8859_1))
        ? Optional.of("a key that was shortened for show")
        : Optional.empty();
  }

  /**
   * Whether what says its length, as DER does in its first four bytes ({@code MII} and a length of
   * two bytes), is far shorter. Blanks and escapes between the lines may be counted as its own.
   */
  private static boolean isShortened(String block) {
    String body = block.replaceAll("\\\\[rn]|[^A-Za-z0-9+/=]", "");
    if (!body.startsWith("MII")) { // An encrypted one starts with its headers.
      return false;
    }
    byte[] head = Base64.getDecoder().decode(body.substring(0, 8));
    int told = ((head[2] & 0xff) << 8) | (head[3] & 0xff);
    return 2L * told > 3L * (body.length() * 3L / 4);
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

  static String lower(CharSequence text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
    }
    return lower.toString();
  }
}
