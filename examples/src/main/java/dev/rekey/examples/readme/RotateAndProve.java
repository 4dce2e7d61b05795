package dev.rekey.examples.readme;

import dev.rekey.detect.Detector;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.rotation.SecretStore;
import java.nio.file.Path;
import java.util.List;

/** Executes an approved plan, after going on with what a crash left unfinished. */
public final class RotateAndProve {
  private RotateAndProve() {}

  /**
   * Prints how it ended, and returns it.
   *
   * @param journalFile the memory of all rotations; keep it
   * @param sources where the exposed key was found: a crash may leave it nowhere else
   */
  public static RotationResult rotate(
      RotationPlan plan,
      Approval approval,
      Path journalFile,
      IssuerFinder issuers,
      SecretStore store,
      DependentFinder dependents,
      Detector detector,
      List<ContentSource> sources) {
    // region
    RotationJournal journal = RotationJournal.file(journalFile);
    Rotator rotator = Rotator.builder(journal)
        .issuers(issuers)
        .store(store)
        .dependents(dependents)
        .sources(detector, sources)
        .build();
    for (String runId : journal.unfinished()) { // What a crash left behind.
      System.out.println(rotator.resume(runId).summary());
    }

    RotationResult result = rotator.execute(plan, approval);
    if (result instanceof RotationResult.Completed completed) {
      System.out.println(
          completed.proof().verdict() + " since " + completed.proof().at());
      System.out.println("still written, and dead, at " + completed.residue());
    } else { // RolledBack, Suspended or Stranded.
      System.out.println(result.summary());
    }
    // endregion
    return result;
  }
}
