package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the user in the credentials of HTTP's Basic scheme, and knows what is none.
 *
 * <p>Source: RFC 7617, section 2: the base-64 form of {@code user:password}, without control
 * characters. The same form is used in files, as those of Docker and npm. As a suppressor it rejects
 * what does not decode to that, or to a password that a manual shows.
 */
final class BasicCheck implements Check, Suppressor {
  private static final int LONGEST_USER = 128;

  /** What is shorter is of a test: {@code foo:bar}. */
  private static final int SHORTEST_PASSWORD = 4;

  /** The user of the example of RFC 7617. */
  private static final String SAMPLE = "aladdin";

  @Override
  public Optional<String> reason(Candidate candidate) {
    return SampleSuppressor.published(candidate).or(() -> reasonWithin(candidate));
  }

  private static Optional<String> reasonWithin(Candidate candidate) {
    byte[] decoded = decoded(candidate);
    try {
      int colon = colon(decoded);
      if (colon < 0 || decoded.length - colon - 1 < SHORTEST_PASSWORD) {
        return Optional.of("it doesn't decode to a user and a password");
      }
      String user = new String(decoded, 0, colon, StandardCharsets.UTF_8);
      if (SAMPLE.equalsIgnoreCase(user)) {
        return Optional.of("a published sample");
      }
      byte[] password = Arrays.copyOfRange(decoded, colon + 1, decoded.length);
      byte[] before = Arrays.copyOf(decoded, colon + 1);
      Candidate inner = new Candidate(candidate.rule(), password, before);
      try {
        return Suppressors.placeholder(inner)
            .or(() -> Suppressors.reference(inner))
            .or(() -> DefaultPassword.reason(inner));
      } finally {
        Arrays.fill(password, (byte) 0);
      }
    } finally {
      Arrays.fill(decoded, (byte) 0);
    }
  }

  @Override
  public Result check(Candidate candidate) {
    byte[] decoded = decoded(candidate);
    int colon = colon(decoded);
    String user = new String(decoded, 0, Math.max(colon, 0), StandardCharsets.UTF_8);
    Arrays.fill(decoded, (byte) 0);
    return user.isEmpty() || user.length() > LONGEST_USER
        ? Result.NOTHING
        : new Result(Checksum.NONE, Map.of("user", user));
  }

  /** The index of the colon after the user, or -1 where this is no text of that form. */
  private static int colon(byte[] decoded) {
    int colon = -1;
    for (int i = 0; i < decoded.length; i++) {
      int c = decoded[i] & 0xff;
      if (c < 0x20 || c == 0x7f) {
        return -1;
      }
      if (c == ':' && colon < 0) {
        colon = i;
      }
    }
    return colon;
  }

  private static byte[] decoded(Candidate candidate) {
    try {
      return Base64.getDecoder().decode(candidate.bytes());
    } catch (IllegalArgumentException malformed) {
      return new byte[0];
    }
  }
}
