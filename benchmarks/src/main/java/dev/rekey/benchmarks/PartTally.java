package dev.rekey.benchmarks;

import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Note;
import dev.rekey.detect.Secret;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.ScanListener;
import dev.rekey.detect.scan.ScanReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What was found in one part of a corpus, and what was not reported, by rule. No values. */
final class PartTally implements ScanListener {
  private final String name;
  private final Map<String, Long> findings = new TreeMap<>();
  private final Map<String, Set<Fingerprint>> values = new HashMap<>();
  private final Map<String, Map<String, Long>> unreported = new TreeMap<>();
  private final List<String> listing = new ArrayList<>();
  private Optional<ScanReport> report = Optional.empty();

  PartTally(String name) {
    this.name = name;
  }

  @Override
  public void found(Finding finding, Secret secret) {
    findings.merge(finding.rule(), 1L, Long::sum);
    values.computeIfAbsent(finding.rule(), rule -> new HashSet<>()).add(finding.fingerprint());
    listing.add(String.join(
        "\t",
        finding.rule(),
        name + "/" + finding.place(),
        finding.redacted(),
        finding.checksum().name(),
        String.valueOf(finding.confidence())));
  }

  @Override
  public void finished(String address, Outcome outcome) {
    if (outcome instanceof Outcome.Scanned scanned) {
      for (Note note : scanned.notes()) {
        String reason = note.kind().name().toLowerCase(Locale.ROOT) + ", " + note.reason();
        unreported
            .computeIfAbsent(note.rule(), rule -> new TreeMap<>())
            .merge(reason, note.count(), Long::sum);
        if (note.kind() == Note.Kind.EXHAUSTED || note.kind() == Note.Kind.TRUNCATED) {
          listing.add(note.kind() + "\t" + name + "/" + address + "\t" + note);
        }
      }
    }
  }

  void scanned(ScanReport of) {
    report = Optional.of(of);
  }

  String name() {
    return name;
  }

  /** Findings by rule. */
  Map<String, Long> findings() {
    return findings;
  }

  /** The fingerprints of a rule's findings. */
  Set<Fingerprint> values(String rule) {
    return values.getOrDefault(rule, Set.of());
  }

  /** By rule, empty where it concerns all, and by reason: how often something was not reported. */
  Map<String, Map<String, Long>> unreported() {
    return unreported;
  }

  /** A line for each finding: rule, place, redacted value, checksum, confidence; and for what was cut off. */
  List<String> listing() {
    return listing;
  }

  ScanReport report() {
    return report.orElseThrow();
  }

  double megabytes() {
    return report().bytes() / 1e6;
  }
}
