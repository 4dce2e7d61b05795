package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the algorithm, the issuer and the expiry of a JSON Web Token, and knows what is none.
 *
 * <p>Source: RFC 7515, section 3, and RFC 7519, section 4.1. The signature needs a key and is not
 * verified. As a suppressor it rejects what has the shape of a token and no header.
 */
final class JwtCheck implements Check, Suppressor {
  private static final Pattern ALGORITHM =
      Pattern.compile("\"alg\"\\s*:\\s*\"([A-Za-z0-9]{1,16})\"");
  private static final Pattern EXPIRY = Pattern.compile("\"exp\"\\s*:\\s*([0-9]{1,11})");
  private static final Pattern ISSUER =
      Pattern.compile("\"iss\"\\s*:\\s*\"([!-~&&[^\"\\\\]]{1,128})\"");

  @Override
  public Optional<String> reason(Candidate candidate) {
    Optional<String> header = part(candidate, 0);
    return header.isPresent() && ALGORITHM.matcher(header.get()).find()
        ? Optional.empty()
        : Optional.of("its header is not that of a JSON Web Token");
  }

  @Override
  public Result check(Candidate candidate) {
    Map<String, String> attributes = new HashMap<>();
    part(candidate, 0)
        .flatMap(header -> first(ALGORITHM, header))
        .ifPresent(algorithm -> attributes.put("algorithm", algorithm));
    Optional<String> claims = part(candidate, 1);
    claims
        .flatMap(text -> first(ISSUER, text))
        .ifPresent(issuer -> attributes.put("issuer", issuer));
    claims
        .flatMap(text -> first(EXPIRY, text))
        .flatMap(JwtCheck::instant)
        .ifPresent(expiry -> attributes.put("expires", expiry));
    return new Result(Checksum.NONE, attributes);
  }

  private static Optional<String> part(Candidate candidate, int index) {
    String[] parts = new String(candidate.bytes(), StandardCharsets.ISO_8859_1).split("\\.", -1);
    if (index >= parts.length) {
      return Optional.empty();
    }
    try {
      String json = new String(Base64.getUrlDecoder().decode(parts[index]), StandardCharsets.UTF_8);
      return json.startsWith("{") && json.endsWith("}") ? Optional.of(json) : Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static Optional<String> instant(String seconds) {
    try {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)).toString());
    } catch (DateTimeException beyond) {
      return Optional.empty();
    }
  }
}
