package dev.rekey.rotation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Several sources as one; {@link UsageSource#of} says how. */
record JoinedUsage(List<UsageSource> sources) implements UsageSource {
  @Override
  public Usage usesOf(SecretIssuer issuer, String slot, Snapshot.Slot held, Instant since)
      throws RotationException {
    List<String> unknown = new ArrayList<>();
    Optional<Usage.Later> latest = Optional.empty();
    boolean counted = false;
    long count = 0;
    Set<String> callers = new LinkedHashSet<>();
    boolean nameless = false;
    for (UsageSource source : sources) {
      Usage usage = source.usesOf(issuer, slot, held, since);
      if (usage instanceof Usage.Counted known) {
        counted = true;
        count += known.count();
        callers.addAll(known.callers());
        nameless |= known.count() > 0 && known.callers().isEmpty();
      } else if (usage instanceof Usage.Later later) {
        if (latest.filter(other -> !later.until().isAfter(other.until())).isEmpty()) {
          latest = Optional.of(later);
        }
      } else if (usage instanceof Usage.Unknown none) {
        unknown.add(none.why());
      }
    }
    if (latest.isPresent()) {
      return latest.get();
    }
    if (!counted) {
      return unknown.isEmpty()
          ? NONE.usesOf(issuer, slot, held, since)
          : new Usage.Unknown(String.join("; ", unknown));
    }
    // Who was seen without a name may be anybody: names of others would clear them.
    return new Usage.Counted(count, nameless ? List.of() : List.copyOf(callers));
  }
}
