package dev.rekey.detect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.rekey.detect.Checksum;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.Severity;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a SARIF log with one run: a rule for each kind of secret that was found, a result for each
 * finding, and how the scan went.
 *
 * <p>A result's {@code rank} is the priority of its exposure. Addresses become relative,
 * percent-encoded URIs; what stands in a cloud resource and not in a file has a made-up one, so that
 * code hosts show it, and its place as a logical location. {@code partialFingerprints} hold the
 * value's fingerprint and the address: a result stays the same one when lines move. The property
 * {@code security-severity} is what GitHub ranks by.
 *
 * <p>Format: Static Analysis Results Interchange Format (SARIF) 2.1.0, OASIS Standard. Immutable and
 * thread-safe.
 */
public final class SarifWriter implements ReportWriter {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
  private static final String VERSION = "2.1.0";
  private static final String FINGERPRINT = "rekeyFingerprint/v1";
  private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern(
          "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);

  /** Makes a writer. */
  public SarifWriter() {}

  @Override
  public void write(Inventory inventory, ScanReport report, Writer out) throws IOException {
    List<Exposure> exposures = inventory.ranked();
    Map<String, Finding> rules = rules(exposures);
    List<String> ids = new ArrayList<>(rules.keySet());
    try (JsonGenerator json = Json.generator(out)) {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter));
      json.writeStartObject();
      json.writeStringField("$schema", SCHEMA);
      json.writeStringField("version", VERSION);
      json.writeArrayFieldStart("runs");
      json.writeStartObject();
      writeTool(json, rules.values());
      writeInvocation(json, report);
      json.writeStringField("columnKind", "unicodeCodePoints");
      json.writeArrayFieldStart("results");
      Set<Sighting> written = new HashSet<>(); // Two keys may have one companion.
      for (Exposure exposure : exposures) {
        for (Sighting sighting : exposure.all()) {
          if (written.add(sighting)) {
            writeResult(json, sighting, exposure, ids.indexOf(sighting.finding().rule()));
          }
        }
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  /** A finding of each rule, by id: what all findings of a rule have in common. */
  private static Map<String, Finding> rules(List<Exposure> exposures) {
    Map<String, Finding> rules = new TreeMap<>();
    for (Exposure exposure : exposures) {
      for (Sighting sighting : exposure.all()) {
        rules.putIfAbsent(sighting.finding().rule(), sighting.finding());
      }
    }
    return rules;
  }

  private static void writeTool(JsonGenerator json, Iterable<Finding> rules) throws IOException {
    json.writeObjectFieldStart("tool");
    json.writeObjectFieldStart("driver");
    json.writeStringField("name", "Rekey");
    json.writeArrayFieldStart("rules");
    for (Finding rule : rules) {
      json.writeStartObject();
      json.writeStringField("id", rule.rule());
      writeMessage(json, "shortDescription", capital(rule.label()) + ".");
      json.writeObjectFieldStart("defaultConfiguration");
      json.writeStringField("level", level(rule.severity()));
      json.writeEndObject();
      json.writeObjectFieldStart("properties");
      json.writeArrayFieldStart("tags");
      json.writeString("security");
      json.writeEndArray();
      json.writeStringField("security-severity", score(rule.severity()));
      json.writeStringField("severity", rule.severity().name());
      json.writeStringField("remedy", rule.remedy().name());
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeInvocation(JsonGenerator json, ScanReport report) throws IOException {
    Instant ended = report.started().plus(report.elapsed());
    json.writeArrayFieldStart("invocations");
    json.writeStartObject();
    json.writeBooleanField("executionSuccessful", !report.cancelled());
    json.writeStringField("startTimeUtc", UTC.format(report.started()));
    json.writeStringField("endTimeUtc", UTC.format(ended));
    if (report.cancelled() || report.refused() + report.failed() > 0) {
      // What was not read is said here too, or an empty list of results would look like a clean
      // one.
      json.writeArrayFieldStart("toolExecutionNotifications");
      json.writeStartObject();
      json.writeStringField("level", report.cancelled() ? "error" : "warning");
      writeMessage(json, "message", "Not everything was read. " + report + ".");
      json.writeEndObject();
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void writeResult(
      JsonGenerator json, Sighting sighting, Exposure exposure, int ruleIndex) throws IOException {
    Finding finding = sighting.finding();
    Place place = finding.place();
    json.writeStartObject();
    json.writeStringField("ruleId", finding.rule());
    json.writeNumberField("ruleIndex", ruleIndex);
    json.writeStringField("level", level(finding.severity()));
    writeMessage(json, "message", message(finding, exposure));
    json.writeNumberField("rank", exposure.priority().score());
    json.writeArrayFieldStart("locations");
    writeLocation(json, sighting);
    json.writeEndArray();
    json.writeObjectFieldStart("partialFingerprints");
    json.writeStringField(FINGERPRINT, finding.fingerprint() + ":" + entry(place));
    json.writeEndObject();
    json.writeObjectFieldStart("properties");
    json.writeNumberField("confidence", finding.confidence());
    json.writeStringField("checksum", finding.checksum().name());
    json.writeStringField("redacted", finding.redacted());
    Json.writeSorted(json, "attributes", finding.attributes());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeLocation(JsonGenerator json, Sighting sighting) throws IOException {
    Place place = sighting.finding().place();
    Location location = place.location();
    boolean resource =
        !sighting.context().resource().isEmpty() || place.address().startsWith("/subscriptions/");
    String uri = uri(resource ? entry(place) : place.address());
    json.writeStartObject();
    if (!uri.isEmpty()) {
      json.writeObjectFieldStart("physicalLocation");
      json.writeObjectFieldStart("artifactLocation");
      json.writeStringField("uri", uri);
      json.writeEndObject();
      json.writeObjectFieldStart("region");
      json.writeNumberField("startLine", location.line());
      json.writeNumberField("startColumn", location.column());
      json.writeNumberField("byteOffset", location.start());
      json.writeNumberField("byteLength", location.end() - location.start());
      json.writeEndObject();
      json.writeEndObject();
    }
    if (resource || !place.name().isEmpty() || uri.isEmpty()) {
      json.writeArrayFieldStart("logicalLocations");
      json.writeStartObject();
      json.writeStringField("fullyQualifiedName", place.toString());
      json.writeStringField("kind", "resource");
      json.writeEndObject();
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static String message(Finding finding, Exposure exposure) {
    int others = exposure.places().size() - 1;
    String elsewhere = switch (others) {
      case 0 -> "";
      case 1 -> " The same value stands at one other place.";
      default -> " The same value stands at " + others + " other places.";
    };
    String checksum = finding.checksum() == Checksum.NONE
        ? ""
        : "; its checksum is " + finding.checksum().name().toLowerCase(Locale.ROOT);
    return capital(finding.label())
        + " stands here: "
        + finding.redacted()
        + checksum
        + "."
        + elsewhere
        + advice(finding.remedy());
  }

  private static String advice(Remedy remedy) {
    return switch (remedy) {
      case ROTATE -> " Rotate it: its issuer can make a new one and end this one.";
      case REVOKE -> " Revoke it: its issuer can end it.";
      case GUIDED -> " Replace it where it was issued; a person must do that.";
    };
  }

  /** Braces stand for arguments in SARIF's messages unless doubled (section 3.11.5). */
  private static void writeMessage(JsonGenerator json, String field, String text)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeStringField("text", text.replace("{", "{{").replace("}", "}}"));
    json.writeEndObject();
  }

  private static String entry(Place place) {
    return place.name().isEmpty() ? place.address() : place.address() + "/" + place.name();
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case LOW -> "note";
      case MEDIUM -> "warning";
      case HIGH, CRITICAL -> "error";
    };
  }

  /** The middle of the range of CVSS scores that has the severity's name. */
  private static String score(Severity severity) {
    return switch (severity) {
      case LOW -> "2.0";
      case MEDIUM -> "5.5";
      case HIGH -> "8.0";
      case CRITICAL -> "9.5";
    };
  }

  /** A relative reference: everything but unreserved characters and slashes is encoded (RFC 3986). */
  private static String uri(String address) {
    StringBuilder uri = new StringBuilder();
    for (byte b : address.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c == '/' && uri.isEmpty()) {
        continue; // A leading slash would lead out of what was scanned.
      }
      if (c == '/' || isUnreserved(c)) {
        uri.append(c);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return uri.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static String capital(String label) {
    int first = label.offsetByCodePoints(0, label.isEmpty() ? 0 : 1);
    return label.substring(0, first).toUpperCase(Locale.ROOT) + label.substring(first);
  }
}
