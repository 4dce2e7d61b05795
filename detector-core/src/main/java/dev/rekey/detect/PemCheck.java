package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Tells whether the private key in a PEM block is encrypted, and of what form it is. */
final class PemCheck implements Check {
  private static final String DASHES = "-----";
  private static final String BEGIN = DASHES + "BEGIN ";

  @Override
  public Result check(Candidate candidate) {
    String text = new String(candidate.bytes(), StandardCharsets.ISO_8859_1);
    int end = text.indexOf(DASHES, BEGIN.length());
    if (!text.startsWith(BEGIN) || end < 0) {
      return Result.NOTHING;
    }
    String form = text.substring(BEGIN.length(), end);
    // RFC 7468, section 11, and the older header of RFC 1421 that OpenSSL writes.
    boolean encrypted = form.startsWith("ENCRYPTED") || text.contains("Proc-Type: 4,ENCRYPTED");
    return new Result(
        Checksum.NONE, Map.of("keyKind", form, "encrypted", encrypted ? "yes" : "unknown"));
  }
}
