package dev.rekey.detect.scan;

import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.AssetContext;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A source of contents that a test spells out. */
public final class MemorySource implements ContentSource {
  private interface Step {
    void hand(Sink sink) throws InterruptedException;
  }

  private static final AssetContext CONTEXT = AssetContext.unknown("a test knows nothing");

  private final List<Step> steps = new ArrayList<>();

  public MemorySource() {}

  public MemorySource content(String address, String text) {
    return content(address, CONTEXT, text);
  }

  public MemorySource content(String address, AssetContext context, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return content(Content.of(address, context, () -> new ByteArrayInputStream(bytes)));
  }

  public MemorySource opening(String address, Content.Opening opening) {
    return content(Content.of(address, CONTEXT, opening));
  }

  public MemorySource content(Content content) {
    steps.add(sink -> sink.accept(content));
    return this;
  }

  public MemorySource gap(String address, Outcome outcome) {
    steps.add(sink -> sink.gap(address, outcome));
    return this;
  }

  @Override
  public void read(Sink sink) throws InterruptedException {
    for (Step step : steps) {
      step.hand(sink);
    }
  }

  @Override
  public void reread(Place place, Sink sink) {
    throw new UnsupportedOperationException("these tests read once");
  }
}
