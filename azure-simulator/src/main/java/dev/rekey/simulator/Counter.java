package dev.rekey.simulator;

import java.util.Locale;
import java.util.Optional;

/** What ARM counts requests by; its headers name what is left of each. */
enum Counter {
  READS("read"),
  WRITES("write"),
  DELETES("delete"),
  /** In place of reads and writes, where a provider has limits of its own. */
  RESOURCE_REQUESTS("resource-request");

  private final String word;

  Counter(String word) {
    this.word = word;
  }

  /** ARM's word, as it stands in its refusal. */
  String word() {
    return word;
  }

  /** The counter as it stands in the names of headers. */
  String header() {
    return word + "s";
  }

  /**
   * What a call is counted by, as far as that can be told before its answer: a provider chooses the
   * counter of each of its POST actions that only read.
   */
  static Optional<Counter> expected(Call call) {
    return switch (call.method()) {
      case "GET", "HEAD" -> Optional.of(READS);
      case "DELETE" -> Optional.of(DELETES);
      default -> onlyReads(call) ? Optional.empty() : Optional.of(WRITES);
    };
  }

  /** Whether a call changes nothing. */
  static boolean onlyReads(Call call) {
    String path = call.rawPath();
    String last = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return switch (call.method()) {
      case "GET", "HEAD" -> true;
      case "POST" ->
        last.startsWith("list")
            || last.startsWith("get")
            || last.startsWith("check")
            || last.equals("resources");
      default -> false;
    };
  }
}
