package dev.rekey.rotation;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The story of one run, for people: what happened when, how long it took, what was recovered, and how
 * it ended. Made from the journal, and as free of secret values as that.
 *
 * @param runId the run
 * @param lines what happened, in order
 */
public record RotationTimeline(String runId, List<Line> lines) {
  /** What would break out of its line, or paint on a terminal. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]+");

  /**
   * One thing that happened.
   *
   * @param at when it was written down
   * @param sinceStart how long after the start of the run
   * @param step the step, as in the journal; {@code run} for the run itself
   * @param what it was, in words on one line
   */
  public record Line(Instant at, Duration sinceStart, String step, String what) {
    /** Returns one line. */
    @Override
    public String toString() {
      return String.format(
          "%s  +%-10s %-18s %s", at.truncatedTo(ChronoUnit.MILLIS), words(sinceStart), step, what);
    }
  }

  /** Copies the lines. */
  public RotationTimeline {
    lines = List.copyOf(lines);
  }

  /**
   * Returns the story that a run's entries tell.
   *
   * @param entries {@link RotationJournal#entries} of the run
   * @throws IllegalArgumentException if there are none
   */
  public static RotationTimeline of(List<JournalEntry> entries) {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("the journal knows no such run");
    }
    Instant start = entries.get(0).at();
    Map<String, JournalEntry> begun = new HashMap<>();
    List<Line> lines = new ArrayList<>();
    JournalEntry before = entries.get(0);
    for (JournalEntry entry : entries) {
      String what = what(entry, begun.getOrDefault(entry.step(), entry), before);
      lines.add(new Line(
          entry.at(), Duration.between(start, entry.at()), plain(entry.step()), plain(what)));
      if (entry.phase() == JournalEntry.Phase.INTENT) {
        begun.put(entry.step(), entry);
      }
      before = entry;
    }
    return new RotationTimeline(plain(entries.get(0).runId()), lines);
  }

  /**
   * @param intent the intent of the same step
   * @param before the entry before
   */
  private static String what(JournalEntry entry, JournalEntry intent, JournalEntry before) {
    return switch (entry.phase()) {
      case STARTED -> "started: " + plan(entry) + approval(entry);
      case LEASED ->
        "taken up for the " + nth(entry.epoch()) + " time, "
            + words(Duration.between(before.at(), entry.at())) + " after the entry before";
      case INTENT -> "begins" + about(entry);
      case OUTCOME -> {
        String how = entry.fact("recovered");
        String verdict = entry.fact("verdict");
        yield (how.isEmpty() ? "done" : "recovered, " + how + ":")
            + about(intent)
            + " in "
            + words(Duration.between(intent.at(), entry.at()))
            + (verdict.isEmpty() ? "" : ": " + verdict);
      }
      case SUSPENDED ->
        entry.fact("code") + ", waits"
            + (entry.fact("until").isEmpty() ? "" : " until " + entry.fact("until"))
            + ": " + entry.fact("why");
      case STRANDED ->
        entry.fact("code") + ", stranded: " + entry.fact("now") + " " + entry.fact("next");
      case ATTESTED ->
        entry.fact("by") + " says of " + entry.fact("dependent") + ": " + entry.fact("statement");
      case ENDED ->
        "ended: " + entry.fact("result")
            + (entry.fact("verdict").isEmpty() ? "" : ", " + entry.fact("verdict"))
            + (entry.fact("code").isEmpty()
                ? ""
                : ", " + entry.fact("code") + ": " + entry.fact("why"));
    };
  }

  private static String about(JournalEntry entry) {
    return entry.target().isEmpty() ? "" : " " + entry.target();
  }

  private static String plan(JournalEntry started) {
    try {
      RotationPlan plan = RotationPlan.parse(started.fact("plan"));
      return plan.label() + " of " + plan.issuerLabel();
    } catch (IllegalArgumentException another) {
      return "a plan that this version can't read";
    }
  }

  private static String approval(JournalEntry started) {
    try {
      Approval approval = Approval.parse(started.fact("approval"));
      return ", asked for by " + approval.requester() + ", approved by "
          + approval.approvers().stream().map(Approval.Approver::name).collect(joining(" and "));
    } catch (IllegalArgumentException another) {
      return ", with an approval that this version can't read";
    }
  }

  private static String nth(long number) {
    return number + (number == 2 ? "nd" : number == 3 ? "rd" : "th");
  }

  private static String words(Duration duration) {
    if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
      return duration.toSeconds() + "." + String.format("%03d", duration.toMillisPart()) + " s";
    }
    String minutes = duration.toMinutesPart() + " min";
    return duration.toHours() == 0
        ? minutes + " " + duration.toSecondsPart() + " s"
        : duration.toHours() + " h " + minutes;
  }

  private static String plain(String text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ").strip();
  }

  /** Returns the whole story, a line for each thing that happened. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Run ").append(runId).append(System.lineSeparator());
    lines.forEach(line -> text.append(line).append(System.lineSeparator()));
    return text.toString();
  }
}
