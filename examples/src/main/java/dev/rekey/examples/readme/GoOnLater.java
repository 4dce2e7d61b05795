package dev.rekey.examples.readme;

import dev.rekey.detect.Detector;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.RotationEvent;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationListener;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.RotationTimeline;
import dev.rekey.rotation.Rotator;
import dev.rekey.rotation.SecretStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Goes on with what is unfinished, tells what happens, and can be stopped. */
public final class GoOnLater {
  private GoOnLater() {}

  /**
   * Prints what happens, and returns what stops it.
   *
   * @param journalFile the memory of all rotations
   * @param sources where the exposed key was found: a crash may leave it nowhere else
   */
  public static Runnable goOn(
      Path journalFile,
      IssuerFinder issuers,
      SecretStore store,
      DependentFinder dependents,
      Detector detector,
      List<ContentSource> sources) {
    // region
    RotationListener listener = event -> {
      if (event instanceof RotationEvent.StepEnded step) {
        System.out.println(step.at() + " " + step.step() + " " + step.target());
      }
    };
    ProofPolicy days = new ProofPolicy(
        3, // Rounds in a row that must show death,
        Duration.ofSeconds(10), // so far apart,
        Duration.ofDays(2), // within this time,
        Duration.ofMinutes(1)); // of which a thread waits so long at a stretch.
    RotationJournal journal = RotationJournal.file(journalFile);
    Rotator rotator = Rotator.builder(journal)
        .issuers(issuers)
        .store(store)
        .dependents(dependents)
        .sources(detector, sources)
        .proofOf(issuer -> days)
        .listener(listener)
        .build();
    Runnable emergency = rotator::freeze; // From any thread; thaw() ends it.

    for (String runId : journal.unfinished()) { // At each start, and every few minutes.
      RotationResult result = rotator.resume(runId);
      System.out.println(result.summary()); // With its code, and until when it waits.
      System.out.println(RotationTimeline.of(journal.entries(runId)));
    }
    // endregion
    return emergency;
  }
}
