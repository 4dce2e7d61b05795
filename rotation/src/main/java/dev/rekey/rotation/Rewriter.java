package dev.rekey.rotation;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Location;
import dev.rekey.detect.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Finds credentials in a configuration value by their fingerprints, and replaces them in the shape in
 * which they stand: bare, in a connection string, in a URL; with the name of the user beside them where
 * that changes too.
 *
 * <p>It sees what the detector finds, the whole value, each field of a {@code name=value;…} list, and
 * each token between quotes, blanks and brackets, so that a bare key without a signature is recognised
 * too. Immutable and thread-safe.
 */
public final class Rewriter {
  private final Detector detector;

  /** Makes a rewriter that fingerprints with the detector's key. */
  public Rewriter(Detector detector) {
    this.detector = detector;
  }

  /** Returns whether a value is the credential, and nothing but it. */
  public boolean isWhole(String text, Fingerprint fingerprint) {
    return fingerprint(text).equals(fingerprint);
  }

  /** Returns the fingerprints of everything in a value that may be a credential. */
  public Set<Fingerprint> fingerprints(String text) {
    Set<Fingerprint> fingerprints = new HashSet<>();
    spans(text).forEach(span -> fingerprints.add(span.fingerprint()));
    return fingerprints;
  }

  /**
   * Returns the value with a credential replaced wherever it stands, with what changes beside it, or
   * empty where it does not. For a value that stands by itself: of a configuration with several, {@link
   * #replaceAll} knows more.
   *
   * @throws RotationException if it stands in a shape in which the new one can't be written, or what
   *     must change beside it is not in the value
   */
  public Optional<String> replace(String text, Replacement replacement) throws RotationException {
    List<Entry> entry = List.of(new Entry("", "", text, 0, () -> ""));
    List<Edit> edits = edits(entry, replacement).getOrDefault(0, List.of());
    return edits.isEmpty() ? Optional.empty() : Optional.of(Edit.apply(edits, text));
  }

  /**
   * Returns the values of a configuration that change when a credential is replaced in all of them,
   * by their names. What changes beside it, the name of a user, is looked for in the value that holds
   * the credential, and else among the other values: one that is the user's name, and that says by its
   * own name that it is a user and belongs to the credential: {@code DB_USER} to {@code DB_PASSWORD}.
   *
   * @param values the values of the configuration, by their names
   * @throws RotationException if a value can't be changed, or what must change beside the credential is
   *     not found, or could not be undone
   */
  public Map<String, String> replaceAll(Map<String, String> values, Replacement replacement)
      throws RotationException {
    List<Entry> entries = new ArrayList<>();
    new TreeMap<>(values).forEach((name, text) -> entries.add(Entry.named(name, text)));
    Map<String, String> changed = new TreeMap<>();
    edits(entries, replacement).forEach((i, edits) -> {
      Entry entry = entries.get(i);
      changed.put(entry.name(), Edit.apply(edits, entry.text()));
    });
    return changed;
  }

  /**
   * Returns what must be written where, so that another credential stands wherever one stands now, with
   * what changes beside it: for each entry by its number, in the order of its text.
   *
   * @throws RotationException if it stands in a shape in which the new one can't be written, or what
   *     must change beside it is not found, or would not be found again to be undone; the message says
   *     where
   */
  Map<Integer, List<Edit>> edits(List<Entry> entries, Replacement replacement)
      throws RotationException {
    Map<Integer, List<Edit>> passwords = new TreeMap<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      List<Edit> edits = List.of();
      try {
        edits = entry.text().isEmpty()
            ? List.of()
            : edits(entry.text(), replacement.from(), replacement.to());
      } catch (RotationException shape) {
        throw at(entry, shape);
      }
      if (!edits.isEmpty()) {
        passwords.put(i, edits);
      }
    }
    UserNames users = new UserNames(replacement.beside());
    return users.isEmpty() ? passwords : withUsers(entries, passwords, users);
  }

  private static Map<Integer, List<Edit>> withUsers(
      List<Entry> entries, Map<Integer, List<Edit>> passwords, UserNames users)
      throws RotationException {
    Map<Integer, List<Edit>> names = names(entries, passwords, users);
    Map<Integer, List<Edit>> all = new TreeMap<>(names);
    passwords.forEach((i, edits) -> all.merge(i, edits, Rewriter::merged));
    List<Entry> after = new ArrayList<>(entries);
    List<Entry> nameless = new ArrayList<>(entries);
    Map<Integer, List<Edit>> fresh = new TreeMap<>();
    all.forEach((i, edits) -> after.set(i, changed(entries.get(i), edits)));
    passwords.forEach((i, edits) -> {
      nameless.set(i, changed(entries.get(i), edits));
      fresh.put(i, undoing(edits, all.getOrDefault(i, edits), entries.get(i).text()));
    });
    names(after, fresh, users.inverse())
        .forEach((i, edits) -> after.set(i, changed(after.get(i), edits)));
    for (int i = 0; i < after.size(); i++) {
      if (!after.get(i).text().equals(nameless.get(i).text())) {
        throw at(
            entries.get(i),
            new RotationException("the user name beside the credential, once changed, could not be"
                + " changed back; change both by hand"));
      }
    }
    return all;
  }

  /** Returns where the new passwords stand when all edits were made. */
  private static List<Edit> undoing(List<Edit> passwords, List<Edit> all, String text) {
    List<Edit> inverse = Edit.inverse(all, text);
    List<Edit> undoing = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (passwords.contains(all.get(i))) {
        undoing.add(inverse.get(i));
      }
    }
    return undoing;
  }

  private static Entry changed(Entry entry, List<Edit> edits) {
    return entry.withText(Edit.apply(edits, entry.text()));
  }

  private static List<Edit> merged(List<Edit> some, List<Edit> others) {
    List<Edit> merged = new ArrayList<>(some);
    merged.addAll(others);
    merged.sort(Comparator.comparingInt(Edit::start));
    return merged;
  }

  /** Returns the edits of the names of users beside passwords. */
  private static Map<Integer, List<Edit>> names(
      List<Entry> entries, Map<Integer, List<Edit>> passwords, UserNames users)
      throws RotationException {
    Map<Integer, List<Edit>> names = new TreeMap<>();
    for (Map.Entry<Integer, List<Edit>> password : passwords.entrySet()) {
      int i = password.getKey();
      Entry entry = entries.get(i);
      try {
        List<Edit> inText = users.inText(entry.text(), password.getValue());
        if (!inText.isEmpty()) {
          names.put(i, inText);
          continue;
        }
        List<Integer> others = users.among(entries, i);
        if (others.isEmpty()) {
          throw new RotationException("the user name that must change with the credential is not"
              + " found beside it; change both by hand");
        }
        others.forEach(other -> names.put(other, List.of(users.whole(entries.get(other)))));
      } catch (RotationException missing) {
        throw at(entry, missing);
      }
    }
    return names;
  }

  private static RotationException at(Entry entry, RotationException wrong) {
    String place = entry.place().get();
    return new RotationException((place.isEmpty() ? "" : place + ": ") + wrong.problem(), wrong);
  }

  /**
   * Returns what must be written where, so that another credential stands wherever one stands now: in
   * the order of the text, without overlaps, none where it does not stand.
   *
   * @throws RotationException if it stands in a shape in which the new one can't be written
   */
  private List<Edit> edits(String text, Fingerprint from, Secret to) throws RotationException {
    List<Edit> edits = new ArrayList<>();
    int end = text.length() + 1;
    List<Span> holding = spans(text).stream()
        .filter(span -> span.fingerprint().equals(from))
        .sorted((a, b) -> Integer.compare(b.end(), a.end()))
        .toList();
    for (Span span : holding) {
      if (span.end() > end) {
        continue; // The same occurrence, seen in another way.
      }
      String written = to.reveal(characters -> span.shape().apply(new String(characters)));
      edits.add(0, new Edit(span.start(), span.end(), written));
      end = span.start();
    }
    if (holding.isEmpty()) {
      return List.of();
    }
    Set<Fingerprint> now = fingerprints(Edit.apply(edits, text));
    if (now.contains(from) || !now.contains(detector.fingerprintKey().fingerprint(to))) {
      throw new RotationException(
          "a value holds the credential in a shape in which it can't be replaced; change it by hand");
    }
    return List.copyOf(edits);
  }

  /** A stretch of text, what it stands for, and how another value is written there. */
  private record Span(int start, int end, Fingerprint fingerprint, UnaryOperator<String> shape) {}

  private List<Span> spans(String text) {
    List<Span> spans = new ArrayList<>();
    boolean json = isJson(text);
    UnaryOperator<String> plain = json ? Rewriter::jsonEncode : UnaryOperator.identity();
    for (Finding finding : detector.detect(text)) {
      Location in = finding.place().location();
      String written = text.substring((int) in.start(), (int) in.end());
      spans.add(new Span(
          (int) in.start(),
          (int) in.end(),
          finding.fingerprint(),
          shape(written, finding.fingerprint(), plain)));
    }
    addField(text, 0, text.length(), plain, spans);
    if (!text.isEmpty()
        && (isPadding(text.charAt(0)) || isPadding(text.charAt(text.length() - 1)))) {
      spans.add(new Span(0, text.length(), fingerprint(text), plain)); // They may be part of it.
    }
    int start = 0;
    while (start <= text.length()) {
      int semicolon = text.indexOf(';', start);
      int end = semicolon < 0 ? text.length() : semicolon;
      addAfter('=', text, start, end, plain, spans);
      start = end + 1;
    }
    addTokens(text, json, plain, spans);
    return spans;
  }

  /** Adds what stands between quotes, blanks and brackets: a value in JSON, in a list, in a query. */
  private void addTokens(String text, boolean json, UnaryOperator<String> plain, List<Span> spans) {
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (json && i < text.length() && text.charAt(i) == '\\') {
        i = Math.min(i + 1, text.length() - 1); // An escaped quote ends nothing.
      } else if (i == text.length() || ends(text.charAt(i))) {
        if (start < i) {
          addField(text, start, i, plain, spans);
          addAfter('=', text, start, i, plain, spans);
          addPassword(text, start, i, plain, spans);
        }
        start = i + 1;
      }
    }
  }

  private void addAfter(
      char mark, String text, int from, int to, UnaryOperator<String> plain, List<Span> spans) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) == mark) {
        addField(text, i + 1, to, plain, spans);
        return;
      }
    }
  }

  /** Adds the password of a URL: {@code scheme://user:password@host}. */
  private void addPassword(
      String text, int from, int to, UnaryOperator<String> plain, List<Span> spans) {
    String token = text.substring(from, to);
    int scheme = token.indexOf("://");
    int host = token.lastIndexOf('@');
    if (scheme >= 0 && scheme < host) {
      String user = token.substring(scheme + 3, host);
      // Unless it is written raw visibly, it is written as URLs demand.
      boolean raw = user.chars().anyMatch(c -> "+/=@#".indexOf(c) >= 0);
      addAfter(
          ':', text, from + scheme + 3, from + host, raw ? plain : Rewriter::percentEncode, spans);
    }
  }

  private static boolean ends(char c) {
    return Character.isWhitespace(c) || "\"'`<>,;&?{}[]()|".indexOf(c) >= 0;
  }

  private void addField(
      String text, int from, int to, UnaryOperator<String> plain, List<Span> spans) {
    int start = from;
    int end = to;
    while (start < end && isPadding(text.charAt(start))) {
      start++;
    }
    while (end > start && isPadding(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      int first = start;
      int last = end;
      String value = text.substring(first, last);
      spans.add(new Span(first, last, fingerprint(value), plain));
      decoded(value)
          .filter(decoded -> !decoded.equals(value))
          .map(this::fingerprint)
          .ifPresent(fingerprint ->
              spans.add(new Span(first, last, fingerprint, Rewriter::percentEncode)));
      jsonDecoded(value)
          .filter(decoded -> !decoded.equals(value))
          .map(this::fingerprint)
          .ifPresent(
              fingerprint -> spans.add(new Span(first, last, fingerprint, Rewriter::jsonEncode)));
    }
  }

  /** How the detector's value is written, told by what it stands for when read in each way. */
  private UnaryOperator<String> shape(
      String written, Fingerprint fingerprint, UnaryOperator<String> plain) {
    if (fingerprint(written).equals(fingerprint)) {
      return plain;
    }
    if (decoded(written).map(this::fingerprint).filter(fingerprint::equals).isPresent()) {
      return Rewriter::percentEncode;
    }
    if (jsonDecoded(written).map(this::fingerprint).filter(fingerprint::equals).isPresent()) {
      return Rewriter::jsonEncode;
    }
    return value -> written; // Left as it is; replace() sees that the credential is still there.
  }

  private Fingerprint fingerprint(String value) {
    FingerprintKey key = detector.fingerprintKey();
    try (Secret secret = Secret.of(value)) {
      return key.fingerprint(secret);
    }
  }

  private static Optional<String> decoded(String value) {
    if (value.indexOf('%') < 0) {
      return Optional.empty();
    }
    try {
      // A plus is a plus outside forms.
      return Optional.of(URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  static String percentEncode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static boolean isJson(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
      return false;
    }
    try {
      Json.read("it", "{\"v\":" + stripped + "}");
      return true;
    } catch (IllegalArgumentException other) {
      return false;
    }
  }

  /** Returns what a part of a JSON string stands for. */
  private static Optional<String> jsonDecoded(String value) {
    if (value.indexOf('\\') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.text(Json.read("it", "{\"v\":\"" + value + "\"}"), "v"));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  static String jsonEncode(String value) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(value));
  }

  private static boolean isPadding(char c) {
    return Character.isWhitespace(c) || c == '"' || c == '\'';
  }
}
