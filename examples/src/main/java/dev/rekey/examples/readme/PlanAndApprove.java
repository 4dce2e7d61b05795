package dev.rekey.examples.readme;

import com.azure.core.http.HttpClient;
import com.azure.security.keyvault.secrets.SecretClient;
import dev.rekey.azure.ArmClient;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.azure.KeyVaultStore;
import dev.rekey.rotation.azure.StorageAccounts;
import dev.rekey.rotation.azure.VaultSecrets;
import dev.rekey.rotation.azure.WebApps;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Plans the rotation of an exposed storage account key, and approves the plan. */
public final class PlanAndApprove {
  private PlanAndApprove() {}

  /**
   * A plan with its approval, and who carries it out.
   *
   * @param issuers who knows the issuers
   * @param store where the new key is put
   * @param dependents who knows the dependents
   * @param plan what would happen
   * @param approval a person's consent to it
   */
  public record Approved(
      IssuerFinder issuers,
      SecretStore store,
      DependentFinder dependents,
      RotationPlan plan,
      Approval approval) {}

  /** Prints the plan, which is the dry run, and approves it. */
  public static Approved plan(
      Exposure exposure, ArmClient arm, SecretClient vault, HttpClient http, Detector detector) {
    // region
    FingerprintKey key = detector.fingerprintKey();
    IssuerFinder issuers = StorageAccounts.in(arm, key, http, Clock.systemUTC());
    SecretStore store = KeyVaultStore.of(vault, key);
    DependentFinder dependents =
        DependentFinder.of(WebApps.in(arm, detector), VaultSecrets.in(vault, detector));

    Planner planner =
        Planner.builder().issuers(issuers).store(store).dependents(dependents).build();
    RotationPlan plan = planner.plan(exposure); // Changes nothing.
    System.out.println(plan.toText()); // The dry run is the plan: who breaks, and what is called.
    System.out.println(plan.role()); // The least that it needs, as a custom role.
    plan.blockers().forEach(System.out::println); // With one of these it can't be executed.

    Approval approval = Approval.of(plan) // Binds it to this plan and no other, by its hash.
        .requester("asker@example.com")
        .approver("ann@example.com", Instant.now(), "CHANGE-1234")
        .approver("bob@example.com", Instant.now(), "CHANGE-1234") // Production wants two.
        .accept(Risk.USE_UNKNOWN) // Risks are accepted by name.
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .build();
    String stored = approval.toJson(); // Approval.parse reads it, hours later and elsewhere.
    // endregion
    return new Approved(issuers, store, dependents, plan, Approval.parse(stored));
  }
}
