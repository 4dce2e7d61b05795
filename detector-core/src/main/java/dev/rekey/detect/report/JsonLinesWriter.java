package dev.rekey.detect.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Location;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes one JSON object for each finding, each on a line of its own.
 *
 * <p>The fields of version 1, in this order: {@code version}, {@code rule}, {@code severity}, {@code
 * path} (the address of the place), {@code name} (only where the place has one), {@code line},
 * {@code column}, {@code startByte}, {@code endByte}, {@code confidence}, {@code checksum}, {@code
 * redacted}, {@code fingerprint} ({@code keyId:hex}), {@code label}, {@code remedy}, {@code priority}
 * (the score of its exposure), {@code attributes} (an object, its names sorted). Enumerations stand
 * by their constants' names. Later versions may add fields at the end. The scan's report is not
 * written.
 *
 * <p>Immutable and thread-safe.
 */
public final class JsonLinesWriter implements ReportWriter {
  private static final int VERSION = 1;

  /** Makes a writer. */
  public JsonLinesWriter() {}

  @Override
  public void write(Inventory inventory, ScanReport report, Writer out) throws IOException {
    try (JsonGenerator json = Json.generator(out)) {
      json.setRootValueSeparator(new SerializedString("\n"));
      Set<Sighting> written = new HashSet<>(); // Two keys may have one companion.
      for (Exposure exposure : inventory.ranked()) {
        for (Sighting sighting : exposure.all()) {
          if (written.add(sighting)) {
            write(json, sighting.finding(), exposure.priority().score());
          }
        }
      }
      if (!written.isEmpty()) {
        json.writeRaw('\n');
      }
    }
  }

  private static void write(JsonGenerator json, Finding finding, int priority) throws IOException {
    Location location = finding.place().location();
    json.writeStartObject();
    json.writeNumberField("version", VERSION);
    json.writeStringField("rule", finding.rule());
    json.writeStringField("severity", finding.severity().name());
    json.writeStringField("path", finding.place().address());
    if (!finding.place().name().isEmpty()) {
      json.writeStringField("name", finding.place().name());
    }
    json.writeNumberField("line", location.line());
    json.writeNumberField("column", location.column());
    json.writeNumberField("startByte", location.start());
    json.writeNumberField("endByte", location.end());
    json.writeNumberField("confidence", finding.confidence());
    json.writeStringField("checksum", finding.checksum().name());
    json.writeStringField("redacted", finding.redacted());
    json.writeStringField("fingerprint", finding.fingerprint().toString());
    json.writeStringField("label", finding.label());
    json.writeStringField("remedy", finding.remedy().name());
    json.writeNumberField("priority", priority);
    Json.writeSorted(json, "attributes", finding.attributes());
    json.writeEndObject();
  }
}
