package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the expiry, in UTC, that API Management writes into what it signs: the password of its Git
 * repository, and the tokens of its management API and its gateways, in their short form and in the
 * one with names.
 */
final class GitPasswordCheck implements Check {
  private static final Pattern EXPIRY =
      Pattern.compile("[A-Za-z0-9_-]{1,80}&(\\d{4})(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)&.*");

  private static final Pattern NAMED =
      Pattern.compile("[^&]*&ex=(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d)?)[0-9.]*Z?&.*");

  @Override
  public Result check(Candidate candidate) {
    String text = new String(candidate.bytes(), StandardCharsets.ISO_8859_1);
    Matcher expiry = EXPIRY.matcher(text);
    if (expiry.matches()) {
      return expires(expiry.replaceFirst("$1-$2-$3T$4:$5:00Z"));
    }
    Matcher named = NAMED.matcher(text);
    return named.matches() ? expires(named.replaceFirst("$1Z")) : Result.NOTHING;
  }

  private static Result expires(String instant) {
    return new Result(Checksum.NONE, Map.of("expires", instant));
  }
}
