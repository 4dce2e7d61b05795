package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The storage accounts that a caller sees, as issuers of their keys.
 *
 * <p>Which account made a key is found out by listing the live keys of the accounts and comparing
 * fingerprints; an account that is named beside the key is asked first. Needs the role Reader, and
 * {@code Microsoft.Storage/storageAccounts/listkeys/action}; to rotate, also {@code
 * regeneratekey/action}: "Storage Account Key Operator Service Role" has both.
 *
 * <p>Immutable and thread-safe.
 */
public final class StorageAccounts implements IssuerFinder {
  /** The attribute of a credential that may name its account. */
  private static final String ACCOUNT = "account";

  private final ArmClient arm;
  private final Resources accounts;
  private final FingerprintKey fingerprints;
  private final BlobProbe probe;

  private StorageAccounts(ArmClient arm, FingerprintKey fingerprints, BlobProbe probe) {
    this.arm = arm;
    this.accounts = new Resources(arm, "storage account", "Microsoft.Storage/storageAccounts");
    this.fingerprints = fingerprints;
    this.probe = probe;
  }

  /**
   * Returns the accounts that the caller of a client sees.
   *
   * @param fingerprints the key under which the findings were fingerprinted
   * @param dataPlane carries the probes; it must not send a request again by itself
   * @param clock dates the probes; Azure refuses one that is off by more than 15 minutes
   */
  public static StorageAccounts in(
      ArmClient arm, FingerprintKey fingerprints, HttpClient dataPlane, Clock clock) {
    return new StorageAccounts(arm, fingerprints, new BlobProbe(dataPlane, clock));
  }

  @Override
  public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
      throws RotationException {
    String named = credential.attributes().getOrDefault(ACCOUNT, "");
    List<ResourceId> candidates = new ArrayList<>(accounts.all());
    candidates.sort(Comparator.comparing(account -> !account.name().equalsIgnoreCase(named)));
    List<RotationException> refused = new ArrayList<>();
    for (ResourceId account : candidates) {
      SlotIssuer issuer = keysOf(account);
      try {
        Optional<String> slot = issuer.snapshot().holding(credential.fingerprint());
        if (slot.isPresent()) {
          return Optional.of(new Holding(issuer, slot.get()));
        }
      } catch (RotationException unreadable) {
        if (!accounts.isGone(account, StorageAccountKeys.API_VERSION)) {
          refused.add(unreadable);
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new RotationException(
          refused.size()
              + " of "
              + candidates.size()
              + " storage accounts could not be asked whether the key is theirs; the first: "
              + refused.get(0).problem(),
          refused.get(0));
    }
    return Optional.empty();
  }

  @Override
  public SlotIssuer issuer(String id) throws RotationException {
    return keysOf(accounts.existing(id, StorageAccountKeys.API_VERSION));
  }

  private SlotIssuer keysOf(ResourceId account) {
    return new StorageAccountKeys(arm, fingerprints, probe, account.toString(), account.name());
  }
}
