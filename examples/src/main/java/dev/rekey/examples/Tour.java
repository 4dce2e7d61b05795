package dev.rekey.examples;

import com.azure.security.keyvault.secrets.SecretClient;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.ResourceGraph;
import dev.rekey.azure.surface.AzureSurface;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Place;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.report.JsonLinesWriter;
import dev.rekey.detect.report.ReportWriter;
import dev.rekey.detect.report.SarifWriter;
import dev.rekey.detect.report.TableWriter;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.detect.scan.Sources;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.RotationStep;
import dev.rekey.rotation.Rotator;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.azure.KeyVaultStore;
import dev.rekey.rotation.azure.StorageAccounts;
import dev.rekey.rotation.azure.VaultSecrets;
import dev.rekey.rotation.azure.WebApps;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The four steps from end to end: scan, plan, rotate, report.
 *
 * <p>Killed at any moment and run again, it finds the unfinished rotation in its journal and goes on.
 */
final class Tour {
  private static final int PROVED = 0;
  private static final int NOT_PROVED = 1;
  private static final int BLOCKED = 2;
  private static final String STORAGE_API = "2024-01-01";
  private static final ProofPolicy PROOF =
      new ProofPolicy(3, Duration.ofMillis(200), Duration.ofMinutes(1));

  private final StateFolder state;
  private final PrintStream out;
  private final PrintStream err;

  Tour(StateFolder state, PrintStream out, PrintStream err) {
    this.state = state;
    this.out = out;
    this.err = err;
  }

  int run() throws IOException, InterruptedException, CommandException {
    Optional<SimulatedAzure> left = SimulatedAzure.running(state);
    List<String> unfinished = state.journal().unfinished();
    if (!unfinished.isEmpty() && left.isPresent()) {
      return resume(left.get(), unfinished.get(0));
    }
    if (!unfinished.isEmpty()) {
      err.println(
          "An earlier run was not finished, and its simulated Azure is gone: its journal is kept as "
              + state.putJournalAside()
              + ".");
    }
    if (left.isPresent()) {
      left.get().stop();
    }
    return begin(SimulatedAzure.start(state));
  }

  private int begin(SimulatedAzure azure)
      throws IOException, InterruptedException, CommandException {
    Parts parts = new Parts(azure);
    state.deleteSample();
    new SampleApplication(state.sample()).write(SimulatedAzure.ACCOUNT, pastedKey(parts.arm));

    heading("1 · Scan: " + state.sample() + " and " + azure.described().get(0));
    Inventory inventory = new Inventory();
    ScanReport scanned = scan(parts, inventory);
    write(TableWriter.builder().issuer(parts::issuedBy).build(), inventory, scanned, out);

    Exposure exposure = inventory.ranked().stream()
        .filter(ranked -> parts.issuedBy(ranked).isPresent())
        .findFirst()
        .orElseThrow(() -> new CommandException("no exposed credential has a known issuer"));
    RotationPlan plan = Planner.builder()
        .issuers(parts.issuers)
        .store(parts.store)
        .dependents(parts.dependents)
        .build()
        .plan(exposure);
    heading("2 · Plan");
    print(plan);
    if (!plan.blockers().isEmpty()) {
      for (Blocker blocker : plan.blockers()) {
        err.println("quickstart: the plan is blocked: " + blocker);
      }
      azure.stop();
      return BLOCKED;
    }

    heading("3 · Rotate");
    Approval approval = Approval.of(plan)
        .requester("the quick start")
        .approver("whoever started it", Instant.now(), "this terminal")
        .approver("whoever looks on", Instant.now(), "this terminal")
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .accept(Risk.USE_UNKNOWN)
        .build();
    out.println("Approved by "
        + String.join(
            " and ", approval.approvers().stream().map(Approval.Approver::name).toList())
        + " for "
        + approval.requester()
        + ", accepting "
        + Risk.USE_UNKNOWN
        + ": "
        + Risk.USE_UNKNOWN.meaning()
        + ".");
    out.flush();
    RotationResult result = parts.rotator.execute(plan, approval);
    return finish(azure, parts, inventory, scanned, result);
  }

  private int resume(SimulatedAzure azure, String runId) throws IOException, InterruptedException {
    Parts parts = new Parts(azure);
    heading("3 · Rotate: going on with run " + runId);
    out.flush();
    RotationResult result = parts.rotator.resume(runId);
    Inventory inventory = new Inventory();
    return finish(azure, parts, inventory, scan(parts, inventory), result);
  }

  private int finish(
      SimulatedAzure azure,
      Parts parts,
      Inventory inventory,
      ScanReport scanned,
      RotationResult result)
      throws IOException, InterruptedException {
    Path sarif = state.report("findings.sarif");
    Path lines = state.report("findings.jsonl");
    write(new SarifWriter(), inventory, scanned, sarif);
    write(new JsonLinesWriter(), inventory, scanned, lines);
    if (result instanceof RotationResult.Completed completed) {
      print(completed.proof());
      heading("4 · Report");
      summarise(parts, completed);
    } else {
      heading("4 · Report");
      out.println(result.summary());
      err.println("quickstart: the rotation ended as "
          + result.getClass().getSimpleName()
          + "; run quickstart again to go on with it, or to start afresh");
    }
    out.println("Findings: " + sarif);
    out.println("          " + lines);
    out.println("Journal:  " + state.journalFile());
    boolean waits =
        result instanceof RotationResult.Stranded || result instanceof RotationResult.Suspended;
    if (!waits) {
      azure.stop();
    }
    return result instanceof RotationResult.Completed ? PROVED : NOT_PROVED;
  }

  private void summarise(Parts parts, RotationResult.Completed completed) {
    DeathProof proof = completed.proof();
    out.println("The exposed key is " + proof.verdict() + " since " + seconds(proof.at()) + ".");
    RotationPlan plan = parts.planOf(completed.runId());
    for (RotationPlan.User user : plan.moved()) {
      out.println("  " + user.label() + " uses the new key and runs");
    }
    out.println("  the new key is in " + plan.store() + " as " + completed.stored());
    plan.retire()
        .forEach(version -> out.println("  version " + version + " of the old key is disabled"));
    out.println("Residue: the dead key is still written in");
    for (Place place : completed.residue()) {
      out.println("  " + place + " (dead since " + seconds(proof.at()) + ")");
    }
  }

  private void print(RotationPlan plan) {
    out.println("Rotate " + plan.label() + " of " + plan.issuerLabel() + ".");
    out.println("Slots:");
    out.println("  " + plan.exposedSlot() + "  exposed, used by " + names(plan.dependents()));
    out.println("  " + plan.standbySlot() + "  standby, used by " + names(plan.standbyUsers()));
    // Every call is in one resource group, whose id would hide what differs.
    String group = plan.issuer().replaceFirst("(?i)(/resourceGroups/[^/]+)/.*", "$1");
    out.println("Steps, with {group} for " + group + ":");
    int number = 1;
    for (RotationStep step : plan.steps()) {
      out.printf("  %2d %-7s %s%n", number++, step.kind().word(), step.target());
      out.printf("             %s%n", step.call().text().replace(group, "{group}"));
    }
    plan.orderedRisks().forEach(risk -> out.println("Risk:  " + risk + ", " + risk.meaning()));
    out.println("Gap:   " + (plan.gap().isZero() ? "none" : plan.gap()));
    out.println("Hash:  " + plan.hash());
  }

  private static String names(List<RotationPlan.User> users) {
    return users.isEmpty()
        ? "nobody known"
        : String.join(", ", users.stream().map(RotationPlan.User::label).toList());
  }

  private void print(DeathProof proof) {
    out.println("Proof of death of " + proof.slot() + ": " + proof.verdict());
    out.println("  made "
        + proof.before().issuedAt().map(Instant::toString).orElse("at an unknown time")
        + " when planned, "
        + proof
            .after()
            .flatMap(Snapshot.Slot::issuedAt)
            .map(Instant::toString)
            .orElse("at an unknown time")
        + " now, by the issuer's clock");
    if (!proof.rounds().isEmpty()) {
      DeathProof.Round last = proof.rounds().get(proof.rounds().size() - 1);
      for (int i = 0; i < last.old().size(); i++) {
        ProbeAnswer old = last.old().get(i);
        out.println("  " + old.endpoint());
        out.println("    old key: " + old.evidence());
        out.println("    new key: " + last.newAfter().get(i).evidence());
      }
      out.println(
          "  " + proof.rounds().size() + " rounds, the new key tried before and after each");
    }
  }

  /** A moment as precisely as people need it; the journal has it exactly. */
  private static Instant seconds(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS);
  }

  private void heading(String text) {
    out.println();
    out.println("── " + text + " ──");
  }

  private static ScanReport scan(Parts parts, Inventory inventory) throws IOException {
    SecretScanner scanner = SecretScanner.using(parts.detector).build();
    ScanReport folder = scanner.scan(parts.sample, inventory);
    return folder.plus(scanner.scan(parts.settings, inventory));
  }

  /** The key as a developer of the sample application once copied it from the portal. */
  private static String pastedKey(ArmClient arm) throws CommandException {
    JsonNode row = one(arm, "microsoft.storage/storageaccounts", SimulatedAzure.ACCOUNT);
    for (JsonNode key :
        arm.postRead(row.path("id").asText() + "/listKeys", STORAGE_API).path("keys")) {
      if (key.path("keyName").asText().equals(SimulatedAzure.EXPOSED_KEY)) {
        return key.path("value").asText();
      }
    }
    throw new CommandException("the simulated account has no " + SimulatedAzure.EXPOSED_KEY);
  }

  private static JsonNode one(ArmClient arm, String type, String name) throws CommandException {
    return ResourceGraph.in(arm)
        .query(
            "Resources | where type =~ '"
                + type
                + "' | where name =~ '"
                + name
                + "' | project id, name, type, properties | order by id asc",
            List.of(SimulatedAzure.SUBSCRIPTION))
        .findFirst()
        .orElseThrow(() -> new CommandException("the simulated subscription has no " + name));
  }

  private static void write(
      ReportWriter writer, Inventory inventory, ScanReport report, PrintStream to)
      throws IOException {
    StringWriter text = new StringWriter();
    writer.write(inventory, report, text);
    to.print(text);
  }

  private static void write(ReportWriter writer, Inventory inventory, ScanReport report, Path to)
      throws IOException {
    try (Writer file = Files.newBufferedWriter(to, StandardCharsets.UTF_8)) {
      writer.write(inventory, report, file);
    }
  }

  /** What an embedder would put together for its own Azure. */
  private final class Parts {
    private final ArmClient arm;
    private final Detector detector;
    private final ContentSource sample;
    private final ContentSource settings;
    private final IssuerFinder issuers;
    private final SecretStore store;
    private final DependentFinder dependents;
    private final RotationJournal journal;
    private final Rotator rotator;
    private final Map<Fingerprint, Optional<String>> issuedBy = new HashMap<>();

    Parts(SimulatedAzure azure) throws IOException {
      FingerprintKey key = state.fingerprintKey();
      AzureTenant tenant = azure.tenant();
      arm = tenant.arm();
      detector = Detector.builder(RuleSet.builtIn()).fingerprintKey(key).build();
      sample = Sources.directory(state.sample());
      settings = AzureSurface.of(tenant);
      issuers = StorageAccounts.in(arm, key, azure.http(), Clock.systemUTC());
      SecretClient vault = vault(azure);
      store = KeyVaultStore.of(vault, key);
      dependents = DependentFinder.of(WebApps.in(arm, detector), VaultSecrets.in(vault, detector));
      journal = state.journal();
      rotator = Rotator.builder(journal)
          .issuers(issuers)
          .store(store)
          .dependents(dependents)
          .sources(detector, List.of(sample, settings))
          .proof(PROOF)
          .build();
    }

    private SecretClient vault(SimulatedAzure azure) throws IOException {
      try {
        JsonNode row = one(arm, "microsoft.keyvault/vaults", SimulatedAzure.VAULT);
        return azure.vault(row.at("/properties/vaultUri").asText());
      } catch (CommandException absent) {
        throw new IOException(absent.getMessage(), absent);
      }
    }

    /** The resource that issued a credential, asked for once. */
    Optional<String> issuedBy(Exposure exposure) {
      return issuedBy.computeIfAbsent(
          exposure.credential().fingerprint(), fingerprint -> findIssuer(exposure));
    }

    private Optional<String> findIssuer(Exposure exposure) {
      try {
        return issuers
            .findIssuing(exposure.credential(), Optional.empty())
            .map(found -> found.issuer().id());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return Optional.of("was not found out: interrupted");
      } catch (RotationException unreadable) {
        return Optional.of("could not be found out: " + unreadable.problem());
      }
    }

    RotationPlan planOf(String runId) {
      return RotationPlan.parse(journal.entries(runId).get(0).fact("plan"));
    }
  }
}
