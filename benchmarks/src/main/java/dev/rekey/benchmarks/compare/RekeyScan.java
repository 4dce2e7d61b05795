package dev.rekey.benchmarks.compare;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Note;
import dev.rekey.detect.RuleSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Rekey's detector over files in memory: as its users call it, each finding made and received. */
final class RekeyScan {
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);

  private final Detector detector;
  private long found;
  private long exhausted;

  RekeyScan(RuleSet rules) {
    this.detector = Detector.builder(rules).fingerprintKey(KEY).build();
  }

  /** Scans each file so often and returns the CPU nanoseconds of this thread. */
  long pass(Corpus corpus, long times) {
    List<byte[]> files = corpus.files();
    long start = Cpu.ofThread();
    for (long n = 0; n < times; n++) {
      for (byte[] file : files) {
        scan(file);
      }
    }
    return Cpu.ofThread() - start;
  }

  void scan(byte[] file) {
    for (Note note : detector.detect(file, "", (finding, secret) -> found++)) {
      if (note.kind() == Note.Kind.EXHAUSTED) {
        exhausted++;
      }
    }
  }

  /** How many findings there were since the last call. */
  long takeFound() {
    long taken = found;
    found = 0;
    return taken;
  }

  /** How many contents used up a budget since the last call: in those, not all was looked at. */
  long takeExhausted() {
    long taken = exhausted;
    exhausted = 0;
    return taken;
  }

  /** Which rules match in which files. */
  Set<Match> findings(Corpus corpus, List<BenchRule> rules) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < rules.size(); i++) {
      numbers.put(rules.get(i).id(), i);
    }
    Set<Match> matches = new TreeSet<>();
    for (int i = 0; i < corpus.files().size(); i++) {
      int file = i;
      detector.detect(
          corpus.files().get(i),
          "",
          (finding, secret) ->
              matches.add(new Match(file, numbers.getOrDefault(finding.rule(), -1))));
    }
    return matches;
  }
}
