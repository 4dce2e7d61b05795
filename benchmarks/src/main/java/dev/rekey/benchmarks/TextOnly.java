package dev.rekey.benchmarks;

import dev.rekey.detect.Place;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.io.InputStream;

/**
 * A source without its binary contents, those with a zero byte in their first 8 KiB: a figure for each
 * megabyte would look better with images among the text.
 */
final class TextOnly implements ContentSource {
  private static final int HEAD = 8 * 1024;

  private final ContentSource source;

  TextOnly(ContentSource source) {
    this.source = source;
  }

  @Override
  public void read(Sink sink) throws IOException, InterruptedException {
    source.read(new Filter(sink));
  }

  @Override
  public void reread(Place place, Sink sink) throws IOException, InterruptedException {
    source.reread(place, new Filter(sink));
  }

  private record Filter(Sink sink) implements Sink {
    @Override
    public void accept(Content content) throws InterruptedException {
      if (isBinary(content)) {
        sink.gap(content.address(), new Outcome.Skipped("binary"));
      } else {
        sink.accept(content);
      }
    }

    @Override
    public void gap(String address, Outcome outcome) {
      sink.gap(address, outcome);
    }

    /** What can't be read here can't be read by the scan either, which says why. */
    private static boolean isBinary(Content content) {
      try (InputStream in = content.open()) {
        for (byte b : in.readNBytes(HEAD)) {
          if (b == 0) {
            return true;
          }
        }
        return false;
      } catch (IOException unreadable) {
        return false;
      }
    }
  }
}
