package dev.rekey.rotation;

import java.time.Duration;
import java.util.Optional;

/** What uses of a slot mean for whoever is about to regenerate it. */
final class Use {
  /** How far back a planner asks for uses: long enough to see a nightly and a weekly job. */
  static final Duration LOOK_BACK = Duration.ofDays(8);

  private Use() {}

  /** Returns the risk that regenerating takes, or empty where it is known that nobody uses it. */
  static Optional<Risk> risk(UsageSource.Usage usage) {
    if (usage instanceof UsageSource.Usage.Counted counted) {
      return counted.count() == 0 ? Optional.empty() : Optional.of(Risk.USE_NON_ZERO);
    }
    return Optional.of(Risk.USE_UNKNOWN);
  }

  /** Returns why it is not known; an empty text where it is. */
  static String why(UsageSource.Usage usage) {
    return usage instanceof UsageSource.Usage.Unknown unknown
        ? unknown.why()
        : usage instanceof UsageSource.Usage.Later later ? later.why() : "";
  }

  /** Returns what is known, in words. */
  static String words(UsageSource.Usage usage) {
    if (usage instanceof UsageSource.Usage.Counted counted) {
      return counted.count() + " uses by " + String.join(", ", counted.callers());
    }
    return "its use is unknown: " + why(usage);
  }
}
