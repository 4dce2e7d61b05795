package dev.rekey.detect.report;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.MemorySource;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Inventories to write, made by real scans of generated secrets. */
final class Reports {
  static final String SITE =
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop"
          + "/providers/Microsoft.Web/sites/checkout/config/appsettings";
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  final Inventory inventory = new Inventory();
  final ScanReport report;

  private Reports(ContentSource source) throws IOException {
    report = SecretScanner.using(DETECTOR)
        .clock(Clock.fixed(NOON, ZoneOffset.UTC))
        .build()
        .scan(source, inventory);
  }

  static Reports of(ContentSource source) throws IOException {
    return new Reports(source);
  }

  /** Three exposures: a shared storage key, a token in a cloud resource, a password. */
  static Reports estate(long seed) throws IOException {
    GeneratedSecrets samples = new GeneratedSecrets(seed);
    String key = samples.storageKey();
    MemorySource source = new MemorySource();
    for (int i = 1; i <= 7; i++) {
      source.content("service-" + i + "/application.yaml", "key: x\nstorage: " + key);
    }
    AssetContext site = new AssetContext(
        "tenant",
        SITE,
        Signal.no("its tag environment is test"),
        Signal.yes("its firewall allows all networks"),
        Signal.unknown("role assignments were not read"));
    source.content(SITE, site, samples.gitHubToken());
    source.content("web/config.json", "{\"password\": \"" + samples.password() + "\"}");
    return of(source);
  }

  String written(ReportWriter writer) throws IOException {
    StringWriter out = new StringWriter();
    writer.write(inventory, report, out);
    return out.toString();
  }
}
