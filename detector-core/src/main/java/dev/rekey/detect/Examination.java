package dev.rekey.detect;

import dev.rekey.detect.engine.Match;
import dev.rekey.detect.engine.Program;
import dev.rekey.detect.engine.Sink;
import dev.rekey.detect.engine.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the matches in one content into findings: undoes escapes, asks suppressors and checks,
 * decides between overlapping rules, fingerprints, and lends the value.
 *
 * <p>Confined to the thread of its sweep.
 */
final class Examination implements Sink, AutoCloseable {
  private static final int BEFORE = 256;
  private static final byte[] NOTHING = {};
  private static final double CONFIDENT = 0.99;
  private static final double DOUBTFUL = 0.4;
  private static final String UNPAIRED = "the pairing budget of a block of 64 KiB is used up";
  private static final String UNPROVEN =
      "its checksum is wrong, and the rule has no other evidence";

  private final Detector detector;
  private final String address;
  private final Origin origin;
  private final Optional<Trail> trail;
  private final Examined examined;

  /** Findings that a later match may still overlap, in order of their starts. */
  private final Deque<Held> held = new ArrayDeque<>();

  private final Map<Note, Long> notes = new HashMap<>();

  /** How many matches of each rule, by its program, were too long: there can be very many. */
  private final Map<Integer, Long> truncated = new HashMap<>();

  private final Pairing pairing;

  /**
   * Starts on one content.
   *
   * @param trail the lines of what is swept, if reasons are wanted
   */
  Examination(
      Detector detector, String address, Origin origin, Optional<Trail> trail, Examined examined) {
    this.detector = detector;
    this.address = address;
    this.origin = origin;
    this.trail = trail;
    this.examined = examined;
    this.pairing = new Pairing(detector.budget(), position -> exhausted(position, UNPAIRED));
  }

  /** A finding that is not settled, with its value, which is wiped when it is. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Held(
      Rule rule, Match match, Finding finding, List<Explanation.Verdict> verdicts, byte[] value) {
    long start() {
      return match.start();
    }

    long end() {
      return match.end();
    }
  }

  /** Who rejected a candidate, and why. */
  private record Rejection(String by, String reason) {}

  @Override
  public void matched(Match match, Text text) {
    Rule rule = detector.rule(match.program());
    byte[] value = Escape.undo(text.copy(match.start(), match.end()), rule.escapes());
    Candidate candidate = new Candidate(rule.id(), value, before(rule, match, text));
    boolean requires = !rule.requires().isEmpty();
    Map<String, String> parts = requires ? pairing.parts(rule, match, text) : Map.of();
    Optional<String> lack = requires ? pairing.lack(rule, parts, match) : Optional.empty();
    if (lack.isPresent()) {
      lacks(rule, match, lack.get());
      Arrays.fill(value, (byte) 0);
      return;
    }
    Optional<Rejection> rejection = rejection(rule, candidate);
    if (rejection.isPresent()) {
      reject(rule, match, rejection.get());
      Arrays.fill(value, (byte) 0);
      return;
    }
    parts = requires ? parts : pairing.parts(rule, match, text);
    Map<String, String> attributes =
        parts.isEmpty() && rule.checks().isEmpty() ? Map.of() : new HashMap<>(parts);
    Checksum checksum = Checksum.NONE;
    List<Explanation.Verdict> verdicts = new ArrayList<>(rule.checks().size());
    for (String name : rule.checks()) {
      Check.Result result = detector.rules().check(name).check(candidate);
      checksum = result.checksum() == Checksum.NONE ? checksum : result.checksum();
      attributes.putAll(result.attributes());
      verdicts.add(new Explanation.Verdict(name, result.checksum()));
    }
    if (checksum == Checksum.INVALID && rule.requiresChecksum() && detector.checksumsRequired()) {
      reject(rule, match, new Rejection(String.join(", ", rule.checks()), UNPROVEN));
      Arrays.fill(value, (byte) 0);
      return;
    }
    Finding finding = finding(rule, match, value, checksum, attributes, parts);
    held.add(new Held(rule, match, finding, verdicts, value));
  }

  /** Nobody but suppressors and checks asks what stands before a value. */
  private static byte[] before(Rule rule, Match match, Text text) {
    return rule.suppressors().isEmpty() && rule.checks().isEmpty()
        ? NOTHING
        : text.copy(text.lineStart(match.start(), BEFORE), match.start());
  }

  @Override
  public void settled(long position) {
    while (!held.isEmpty() && held.getFirst().end() <= position) {
      Held first = held.removeFirst();
      if (!yields(first)) {
        report(first);
      }
    }
  }

  /** Settles the finding's overlaps: drops those that yield to it, and says if it yields itself. */
  private boolean yields(Held first) {
    Iterator<Held> others = held.iterator();
    while (others.hasNext()) {
      Held other = others.next();
      if (other.start() >= first.end()) {
        return false;
      }
      if (yields(first, other)) {
        drop(first, other);
        return true;
      }
      if (yields(other, first)) {
        drop(other, first);
        others.remove();
      }
    }
    return false;
  }

  /** One of two at most yields, whichever begins first: see {@link Rule.Builder#yieldsTo}. */
  private static boolean yields(Held one, Held other) {
    if (!one.rule().yieldsTo(other.rule())) {
      return false;
    }
    if (!other.rule().yieldsTo(one.rule())) {
      return true;
    }
    boolean byName = one.rule().yieldsByNameTo(other.rule());
    return byName == other.rule().yieldsByNameTo(one.rule())
        ? one.match().program() > other.match().program()
        : byName;
  }

  @Override
  public void truncated(int program, long position) {
    truncated.merge(program, 1L, Long::sum);
    if (examined.wantsReasons()) {
      Rule rule = detector.rule(program);
      examined.explained(new Explanation.Truncated(rule.id(), place(position), tooLong(rule)));
    }
  }

  private static String tooLong(Rule rule) {
    return "longer than " + rule.span() + " bytes, or without an end";
  }

  @Override
  public void exhausted(long position) {
    exhausted(position, "the pattern budget of a block of 64 KiB is used up");
  }

  private void exhausted(long position, String why) {
    note(Note.Kind.EXHAUSTED, "", why);
    if (examined.wantsReasons()) {
      examined.explained(new Explanation.Exhausted(place(position), why));
    }
  }

  /** Takes down that the content seems to have an encoding which was not undone. */
  void undecoded(String why) {
    note(Note.Kind.UNDECODED, "", why);
  }

  /** Wipes the values that are still held: for a content that is given up. */
  @Override
  public void close() {
    for (Held one : held) {
      Arrays.fill(one.value(), (byte) 0);
    }
    held.clear();
  }

  List<Note> notes() {
    if (notes.isEmpty() && truncated.isEmpty()) {
      return List.of();
    }
    truncated.forEach((program, count) -> {
      Rule rule = detector.rule(program);
      notes.merge(new Note(Note.Kind.TRUNCATED, rule.id(), tooLong(rule), 0), count, Long::sum);
    });
    truncated.clear();
    List<Note> counted = new ArrayList<>(notes.size());
    notes.forEach(
        (note, count) -> counted.add(new Note(note.kind(), note.rule(), note.reason(), count)));
    counted.sort(
        Comparator.comparing(Note::kind).thenComparing(Note::rule).thenComparing(Note::reason));
    return List.copyOf(counted);
  }

  private void report(Held first) {
    if (examined.wantsReasons()) {
      Rule rule = first.rule();
      examined.explained(new Explanation.Reported(
          first.finding(),
          rule.confidence(),
          first.verdicts(),
          rule.suppressors(),
          rule.evidence(),
          rule.references()));
    }
    try (Secret secret = Secret.lend(first.value())) {
      examined.found(first.finding(), secret);
    }
  }

  /** No note: without what it requires, a match is not even a candidate. */
  private void lacks(Rule rule, Match match, String why) {
    if (examined.wantsReasons()) {
      examined.explained(new Explanation.Rejected(rule.id(), place(match), "requires", why));
    }
  }

  private void reject(Rule rule, Match match, Rejection rejection) {
    note(Note.Kind.REJECTED, rule.id(), rejection.reason());
    if (examined.wantsReasons()) {
      examined.explained(
          new Explanation.Rejected(rule.id(), place(match), rejection.by(), rejection.reason()));
    }
  }

  private void drop(Held loser, Held winner) {
    note(Note.Kind.YIELDED, loser.rule().id(), "also found by " + winner.rule().id());
    if (examined.wantsReasons()) {
      examined.explained(new Explanation.Yielded(
          loser.rule().id(),
          loser.finding().place(),
          winner.rule().id(),
          winner.finding().place()));
    }
    Arrays.fill(loser.value(), (byte) 0);
  }

  private void note(Note.Kind kind, String rule, String reason) {
    notes.merge(new Note(kind, rule, reason, 0), 1L, Long::sum);
  }

  private Optional<Rejection> rejection(Rule rule, Candidate candidate) {
    for (String name : rule.suppressors()) {
      Optional<String> reason = detector.rules().suppressor(name).reason(candidate);
      if (reason.isPresent()) {
        return Optional.of(new Rejection(name, reason.get()));
      }
    }
    // A run was measured when it was found, and no escape is in one.
    boolean measured = rule.program() instanceof Program.TokenRun;
    return rule.minEntropy() > 0
            && !measured
            && entropy(candidate.bytes()) < rule.minEntropy() - Program.TokenRun.ROUNDING
        ? Optional.of(new Rejection(
            "entropy", "too regular: its entropy is below " + rule.minEntropy() + " bits a byte"))
        : Optional.empty();
  }

  private Place place(Match match) {
    return new Place(
        address,
        "",
        new Location(
            origin.start(match.start()), origin.end(match.end()), match.line(), match.column()));
  }

  /** The place of something that has no length. */
  private Place place(long position) {
    Trail lines = trail.orElseThrow();
    long start = origin.start(position);
    return new Place(
        address, "", new Location(start, start, lines.line(position), lines.column(position)));
  }

  private Finding finding(
      Rule rule,
      Match match,
      byte[] value,
      Checksum checksum,
      Map<String, String> attributes,
      Map<String, String> parts) {
    double confidence = switch (checksum) {
      case VALID -> Math.max(rule.confidence(), CONFIDENT);
      case INVALID -> Math.min(rule.confidence(), DOUBTFUL);
      case NONE -> rule.confidence();
    };
    return new Finding(
        rule.id(),
        rule.label(),
        rule.severity(),
        rule.remedy(),
        place(match),
        redacted(rule, value),
        confidence,
        checksum,
        detector.fingerprintKey().fingerprint(value),
        attributes,
        identities(parts));
  }

  private Map<String, Fingerprint> identities(Map<String, String> parts) {
    if (parts.isEmpty()) {
      return Map.of();
    }
    Map<String, Fingerprint> identities = new HashMap<>();
    for (Map.Entry<String, String> part : parts.entrySet()) {
      byte[] value = part.getValue().getBytes(StandardCharsets.ISO_8859_1);
      identities.put(part.getKey(), detector.fingerprintKey().fingerprint(value));
    }
    return identities;
  }

  private static String redacted(Rule rule, byte[] value) {
    for (String signature : rule.signatures()) {
      int at = indexOf(value, signature);
      if (at >= 0) {
        return (at > 0 ? "…" : "") + signature + "…(" + value.length + ")";
      }
    }
    return "***";
  }

  /** Makes no text of the value, which could not be wiped. */
  private static int indexOf(byte[] value, String signature) {
    for (int at = 0; at + signature.length() <= value.length; at++) {
      int same = 0;
      while (same < signature.length() && signature.charAt(same) == (value[at + same] & 0xff)) {
        same++;
      }
      if (same == signature.length()) {
        return at;
      }
    }
    return -1;
  }

  /** Shannon's entropy of the byte frequencies, in bits for each byte. */
  static double entropy(byte[] value) {
    int[] counts = new int[256];
    for (byte b : value) {
      counts[b & 0xff]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / value.length;
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return bits;
  }
}
