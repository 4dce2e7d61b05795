package dev.rekey.examples.readme;

import dev.rekey.detect.exposure.Exposure;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.Rotator;
import java.util.List;
import java.util.function.Function;

/** Rotates everything that is exposed, the most urgent first. */
public final class RotateAll {
  private RotateAll() {}

  /**
   * Prints how each ended, or what stands in the way.
   *
   * @param desk where plans are approved: a ticket, a chat, a person
   */
  public static void rotate(
      List<Exposure> exposures,
      Planner planner,
      Function<RotationPlan, Approval> desk,
      Rotator rotator) {
    // region
    for (RotationPlan plan : planner.plan(exposures)) { // The most urgent first.
      if (plan.blockers().isEmpty()) {
        Approval approval = desk.apply(plan); // By people who read plan.toText().
        System.out.println(rotator.execute(plan, approval).summary());
      } else { // Mend it, and plan again: what is dead by then can be closed.
        plan.blockers().forEach(System.out::println);
      }
    }
    // endregion
  }
}
