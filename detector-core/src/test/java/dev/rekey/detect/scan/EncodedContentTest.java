package dev.rekey.detect.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FewRules;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.Location;
import dev.rekey.detect.Note;
import dev.rekey.detect.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scan of files in several encodings says where in the files the secrets are. */
class EncodedContentTest {
  private static final Detector DETECTOR =
      Detector.builder(FewRules.ALL).fingerprintKey(FingerprintKey.random()).build();

  @TempDir
  private Path folder;

  /** What a listener heard of each file. */
  private static final class Heard implements ScanListener {
    final Map<String, Location> locations = new HashMap<>();
    final List<String> fingerprints = new ArrayList<>();
    final Map<String, Outcome> outcomes = new HashMap<>();

    @Override
    public void found(Finding finding, Secret secret) {
      locations.put(finding.place().address(), finding.place().location());
      fingerprints.add(finding.fingerprint().toString());
    }

    @Override
    public void finished(String address, Outcome outcome) {
      outcomes.put(address, outcome);
    }
  }

  @Test
  void the_same_secret_is_found_at_the_bytes_of_each_encoding() throws IOException {
    String text = "# Zugänge 🎉\r\n  token: " + new GeneratedSecrets(1).gitHubToken() + "\r\n";
    Files.writeString(folder.resolve("plain"), text);
    Files.writeString(folder.resolve("marked"), "\ufeff" + text);
    Files.writeString(folder.resolve("little"), "\ufeff" + text, StandardCharsets.UTF_16LE);
    Files.writeString(folder.resolve("big"), "\ufeff" + text, StandardCharsets.UTF_16BE);
    Files.writeString(folder.resolve("unmarked"), text, StandardCharsets.UTF_16LE);
    Heard heard = new Heard();

    SecretScanner.using(DETECTOR).build().scan(Sources.directory(folder), heard);

    assertThat(heard.locations)
        .isEqualTo(Map.of(
            "plain", new Location(26, 66, 2, 10),
            "marked", new Location(29, 69, 2, 10),
            "little", new Location(48, 128, 2, 10),
            "big", new Location(48, 128, 2, 10)));
    assertThat(heard.fingerprints).hasSize(4).containsOnly(heard.fingerprints.get(0));
    assertThat(heard.outcomes.get("little"))
        .isEqualTo(new Outcome.Scanned(Files.size(folder.resolve("little")), 1, List.of()));
    assertThat(((Outcome.Scanned) heard.outcomes.get("unmarked")).notes())
        .extracting(Note::kind)
        .containsExactly(Note.Kind.UNDECODED);
  }

  @Test
  void a_limit_within_a_unit_ends_the_content_and_loses_nothing_before() throws IOException {
    String text = "\ufefftoken " + new GeneratedSecrets(2).gitHubToken() + "\n" + "é".repeat(99);
    Files.writeString(folder.resolve("little"), text, StandardCharsets.UTF_16LE);
    Heard heard = new Heard();

    SecretScanner.using(DETECTOR)
        .limits(new Limits(101, 10))
        .build()
        .scan(Sources.directory(folder), heard);

    assertThat(heard.locations).containsEntry("little", new Location(14, 94, 1, 7));
    assertThat(((Outcome.Scanned) heard.outcomes.get("little")).bytes()).isEqualTo(101);
  }
}
