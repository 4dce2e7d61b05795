package dev.rekey.detect;

import dev.rekey.detect.engine.Engine;
import dev.rekey.detect.engine.Match;
import dev.rekey.detect.engine.Sink;
import dev.rekey.detect.engine.Sweep;
import dev.rekey.detect.engine.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

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
    this.engine = Engine.compile(rules.stream().map(Rule::program).toList());
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
    Utf8Text utf8 = Utf8Text.of(text);
    List<Finding> findings = new ArrayList<>();
    try (Examination examination =
            new Examination(this, "", (finding, secret) -> findings.add(utf8.inUnits(finding)));
        Sweep sweep = engine.sweep(examination, budget)) {
      utf8.feed(sweep);
      sweep.finish();
    } finally {
      utf8.wipe();
    }
    return List.copyOf(findings);
  }

  /**
   * Finds the secrets in a stream of any length and returns what else there is to say about it.
   *
   * <p>The stream is read to its end and not closed. Findings come in the order of their starts, on
   * the calling thread; their locations count bytes. Each comes with its value, lent until the
   * receiver returns.
   *
   * @param address the address of the findings' places
   * @throws IOException if the stream does; findings received before are valid
   */
  public List<Note> detect(
      InputStream bytes, String address, BiConsumer<? super Finding, ? super Secret> found)
      throws IOException {
    byte[] piece = new byte[PIECE];
    try (Examination examination = new Examination(this, address, found);
        Sweep sweep = engine.sweep(examination, budget)) {
      for (int n = bytes.read(piece); n >= 0; n = bytes.read(piece)) {
        sweep.feed(piece, 0, n);
      }
      sweep.finish();
      return examination.notes();
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

  /** Whether a rule that requires a checksum gets it; not so while its examples are tried. */
  boolean checksumsRequired() {
    return checksumsRequired;
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
     * Sets how many bytes the patterns that belong to keywords may look at for each 64 KiB of a
     * content, and how many blocks may; 1 MiB if not set. A byte counts eight times
     * where a pattern is searched for. What is beyond it is a {@link Note}.
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
      return new Detector(
          rules,
          key.orElseThrow(() -> new IllegalStateException(
              "set a fingerprintKey: FingerprintKey.file(path) to compare findings with"
                  + " later ones, or FingerprintKey.random()")),
          budget,
          checksumsRequired);
    }
  }
}
