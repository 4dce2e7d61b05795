package dev.rekey.benchmarks.compare;

import dev.rekey.benchmarks.FirstFinding;
import dev.rekey.benchmarks.SourceLikeText;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Finds a token in each MiB of a long generated stream with all built-in rules, in a JVM with as
 * little heap as it was given; exits with 0 if it found all of them.
 *
 * <p>The argument is the length of the stream in MiB.
 */
final class LongStream {
  private static final int MIB = 1 << 20;

  private LongStream() {}

  public static void main(String[] args) throws IOException {
    long times = Long.parseLong(args[0]);
    long[] found = new long[1];
    Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build()
        .detect(new RepeatedText(text(), times), "", (finding, secret) -> found[0]++);
    System.exit(found[0] == times ? 0 : 1);
  }

  /** One MiB, with near misses in it and a token at its end. */
  static byte[] text() {
    byte[] token = FirstFinding.text().getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream text = new ByteArrayOutputStream(MIB);
    text.writeBytes(SourceLikeText.of(MIB - token.length - 1, 4096, 42));
    text.write('\n');
    text.writeBytes(token);
    return text.toByteArray();
  }
}
