package dev.rekey.detect.exposure;

import dev.rekey.detect.Severity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a credential may do, as a share of the worst, and why.
 *
 * <p>The severity of its rule says what its kind can do. What is written in the credential, or beside
 * it, may say that this one can do less: a shared access signature names its permissions, its scope and
 * its expiry (learn.microsoft.com/rest/api/storageservices/create-service-sas), an authorization rule is
 * often named after its rights. What is not said counts as the worst.
 *
 * @param percent 0 to 100
 * @param reason in words
 */
record Privilege(int percent, String reason) {
  private static final int LIMITED = 50;
  private static final int SCOPED = 75;

  /** Of a storage SAS: read, list, get tags, and all else changes something. */
  private static final Pattern READS_ONLY = Pattern.compile("[rltfi]+");

  private static final Pattern LIMITED_NAME =
      Pattern.compile("listen(?:er)?|send(?:er)?|read(?:er|only)?|query|device|monitor");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])");

  static Privilege of(Credential credential, Instant now) {
    Map<String, String> known = credential.attributes();
    String what = credential.severity() + ": " + credential.label();
    Optional<Instant> expires =
        Optional.ofNullable(known.get("expires")).flatMap(Privilege::moment);
    if (expires.isPresent() && expires.get().isBefore(now)) {
      return new Privilege(0, what + ", which expired on " + day(expires.get()));
    }
    int full = percent(credential.severity());
    String permissions = known.getOrDefault("permissions", "");
    String kind = known.getOrDefault("kind", "");
    if (!permissions.isEmpty() && !kind.isEmpty()) {
      return signature(permissions, kind.equals("account"), full, what);
    }
    String policy = known.getOrDefault("policy", "");
    if (policy.equalsIgnoreCase("RootManageSharedAccessKey")) {
      return new Privilege(full, what + ", of the rule that manages all");
    }
    Optional<String> limited = BETWEEN_WORDS
        .splitAsStream(policy)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .filter(word -> LIMITED_NAME.matcher(word).matches())
        .findFirst();
    return limited
        .map(word ->
            new Privilege(full * LIMITED / 100, what + ", of a rule whose name says " + word))
        .orElseGet(() -> new Privilege(full, what));
  }

  private static Privilege signature(String permissions, boolean account, int full, String what) {
    boolean reads = READS_ONLY.matcher(permissions).matches();
    int percent = full * (reads ? LIMITED : 100) / 100 * (account ? 100 : SCOPED) / 100;
    return new Privilege(
        percent,
        what
            + (reads ? ", which only reads" : ", which may change things")
            + (account ? " in the whole account" : " in a part of the account"));
  }

  /** The share of the points, in percent. */
  private static int percent(Severity severity) {
    return switch (severity) {
      case LOW -> 25;
      case MEDIUM -> 50;
      case HIGH -> 75;
      case CRITICAL -> 100;
    };
  }

  /** Whether it has been valid for a quarter of a year or more: yes unless it is known to be younger. */
  static Signal old(Credential credential, Instant now) {
    String created = credential.attributes().getOrDefault("created", "");
    try {
      Instant first =
          YearMonth.parse(created).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      return first.isAfter(now.minus(90, ChronoUnit.DAYS))
          ? Signal.no("it was made in " + created)
          : Signal.yes("it was made in " + created);
    } catch (DateTimeException unsaid) {
      return Signal.unknown("nothing says when it was made");
    }
  }

  private static Optional<Instant> moment(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException another) {
      try {
        return Optional.of(LocalDate.parse(text.substring(0, Math.min(10, text.length())))
            .plusDays(1)
            .atStartOfDay(ZoneOffset.UTC)
            .toInstant());
      } catch (DateTimeException none) {
        return Optional.empty();
      }
    }
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }
}
