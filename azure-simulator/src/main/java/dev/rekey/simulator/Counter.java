package dev.rekey.simulator;

import java.util.Locale;

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

  /** What a call is counted by if its answer doesn't say otherwise. */
  static Counter of(Call call) {
    return switch (call.method()) {
      case "GET", "HEAD" -> READS;
      case "DELETE" -> DELETES;
      default -> WRITES;
    };
  }

  /**
   * Whether a call changes nothing: then it can be counted by what its answer says. A provider chooses the
   * counter of each of its POST actions, which the caller can't see beforehand.
   */
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
