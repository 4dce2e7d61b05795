package dev.rekey.rotation.azure.kill;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The process that is killed: {@code FOLDER ESTATE VAULT-URL}, the client's secret on standard input.
 *
 * <p>It does what a program that embeds Rekey does when it starts: if the journal has a run that has not
 * ended, it goes on with that; else it executes the plan that lies beside it with its approval.
 */
final class RotatorProcess {
  /** It has set itself up, and the rotation begins. */
  static final String BEGINS = "begins";

  private RotatorProcess() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    String secret = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    Clients clients = new Clients(
        Cloud.url(folder),
        URI.create(args[2]),
        Cloud.trust(folder),
        secret,
        FingerprintKey.file(folder.resolve("fingerprint.key")));
    RotationJournal journal = RotationJournal.file(folder.resolve("journal.jsonl"));
    Rotator rotator = Rotator.builder(journal)
        .issuers(Estate.valueOf(args[1]).issuers(clients))
        .store(clients.store())
        .dependents(clients.dependents())
        .fingerprintKey(clients.fingerprints)
        .proof(new ProofPolicy(3, Duration.ofMillis(20), Duration.ofMinutes(1)))
        .build();
    List<String> unfinished = journal.unfinished();
    System.out.println(BEGINS);
    RotationResult result = unfinished.isEmpty()
        ? rotator.execute(
            RotationPlan.parse(Files.readString(folder.resolve("plan.json"))),
            Approval.parse(Files.readString(folder.resolve("approval.json"))))
        : rotator.resume(unfinished.get(0));
    System.out.println(result.getClass().getSimpleName() + ": " + result.summary());
    System.exit(result instanceof RotationResult.Completed ? 0 : 1);
  }
}
