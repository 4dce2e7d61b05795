package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * Tells the host that a PyPI token was made for, from the header of the macaroon in it.
 *
 * <p>Source: the binary format of macaroons, version 2 ({@code libmacaroons/doc/format.txt}): the byte
 * 2, then fields of a type, a length and a value, of which the location is the first. The signature
 * needs the issuer's key and can't be verified offline.
 */
final class PyPiTokenCheck implements Check {
  private static final String PREFIX = "pypi-";
  private static final byte VERSION = 2;
  private static final byte LOCATION = 1;

  /** Base64 characters that hold a location of any length that PyPI has. */
  private static final int HEADER = 64;

  @Override
  public Result check(Candidate candidate) {
    if (candidate.length() <= PREFIX.length()) {
      return Result.NOTHING;
    }
    int end = Math.min(candidate.length(), PREFIX.length() + HEADER);
    byte[] header;
    try {
      header = Base64.getUrlDecoder()
          .decode(Arrays.copyOfRange(candidate.bytes(), PREFIX.length(), end));
    } catch (IllegalArgumentException malformed) {
      return Result.NOTHING;
    }
    if (header.length < 3 || header[0] != VERSION || header[1] != LOCATION) {
      return Result.NOTHING;
    }
    int length = header[2];
    return length < 1 || 3 + length > header.length
        ? Result.NOTHING
        : new Result(
            Checksum.NONE,
            Map.of("host", new String(header, 3, length, StandardCharsets.ISO_8859_1)));
  }
}
