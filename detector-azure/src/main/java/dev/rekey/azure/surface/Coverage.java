package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Secret;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.ScanListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a surface was seen, and what could not be: a report that hides nothing.
 *
 * <p>It listens to a scan, and {@link AzureSurface#watchedBy} tells it what is seen. It keeps a count
 * for each type of resource and each gap with its reason, and no value. Thread-safe.
 */
public final class Coverage implements ScanListener {
  private final Map<String, Count> types = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final List<Gap> gaps = new ArrayList<>();
  private final Set<String> missing = new TreeSet<>();
  private long scanned;
  private long skipped;
  private long refused;
  private long failed;
  private long references;

  /** Starts a coverage of nothing. */
  public Coverage() {}

  /** What is counted of one type. */
  private static final class Count {
    private long seen;
    private boolean known;
  }

  /**
   * Something that is there and was not scanned.
   *
   * @param address where
   * @param outcome why: {@link Outcome.Skipped}, {@link Outcome.Refused} or {@link Outcome.Failed}
   */
  public record Gap(String address, Outcome outcome) {}

  /**
   * How many resources of a type were seen.
   *
   * @param type the type
   * @param seen how many
   * @param known whether there is a kind that says what to read of it beside its tags
   */
  public record Seen(String type, long seen, boolean known) {}

  @Override
  public void found(Finding finding, Secret secret) {
    // Findings are an inventory's business.
  }

  @Override
  public synchronized void finished(String address, Outcome outcome) {
    if (outcome instanceof Outcome.Scanned) {
      scanned++;
      return;
    }
    if (outcome instanceof Outcome.Skipped) {
      skipped++;
    } else if (outcome instanceof Outcome.Refused one) {
      refused++;
      missing.add(one.permission());
    } else {
      failed++;
    }
    gaps.add(new Gap(address, outcome));
  }

  synchronized void seen(ResourceId id, boolean known) {
    Count count = types.computeIfAbsent(id.type(), type -> new Count());
    count.seen++;
    count.known = known;
  }

  synchronized void referred(String address, String name) {
    references++;
  }

  /** Returns how many resources of each type were seen, in the order of the types. */
  public synchronized List<Seen> types() {
    return types.entrySet().stream()
        .map(one -> new Seen(one.getKey(), one.getValue().seen, one.getValue().known))
        .toList();
  }

  /** Returns how many resources were seen. */
  public synchronized long seen() {
    return types.values().stream().mapToLong(count -> count.seen).sum();
  }

  /** Returns how many contents were scanned to their end. */
  public synchronized long scanned() {
    return scanned;
  }

  /** Returns how many values only said where a secret is, or hid it. */
  public synchronized long references() {
    return references;
  }

  /** Returns what was not scanned, in the order in which it was met. */
  public synchronized List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /** Returns the actions that were missing, in order. */
  public synchronized Set<String> missing() {
    return new TreeSet<>(missing);
  }

  /**
   * Returns the least role that would have closed the gaps for which a permission was missing, in the
   * JSON form that {@code az role definition create --role-definition} takes.
   *
   * @param name the name of the role
   * @param scopes where it may be assigned, for example {@code /subscriptions/…}
   */
  public synchronized String role(String name, String... scopes) {
    return Permissions.role(
        name, "What Rekey was refused when it looked for secrets.", missing, List.of(scopes));
  }

  /** Returns the report as JSON. */
  public synchronized String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode contents = json.putObject("contents");
    contents.put("scanned", scanned);
    contents.put("skipped", skipped);
    contents.put("refused", refused);
    contents.put("failed", failed);
    json.put("references", references);
    types.forEach((type, count) -> json.withArray("resources")
        .addObject()
        .put("type", type)
        .put("seen", count.seen)
        .put("known", count.known));
    missing.forEach(json.withArray("missingActions")::add);
    if (!gaps.isEmpty()) {
      write(json.putArray("gaps"), gaps);
    }
    return json.toPrettyString();
  }

  static void write(ArrayNode into, List<Gap> gaps) {
    for (Gap gap : gaps) {
      ObjectNode one = into.addObject();
      one.put("address", gap.address());
      one.put("outcome", gap.outcome().getClass().getSimpleName().toLowerCase(Locale.ROOT));
      one.put("why", why(gap.outcome()));
    }
  }

  static String why(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused) {
      return "the caller lacks the action " + refused.permission();
    }
    return outcome instanceof Outcome.Skipped skipped
        ? skipped.why()
        : outcome instanceof Outcome.Failed failed ? failed.why() : "";
  }

  /** Returns a page for people: counts, what is not known, what was refused and what would help. */
  public synchronized String toText() {
    StringBuilder text = new StringBuilder();
    text.append(seen()).append(" resources seen; contents: ").append(scanned).append(" scanned, ");
    text.append(skipped).append(" skipped, ").append(refused).append(" refused, ");
    text.append(failed).append(" failed; ").append(references).append(" values are references\n");
    types.forEach((type, count) -> {
      if (!count.known) {
        text.append("only the tags were read of ")
            .append(count.seen)
            .append(' ')
            .append(type);
        text.append('\n');
      }
    });
    missing.forEach(action -> text.append("missing: ").append(action).append('\n'));
    for (Gap gap : gaps) {
      text.append(gap.address()).append(": ").append(why(gap.outcome())).append('\n');
    }
    return text.toString();
  }

  /** Returns the counts. */
  @Override
  public synchronized String toString() {
    return seen() + " resources, " + gaps.size() + " gaps";
  }
}
