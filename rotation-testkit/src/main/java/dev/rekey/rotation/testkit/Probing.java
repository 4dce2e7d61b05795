package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Asks whether a value lives, given time: an issuer may take a while to learn, and to forget. */
final class Probing {
  private static final int LOOKS = 30;
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private Probing() {}

  /** Tries the value once. */
  interface Probe {
    List<ProbeAnswer> answers() throws Exception;
  }

  /** Every endpoint accepts it. */
  static void requireAccepted(Probe probe, Consumer<Duration> passing, String what)
      throws RotationException, InterruptedException {
    require(probe, passing, ProbeAnswer.Accepted.class, what);
  }

  /** Every endpoint refuses it, for being a wrong one. */
  static void requireRefused(Probe probe, Consumer<Duration> passing, String what)
      throws RotationException, InterruptedException {
    require(probe, passing, ProbeAnswer.Refused.class, what);
  }

  private static void require(
      Probe probe, Consumer<Duration> passing, Class<? extends ProbeAnswer> kind, String what)
      throws RotationException, InterruptedException {
    List<ProbeAnswer> answers = ask(probe);
    for (int look = 0; look < LOOKS && !areAll(answers, kind); look++) {
      passing.accept(BETWEEN);
      answers = ask(probe);
    }
    assertThat(answers)
        .as("%s: what every endpoint answers", what)
        .isNotEmpty()
        .allMatch(kind::isInstance);
  }

  private static List<ProbeAnswer> ask(Probe probe) throws RotationException, InterruptedException {
    try {
      return probe.answers();
    } catch (RotationException | InterruptedException | RuntimeException failed) {
      throw failed;
    } catch (Exception other) {
      throw new AssertionError("the issuer can't be had", other);
    }
  }

  private static boolean areAll(List<ProbeAnswer> answers, Class<? extends ProbeAnswer> kind) {
    return !answers.isEmpty() && answers.stream().allMatch(kind::isInstance);
  }
}
