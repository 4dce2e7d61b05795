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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads places where an exposed value was found once more. */
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

  /**
   * Returns where a value stands now in the content of a place where it was found; empty where that
   * can't be read. It never throws for a state of the world.
   */
  Optional<Set<Place>> standing(Fingerprint fingerprint, Place place) throws InterruptedException {
    Optional<Set<Place>> standing = Optional.empty();
    for (ContentSource source : sources) {
      Search search = new Search(fingerprint);
      try {
        source.reread(place, search);
      } catch (IOException | RuntimeException unreadable) {
        continue; // Another source may have it.
      }
      search.value.ifPresent(Secret::close);
      if (search.isRead && standing.map(Set::isEmpty).orElse(true)) {
        standing = Optional.of(search.places);
      }
    }
    return standing;
  }

  private final class Search implements ContentSource.Sink {
    private final Fingerprint fingerprint;
    private final Set<Place> places = new LinkedHashSet<>();
    private Optional<Secret> value = Optional.empty();
    private boolean isRead;

    Search(Fingerprint fingerprint) {
      this.fingerprint = fingerprint;
    }

    @Override
    public void accept(Content content) {
      try (InputStream in = content.open()) {
        detector.detect(in, content.address(), (finding, secret) -> {
          if (!finding.fingerprint().equals(fingerprint)) {
            return;
          }
          Place place = finding.place();
          places.add(place.named(content.nameOf(place.location().line())));
          if (value.isEmpty()) {
            value = Optional.of(secret.copy());
          }
        });
        isRead = true;
      } catch (IOException unreadable) {
        // Not found here, as for a gap.
      }
    }

    @Override
    public void gap(String address, Outcome outcome) {}
  }
}
