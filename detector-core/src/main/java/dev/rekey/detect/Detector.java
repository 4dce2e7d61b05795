package dev.rekey.detect;

import dev.rekey.detect.engine.Engine;
import dev.rekey.detect.engine.Match;
import dev.rekey.detect.engine.Sink;
import dev.rekey.detect.engine.Sweep;
import dev.rekey.detect.engine.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Finds secrets by a set of rules.
 *
 * <p>Compile one and share it: it is immutable and thread-safe. Matching takes time linear in the
 * input and constant memory, whatever the input.
 */
public final class Detector {
  private static final int PIECE = 16 * 1024;
  private static final long DEFAULT_BUDGET = 1024 * 1024;

  private final List<Rule> rules;
  private final RuleSet set;
  private final Engine engine;
  private final FingerprintKey key;
  private final long budget;
  private final boolean checksumsRequired;

  private Detector(RuleSet set, FingerprintKey key, long budget, boolean checksumsRequired) {
    this.set = set;
    this.rules = List.copyOf(set.rules());
    this.engine = set.engine();
    this.key = key;
    this.budget = budget;
    this.checksumsRequired = checksumsRequired;
  }

  /** Starts a detector of these rules. */
  public static Builder builder(RuleSet rules) {
    return new Builder(rules);
  }

  /**
   * Finds the secrets in a small text.
   *
   * <p>The findings are in the order of their starts; their places have an empty address, and their
   * locations count UTF-16 units, so that {@code text.subSequence(start, end)} is the value as it
   * stands. The caller has the text, and so the values.
   */
  public List<Finding> detect(CharSequence text) {
    List<Finding> findings = new ArrayList<>();
    examine(text, Examined.findings((finding, secret) -> findings.add(finding)));
    return List.copyOf(findings);
  }

  /**
   * Finds the secrets in a stream of any length and returns what else there is to say about it.
   *
   * <p>The stream is read to its end and not closed. Findings come in the order of their starts, on
   * the calling thread; their locations count bytes. Each comes with its value, lent until the
   * receiver returns.
   *
   * <p>Bytes that begin with a byte-order mark of UTF-16 are matched as their characters in UTF-8:
   * the value and its fingerprint are those of the same text in UTF-8, the locations still count the
   * bytes of the stream. What can't be decoded becomes U+FFFD. A mark of UTF-8 is neither matched nor
   * a column. Text that looks like UTF-16 without a mark, or like UTF-32, is matched as the bytes that
   * it is, and a note says so.
   *
   * @param address the address of the findings' places
   * @throws IOException if the stream does; findings received before are valid
   */
  public List<Note> detect(
      InputStream bytes, String address, BiConsumer<? super Finding, ? super Secret> found)
      throws IOException {
    return examine(bytes, address, Examined.findings(found));
  }

  /**
   * Finds the secrets in a content that is in memory, as {@link #detect(InputStream, String,
   * BiConsumer)} does in a stream, and faster. The array is neither changed nor kept.
   *
   * @param address the address of the findings' places
   */
  public List<Note> detect(
      byte[] content, String address, BiConsumer<? super Finding, ? super Secret> found) {
    return detect(content, 0, content.length, address, found);
  }

  /**
   * Finds the secrets in a content that is part of an array, from one index to another. Locations
   * count from the first byte of the content.
   *
   * @param address the address of the findings' places
   * @throws IndexOutOfBoundsException if the array has no such part
   */
  public List<Note> detect(
      byte[] bytes,
      int from,
      int to,
      String address,
      BiConsumer<? super Finding, ? super Secret> found) {
    Objects.checkFromToIndex(from, to, bytes.length);
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(found, "found");
    if (Transcoder.isPlain(bytes, from, to)) {
      return examineWhole(bytes, from, to, address, found);
    }
    try {
      return detect(new ByteArrayInputStream(bytes, from, to - from), address, found);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Says why each match in a small text is a finding of {@link #detect(CharSequence)}, or is none, in
   * the order of their places.
   *
   * <p>What no pattern matches is no match and not told. This takes more time and memory than
   * detecting.
   */
  public List<Explanation> explain(CharSequence text) {
    List<Explanation> reasons = new ArrayList<>();
    examine(text, Examined.reasons(reasons::add));
    reasons.sort(
        Comparator.comparingLong((Explanation why) -> why.place().location().start())
            .thenComparing(Explanation::rule));
    return List.copyOf(reasons);
  }

  /**
   * Says why each match in a stream is a finding, or is none, and returns what else there is to say
   * about it, as {@link #detect(InputStream, String, BiConsumer)} does.
   *
   * <p>Reasons come on the calling thread when they are decided, which is about the order of their
   * places. Memory stays constant.
   *
   * @param address the address of the places
   * @throws IOException if the stream does; what was told before is valid
   */
  public List<Note> explain(InputStream bytes, String address, Consumer<? super Explanation> told)
      throws IOException {
    return examine(bytes, address, Examined.reasons(told));
  }

  private void examine(CharSequence text, Examined examined) {
    Utf8Text utf8 = Utf8Text.of(text);
    Optional<Trail> trail =
        examined.wantsReasons() ? Optional.of(new Trail(reach())) : Optional.empty();
    try (Examination examination = new Examination(this, "", utf8, trail, examined);
        Sweep sweep = engine.sweep(examination, work())) {
      for (int from = 0; from < utf8.length(); from += PIECE) {
        int start = from;
        int end = Math.min(utf8.length(), from + PIECE);
        if (trail.isPresent()) {
          trail.get().add(utf8.bytes(), start, end);
        }
        sweep.feed(utf8.bytes(), start, end);
      }
      sweep.finish();
    } finally {
      utf8.wipe();
    }
  }

  private List<Note> examineWhole(
      byte[] bytes,
      int from,
      int to,
      String address,
      BiConsumer<? super Finding, ? super Secret> found) {
    try (LateExamination examination = new LateExamination(this, address, found);
        Sweep sweep = engine.sweep(examination, work())) {
      sweep.whole(bytes, from, to);
      return examination.notes();
    }
  }

  private List<Note> examine(InputStream bytes, String address, Examined examined)
      throws IOException {
    byte[] piece = new byte[PIECE];
    try {
      int n = readHead(bytes, piece);
      Transcoder transcoder = Transcoder.of(piece, n, reach(), examined.wantsReasons());
      try (transcoder;
          Examination examination =
              new Examination(this, address, transcoder, transcoder.trail(), examined);
          Sweep sweep = engine.sweep(examination, work())) {
        if (!transcoder.undecoded().isEmpty()) {
          examination.undecoded(transcoder.undecoded());
        }
        for (; n >= 0; n = bytes.read(piece)) {
          transcoder.feed(piece, n, sweep);
        }
        transcoder.finish(sweep);
        sweep.finish();
        return examination.notes();
      }
    } finally {
      Arrays.fill(piece, (byte) 0);
    }
  }

  /** Returns the rules that this detector was compiled from. */
  public RuleSet rules() {
    return set;
  }

  /** Returns the key under which this detector fingerprints. */
  public FingerprintKey fingerprintKey() {
    return key;
  }

  /** Not readNBytes: a stream may override it and return less. */
  private static int readHead(InputStream bytes, byte[] piece) throws IOException {
    int size = 0;
    int n = 0;
    while (n >= 0 && size < Transcoder.HEAD) {
      n = bytes.read(piece, size, Transcoder.HEAD - size);
      size += Math.max(0, n);
    }
    return size;
  }

  /** How far behind the bytes fed last a place may be asked for: where a used-up block starts. */
  private int reach() {
    return engine.capacity() + Sweep.STRIDE + PIECE;
  }

  /** Whether a rule that requires a checksum gets it; not so while its examples are tried. */
  boolean checksumsRequired() {
    return checksumsRequired;
  }

  /** How many bytes may be looked at for each 64 KiB of a content. */
  long budget() {
    return budget;
  }

  /** The budget in the units of the engine. */
  private long work() {
    return budget > Long.MAX_VALUE / Engine.WORK_PER_BYTE
        ? Long.MAX_VALUE
        : budget * Engine.WORK_PER_BYTE;
  }

  Rule rule(int program) {
    return rules.get(program);
  }

  /** Returns whether a rule's program matches a text at all. */
  static boolean matches(Rule rule, String text) {
    class Matched implements Sink {
      private boolean any;

      @Override
      public void matched(Match match, Text around) {
        any = true;
      }

      @Override
      public void settled(long position) {}

      @Override
      public void truncated(int program, long position) {}

      @Override
      public void exhausted(long position) {}
    }

    Matched matched = new Matched();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (Sweep sweep = Engine.compile(List.of(rule.program())).sweep(matched, Long.MAX_VALUE)) {
      sweep.feed(bytes, 0, bytes.length);
      sweep.finish();
    }
    return matched.any;
  }

  /** Collects what a detector needs. Not thread-safe. */
  public static final class Builder {
    private final RuleSet rules;
    private Optional<FingerprintKey> key = Optional.empty();
    private long budget = DEFAULT_BUDGET;
    private boolean checksumsRequired = true;

    private Builder(RuleSet rules) {
      this.rules = Objects.requireNonNull(rules, "rules");
    }

    /** Sets the key under which values are fingerprinted. Required. */
    public Builder fingerprintKey(FingerprintKey fingerprintKey) {
      key = Optional.of(fingerprintKey);
      return this;
    }

    /**
     * Sets how many bytes patterns may look at for each 64 KiB of a content, how many blocks may, and
     * in how many parts may be looked for; 1 MiB if not set. A byte counts eight times where a pattern
     * is searched for; four steps of a pattern that is matched at one place count as a byte. What is
     * beyond it is a {@link Note}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder patternBudget(long bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("the pattern budget must be positive: " + bytes);
      }
      budget = bytes;
      return this;
    }

    /** For the proof of a rule's patterns, by examples whose checksums are not right. */
    Builder ignoringRequiredChecksums() {
      checksumsRequired = false;
      return this;
    }

    /**
     * Returns the detector.
     *
     * @throws IllegalStateException if no fingerprint key is set
     */
    public Detector build() {
      if (key.isEmpty()) {
        throw new IllegalStateException(
            "set a fingerprintKey: FingerprintKey.file(path) to compare findings with"
                + " later ones, or FingerprintKey.random()");
      }
      return new Detector(rules, key.get(), budget, checksumsRequired);
    }
  }
}
