package dev.rekey.detect.engine;

import dev.rekey.detect.engine.PlainEngine.Written;
import java.util.List;
import java.util.Random;

/** The engine and the plain one, for programs of rules that this package does not know. */
public final class EngineAgreement {
  private EngineAgreement() {}

  /** Compares what they find in a text, and returns how much that is. */
  public static int check(List<Program> programs, byte[] text, long seed) {
    Random random = new Random(seed);
    return new Agreement(programs.stream().map(Written::of).toList(), text, "seed " + seed)
        .inPieces(() -> 1 + random.nextInt(1 << random.nextInt(12)))
        .inArray((byte) 'A')
        .size();
  }
}
