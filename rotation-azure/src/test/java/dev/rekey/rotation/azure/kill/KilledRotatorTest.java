package dev.rekey.rotation.azure.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rotator's process is killed with SIGKILL at random points, and started again until it ends, while
 * its dependents work; simulator, rotator and dependents are three processes.
 *
 * <p>Some kills are in each test run. All of them: {@code mvn -Pfifty-kills}, with a seed of yours by
 * {@code -Drekey.kills.seed}.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what others see of a process is read from /proc")
class KilledRotatorTest {
  private static final int KILLS = Integer.getInteger("rekey.kills", 1);
  private static final long SEED =
      Long.getLong("rekey.kills.seed", new Random().nextLong(1_000_000));

  /** Each dependent uses its key about every 10 ms; less often where the machine is busy. */
  private static final double LEAST_USES_A_SECOND = 10;

  @ParameterizedTest
  @EnumSource(Estate.class)
  void a_rotator_that_is_killed_anywhere_ends_well_and_nobody_is_refused(Estate estate)
      throws Exception {
    Random random = new Random(SEED + estate.ordinal());
    Path folder = Path.of("target", "kills", estate.name());
    try (Trial trial = Trial.open(estate, folder, "seed " + SEED)) {
      int made = 0;
      while (made < KILLS) {
        int most = KILLS <= 3 ? KILLS : 1 + random.nextInt(3);
        int kills = Math.min(KILLS - made, most);
        made += trial.rotate(random, kills, random.nextInt(5) == 0);
      }
      trial.report();
      assertThat(trial.traffic().refusals()).as(trial.toString()).isEmpty();
      assertThat(trial.traffic().failures()).as(trial.toString()).isEmpty();
      assertThat(trial.traffic().slowest()).as(trial.toString()).isGreaterThan(LEAST_USES_A_SECOND);
      trial.assertThatRefusalsAreSeen();
    }
  }
}
