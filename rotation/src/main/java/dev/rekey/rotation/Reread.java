package dev.rekey.rotation;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Place;
import dev.rekey.detect.Secret;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Reads an exposed value again from a place where it was found, and takes no other. */
final class Reread {
  private final Detector detector;
  private final List<ContentSource> sources;

  Reread(Detector detector, List<ContentSource> sources) {
    this.detector = detector;
    this.sources = sources;
  }

  /** Returns the value with a fingerprint from the first place that still has it. */
  Optional<Secret> value(Fingerprint fingerprint, List<Place> places) throws InterruptedException {
    for (Place place : places) {
      for (ContentSource source : sources) {
        Search search = new Search(fingerprint);
        try {
          source.reread(place, search);
        } catch (IOException gone) {
          continue; // Another source, or another place, may have it.
        }
        if (search.value.isPresent()) {
          return search.value;
        }
      }
    }
    return Optional.empty();
  }

  private final class Search implements ContentSource.Sink {
    private final Fingerprint fingerprint;
    private Optional<Secret> value = Optional.empty();

    Search(Fingerprint fingerprint) {
      this.fingerprint = fingerprint;
    }

    @Override
    public void accept(Content content) {
      try (InputStream in = content.open()) {
        detector.detect(in, content.address(), (finding, secret) -> {
          if (value.isEmpty() && finding.fingerprint().equals(fingerprint)) {
            value = Optional.of(secret.copy());
          }
        });
      } catch (IOException unreadable) {
        // Not found here, as for a gap.
      }
    }

    @Override
    public void gap(String address, Outcome outcome) {}
  }
}
