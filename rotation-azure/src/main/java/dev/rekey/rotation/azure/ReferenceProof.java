package dev.rekey.rotation.azure;

import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Proves that a slot can have secrets of the followed vault, before a setting that works is made a
 * reference: a setting of its own refers to a harmless secret there, and is resolved only if the slot
 * has an identity, the identity a role, and the vault a route. It is taken away by the write that needs
 * the proof, or at once where there is none.
 */
final class ReferenceProof {
  static final String SETTING = "REKEY_REFERENCE_PROOF";

  private final AppService service;
  private final Followed followed;
  private final Settings appSettings;
  private final SlotReferences references;
  private final String label;

  ReferenceProof(
      AppService service,
      Followed followed,
      Settings appSettings,
      SlotReferences references,
      String label) {
    this.service = service;
    this.followed = followed;
    this.appSettings = appSettings;
    this.references = references;
    this.label = label;
  }

  /**
   * Leaves the setting where it is, resolved.
   *
   * @throws RotationException if it is not resolved; it is taken away then, as far as that can be done
   */
  void require(String harmless, AttemptId attempt) throws RotationException {
    String reference = VaultReference.toNewest(followed.address(), harmless);
    try {
      appSettings.change(values -> with(values, reference), attempt);
      service
          .patience()
          .require(
              () -> unresolved(harmless),
              "; give the app an identity, that identity the role Key Vault Secrets User, and the"
                  + " vault a route to it; and plan again");
    } catch (RotationException unproved) {
      takeAway(attempt, unproved);
      throw unproved;
    }
  }

  private void takeAway(AttemptId attempt, RotationException because) {
    try {
      appSettings.change(ReferenceProof::without, attempt);
    } catch (RotationException left) {
      because.addSuppressed(left);
    }
  }

  private Optional<String> unresolved(String harmless) throws RotationException {
    for (SlotReferences.State state :
        references.states(appSettings.group(), appSettings.values())) {
      if (state.setting().equals(SETTING)) {
        return state.isResolved()
            ? Optional.empty()
            : Optional.of(
                label + " can't be made to refer to the vault, which a reference to the harmless"
                    + " secret " + harmless + " shows: " + state.describe());
      }
    }
    return Optional.of("somebody took " + SETTING + " away from " + label);
  }

  private static Map<String, String> with(Map<String, String> values, String reference) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(SETTING, reference);
    return more;
  }

  static Map<String, String> without(Map<String, String> values) {
    Map<String, String> fewer = new LinkedHashMap<>(values);
    fewer.remove(SETTING);
    return fewer;
  }
}
