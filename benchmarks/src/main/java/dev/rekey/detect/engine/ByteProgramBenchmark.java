package dev.rekey.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A {@link ByteProgram} at one place: a score is millions of places a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ByteProgramBenchmark {
  private static final String TOKEN = "(?<secret>tok_[0-9A-Za-z]{36})(?:[^A-Za-z0-9]|$)";
  private static final String ASSIGNMENT =
      "(?i)vendor[0-9A-Za-z_ \\t.-]{0,20}[\"' ]{0,3}(?:=>?|:{1,3}=?|\\|\\||<=|\\?=)[\"' =]{0,5}"
          + "(?<secret>[a-z0-9]{32})(?:[\"'\\n\\r ;\\t\\f]|$)";

  private final ByteClasses classes = new ByteClasses();
  private final ByteProgram token = program(TOKEN);
  private final ByteProgram assignment = program(ASSIGNMENT);
  private final ByteMatcher matcher = new ByteMatcher();

  private byte[] atOnce = bytes("tok_[i] = next(list) // and what follows it on this line");
  private byte[] late = bytes("tok_" + "a1B".repeat(11) + "ab? and what follows it on this line");
  private byte[] whole = bytes("tok_" + "a1B".repeat(12) + "\" and what follows it on this line");
  private byte[] named = bytes("vendor_api_key = \"" + "a1b2".repeat(8) + "\" and what follows");

  private ByteProgram program(String regex) {
    return ByteProgram.compile(Syntax.read(regex).orElseThrow(), classes).orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Checks that each does what its name says. */
  @Setup
  public void check() {
    if (failAtOnce() >= 0 || failLate() >= 0 || confirm() < 40 || keywordAssignment() < 40) {
      throw new IllegalStateException("the texts are not what they should be");
    }
  }

  /** The byte after the prefix is wrong, as with nearly all candidates. */
  @Benchmark
  public int failAtOnce() {
    return match(token, atOnce);
  }

  /** The last byte but one is wrong. */
  @Benchmark
  public int failLate() {
    return match(token, late);
  }

  /** A token of 40 bytes. */
  @Benchmark
  public int confirm() {
    return match(token, whole);
  }

  /** A value of 32 bytes that is assigned to a name with a vendor's in it. */
  @Benchmark
  public int keywordAssignment() {
    return match(assignment, named);
  }

  private int match(ByteProgram program, byte[] text) {
    matcher.forget();
    matcher.use(classes);
    return program.match(matcher, text, 0, 0, text.length);
  }
}
