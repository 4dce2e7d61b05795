package dev.rekey.detect.engine;

/** How often tests of the engine repeat with other seeds: {@code -Drekey.rounds=10} is ten times. */
public final class Rounds {
  private static final int TIMES = Integer.getInteger("rekey.rounds", 1);

  private Rounds() {}

  /** Returns how many rounds are made where so many are made in each build. */
  public static long of(long inEachBuild) {
    return inEachBuild * TIMES;
  }
}
