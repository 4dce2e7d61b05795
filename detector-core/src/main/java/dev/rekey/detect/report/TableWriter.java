package dev.rekey.detect.report;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Priority;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes the ranked inventory for people, in 100 columns.
 *
 * <p>Each exposure is a block: what it is and how urgent, each factor of that in words, the places,
 * what else was found that belongs to it, the redacted value with its checksum's verdict, and the resource that issued it, where the caller
 * knows. The last line is the scan's summary. Control characters, which an address may hold, are
 * shown as escapes, so that no text from the outside can move the cursor or reorder a line.
 *
 * <p>Immutable and thread-safe, if the function for issuers is.
 */
public final class TableWriter implements ReportWriter {
  private static final int COLUMNS = 100;
  private static final String MARGIN = "          "; // as wide as a headline's number and score
  private static final int TITLE = 10;

  private final int placesShown;
  private final Function<Exposure, Optional<String>> issuer;

  private TableWriter(Builder builder) {
    this.placesShown = builder.placesShown;
    this.issuer = builder.issuer;
  }

  /** Starts a writer. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void write(Inventory inventory, ScanReport report, Writer out) throws IOException {
    List<Exposure> exposures = inventory.ranked();
    long places = exposures.stream().mapToLong(e -> e.places().size()).sum();
    out.write(
        exposures.isEmpty()
            ? "No exposed credential was found.\n"
            : counted(exposures.size(), "exposed credential")
                + " at "
                + counted(places, "place")
                + ", the most urgent first\n");
    int number = 0;
    for (Exposure exposure : exposures) {
      out.write('\n');
      number++;
      writeBlock(number, exposure, out);
    }
    out.write('\n');
    wrap("", "", report.toString(), out);
    out.flush();
  }

  private void writeBlock(int number, Exposure exposure, Writer out) throws IOException {
    Credential credential = exposure.credential();
    String headline =
        String.format(Locale.ROOT, "%3d. %3d  ", number, exposure.priority().score());
    wrap(
        headline,
        MARGIN,
        credential.severity()
            + "  "
            + credential.label()
            + "  →  "
            + credential.remedy().name().toLowerCase(Locale.ROOT),
        out);
    String title = "why";
    for (Priority.Factor factor : exposure.priority().factors()) {
      String points = String.format(Locale.ROOT, "%+3d %-12s", factor.points(), factor.name());
      line(title, points, factor.reason(), out);
      title = "";
    }
    writePlaces(exposure.places(), out);
    writeCompanions(exposure, out);
    line("value", "", credential.redacted() + verdict(credential.checksum()), out);
    Optional<String> issuedBy = issuer.apply(exposure);
    if (issuedBy.isPresent()) {
      line("issuer", "", issuedBy.get(), out);
    }
  }

  private void writePlaces(List<Place> places, Writer out) throws IOException {
    line("where", "", "one credential, " + counted(places.size(), "place"), out);
    int shown = Math.min(placesShown, places.size());
    for (Place place : places.subList(0, shown)) {
      line("", "", place.toString(), out);
    }
    if (shown < places.size()) {
      line("", "", "and " + (places.size() - shown) + " more", out);
    }
  }

  private static void writeCompanions(Exposure exposure, Writer out) throws IOException {
    Map<String, Long> places = exposure.companions().stream()
        .map(Sighting::finding)
        .collect(Collectors.groupingBy(Finding::label, TreeMap::new, Collectors.counting()));
    String title = "with";
    for (Map.Entry<String, Long> companion : places.entrySet()) {
      line(title, "", companion.getKey() + ", at " + counted(companion.getValue(), "place"), out);
      title = "";
    }
  }

  private static String verdict(Checksum checksum) {
    return switch (checksum) {
      case VALID -> "  its checksum is valid: an issuer made it";
      case INVALID -> "  its checksum is wrong: mistyped or made up";
      case NONE -> "  it carries no checksum";
    };
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** Writes a text under a title; what precedes the text keeps its columns when it wraps. */
  private static void line(String title, String before, String text, Writer out)
      throws IOException {
    String start = MARGIN + title + " ".repeat(TITLE - title.length()) + before;
    wrap(start, " ".repeat(start.length()), text, out);
  }

  private static void wrap(String first, String next, String text, Writer out) throws IOException {
    String start = first;
    for (String line : Printable.wrapped(text, COLUMNS - first.length())) {
      out.write(start);
      out.write(line);
      out.write('\n');
      start = next;
    }
  }

  /** Collects the choices of a table. Not thread-safe. */
  public static final class Builder {
    private int placesShown = 5;
    private Function<Exposure, Optional<String>> issuer = exposure -> Optional.empty();

    private Builder() {}

    /**
     * Sets how many places of each exposure are listed; 5 if not set. The rest is counted.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder placesShown(int most) {
      if (most < 0) {
        throw new IllegalArgumentException("the number of places shown is negative: " + most);
      }
      placesShown = most;
      return this;
    }

    /** Sets what knows the resource that issued a credential; nothing does if not set. */
    public Builder issuer(Function<Exposure, Optional<String>> resource) {
      issuer = Objects.requireNonNull(resource, "resource");
      return this;
    }

    /** Returns the writer. */
    public TableWriter build() {
      return new TableWriter(this);
    }
  }
}
