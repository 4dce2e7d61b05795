package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Finds the name of the user that stands beside a password, and writes another in its place: in the
 * same text, as {@code scheme://user:password@host} or as a field {@code user=…}; or as the whole value
 * of another entry that says by its name that it is a user, and belongs to the password's entry.
 */
final class UserNames {
  /** How names of users end, without separators. */
  private static final List<String> USER = List.of("username", "userid", "user", "uid", "login");

  /** How names of passwords end, those first that end with another. */
  private static final List<String> PASSWORD = List.of(
      "password", "passwd", "passphrase", "pass", "pwd", "pw", "secret", "key", "token", "value");

  private static final String SEPARATORS = "_.- ";
  private static final int LONGEST_FIELD = 100;

  private final Map<String, String> beside;

  /**
   * Takes the names, each with the one that takes its place.
   *
   * @throws IllegalArgumentException if one is empty
   */
  UserNames(Map<String, String> beside) {
    this.beside = new TreeMap<>(beside);
    if (beside.containsKey("") || beside.containsValue("")) {
      throw new IllegalArgumentException("what stands beside a credential is not empty");
    }
  }

  boolean isEmpty() {
    return beside.isEmpty();
  }

  /** Returns the names the other way round: as they are looked for when all is undone. */
  UserNames inverse() throws RotationException {
    Map<String, String> inverse = new HashMap<>();
    for (Map.Entry<String, String> name : beside.entrySet()) {
      if (inverse.put(name.getValue(), name.getKey()) != null) {
        throw new RotationException("two user names would become one, which can't be undone");
      }
    }
    return new UserNames(inverse);
  }

  // In the text of the password itself.

  /**
   * Returns the edits of the names in a text that holds passwords, in its order; none where no name
   * stands in it.
   *
   * @param passwords where the passwords stand, in its order
   * @throws RotationException if another user stands before one in a URL, or a name can't be written
   */
  List<Edit> inText(String text, List<Edit> passwords) throws RotationException {
    List<Edit> found = new ArrayList<>();
    for (Edit password : passwords) {
      addOfUrl(text, password, found);
    }
    for (Map.Entry<String, String> name : beside.entrySet()) {
      addFields(text, name.getKey(), name.getValue(), found);
    }
    found.sort(Comparator.comparingInt(Edit::start));
    List<Edit> edits = new ArrayList<>();
    int end = 0;
    for (Edit edit : found) {
      boolean again = edit.start() < end; // The same occurrence, seen in another way.
      if (!again && passwords.stream().noneMatch(password -> overlap(edit, password))) {
        edits.add(edit);
        end = edit.end();
      }
    }
    return edits;
  }

  private static boolean overlap(Edit a, Edit b) {
    return a.start() < b.end() && b.start() < a.end();
  }

  /** Adds the user of {@code scheme://user:password@host}. */
  private void addOfUrl(String text, Edit password, List<Edit> edits) throws RotationException {
    int end = password.start() - 1;
    if (end < 0 || text.charAt(end) != ':' || !text.startsWith("@", password.end())) {
      return;
    }
    int start = end;
    while (start > 0 && !endsUser(text.charAt(start - 1))) {
      start--;
    }
    if (start == end || start < 3 || !text.startsWith("://", start - 3)) {
      return;
    }
    String written = text.substring(start, end);
    for (Map.Entry<String, String> name : beside.entrySet()) {
      String from = name.getKey();
      if (written.equals(Rewriter.percentEncode(from))) {
        edits.add(new Edit(start, end, Rewriter.percentEncode(name.getValue())));
        return;
      }
      if (written.equals(from)) {
        edits.add(new Edit(start, end, raw(from, name.getValue())));
        return;
      }
    }
    throw new RotationException(
        "another user than the credential's stands before it in a URL, or its"
            + " name is written in an unusual way; change both by hand");
  }

  private static boolean endsUser(char c) {
    return Character.isWhitespace(c) || "/?#\"'`<>".indexOf(c) >= 0;
  }

  /** Adds each {@code user=name} and {@code "user": "name"}, in whichever way it is written. */
  private static void addFields(String text, String from, String to, List<Edit> edits)
      throws RotationException {
    Map<String, UnaryOperator<String>> spellings = new TreeMap<>();
    spellings.put(Rewriter.jsonEncode(from), Rewriter::jsonEncode);
    spellings.put(Rewriter.percentEncode(from), Rewriter::percentEncode);
    spellings.put(from, UnaryOperator.identity());
    for (String written : spellings.keySet()) {
      for (int at = text.indexOf(written); at >= 0; at = text.indexOf(written, at + 1)) {
        int end = at + written.length();
        int name = fieldOf(text, at, end);
        if (name >= 0) {
          boolean query = name > 0 && "?&".indexOf(text.charAt(name - 1)) >= 0;
          boolean quoted = text.charAt(at - 1) == '"';
          if (query && written.equals(Rewriter.percentEncode(from))) {
            edits.add(new Edit(at, end, Rewriter.percentEncode(to)));
          } else if (quoted && written.equals(Rewriter.jsonEncode(from))) {
            edits.add(new Edit(at, end, Rewriter.jsonEncode(to)));
          } else if (written.equals(from)) {
            edits.add(new Edit(at, end, raw(from, to)));
          }
        }
      }
    }
  }

  /** Where the name of the field begins whose whole value this is, if it is a user's; else -1. */
  private static int fieldOf(String text, int from, int to) {
    int at = from - 1;
    if (at >= 0 && "\"'".indexOf(text.charAt(at)) >= 0) {
      if (!text.startsWith(text.substring(at, from), to)) {
        return -1;
      }
      at--;
    } else if (to < text.length() && !endsField(text.charAt(to))) {
      return -1;
    }
    at = skipBlanks(text, at);
    if (at < 0 || "=:".indexOf(text.charAt(at)) < 0) {
      return -1;
    }
    at = skipBlanks(text, at - 1);
    if (at >= 0 && "\"'".indexOf(text.charAt(at)) >= 0) {
      at--;
    }
    int end = at + 1;
    while (at >= 0 && end - at < LONGEST_FIELD && isOfName(text.charAt(at))) {
      at--;
    }
    return isUser(text.substring(at + 1, end)) ? at + 1 : -1;
  }

  private static int skipBlanks(String text, int from) {
    int at = from;
    while (at >= 0 && from - at < LONGEST_FIELD && " \t".indexOf(text.charAt(at)) >= 0) {
      at--;
    }
    return at;
  }

  private static boolean endsField(char c) {
    return Character.isWhitespace(c) || ";&,}])|".indexOf(c) >= 0;
  }

  private static boolean isOfName(char c) {
    return Character.isLetterOrDigit(c) || SEPARATORS.indexOf(c) >= 0;
  }

  /** A character that the present name does not have may mean something there. */
  private static String raw(String from, String to) throws RotationException {
    for (int i = 0; i < to.length(); i++) {
      char c = to.charAt(i);
      boolean plain = Spelling.isLetterOrDigit(c)
          || (SEPARATORS.indexOf(c) >= 0 && c != ' ')
          || from.indexOf(c) >= 0;
      if (!plain) {
        throw new RotationException("the user name beside the credential stands where the new one"
            + " can't be written as it is; change both by hand");
      }
    }
    return to;
  }

  // In other entries.

  /**
   * Returns which other entries are the user's name beside the password in an entry: none where there
   * are none.
   *
   * @throws RotationException if several may be
   */
  List<Integer> among(List<Entry> entries, int password) throws RotationException {
    Entry holder = entries.get(password);
    String prefix = withoutEnd(holder, PASSWORD, true);
    List<Integer> samePrefix = new ArrayList<>();
    List<Integer> sameSection = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (i != password && beside.containsKey(entry.value()) && isUser(entry.name())) {
        if (withoutEnd(entry, USER, false).equals(prefix)) {
          samePrefix.add(i);
        } else if (entry.section().equals(holder.section())) {
          sameSection.add(i);
        }
      }
    }
    if (!samePrefix.isEmpty()) {
      return samePrefix;
    }
    if (sameSection.size() > 1) {
      throw new RotationException("several entries may be the user name beside the credential: "
          + String.join(
              ", ", sameSection.stream().map(i -> entries.get(i).place().get()).toList())
          + "; change them by hand");
    }
    return sameSection;
  }

  /** Returns the edit of an entry whose whole value is a name. */
  Edit whole(Entry entry) {
    String to = beside.get(entry.value());
    if (to == null) {
      throw new IllegalArgumentException("its value is no name that is replaced");
    }
    return new Edit(entry.from(), entry.text().length(), to);
  }

  private static boolean isUser(String name) {
    String plain = plain(name);
    return USER.stream().anyMatch(plain::endsWith);
  }

  /** What is left of a full name before the word that says what it is. */
  private static String withoutEnd(Entry entry, List<String> ends, boolean lastWord) {
    String plain = plain(entry.fullName());
    for (String end : ends) {
      if (plain.endsWith(end)) {
        return plain.substring(0, plain.length() - end.length());
      }
    }
    if (!lastWord) {
      return plain;
    }
    String name = entry.name();
    int word = name.length();
    while (word > 0 && SEPARATORS.indexOf(name.charAt(word - 1)) < 0) {
      word--;
    }
    return plain(entry.section() + name.substring(0, word));
  }

  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      if (SEPARATORS.indexOf(name.charAt(i)) < 0) {
        plain.append(name.charAt(i));
      }
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "UserNames" + beside;
  }
}
