package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the expiry, in UTC, that API Management writes into the password of its Git repository. */
final class GitPasswordCheck implements Check {
  private static final Pattern EXPIRY =
      Pattern.compile("git&(\\d{4})(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)&.*");

  @Override
  public Result check(Candidate candidate) {
    Matcher expiry = EXPIRY.matcher(new String(candidate.bytes(), StandardCharsets.ISO_8859_1));
    return expiry.matches()
        ? new Result(Checksum.NONE, Map.of("expires", expiry.replaceFirst("$1-$2-$3T$4:$5:00Z")))
        : Result.NOTHING;
  }
}
