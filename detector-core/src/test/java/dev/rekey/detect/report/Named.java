package dev.rekey.detect.report;

import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.MemorySource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A resource with one named setting that holds a token. */
final class Named {
  private Named() {}

  static ContentSource source(String address, String name, GeneratedSecrets samples) {
    byte[] bytes = samples.gitHubToken().getBytes(StandardCharsets.US_ASCII);
    AssetContext context = AssetContext.unknown("a test");
    return new MemorySource()
        .content(Content.of(address, context, () -> new ByteArrayInputStream(bytes))
            .withLineNames(List.of(name)));
  }
}
