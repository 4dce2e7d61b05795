package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.util.List;
import java.util.Optional;

/**
 * Where the good credential lives: one vault.
 *
 * <p>Storing a value moves it to a better place and closes no exposure by itself. Implementations are
 * thread-safe.
 */
public interface SecretStore {
  /** Returns the id of the store: its address. */
  String id();

  /**
   * Returns the name under which a new secret of an issuer is put, where none is in use: one that
   * holds nothing else, so that nobody who follows it gets what they don't expect.
   */
  String nameFor(SecretIssuer issuer) throws RotationException;

  /** Puts a value as the newest version of a name, with its metadata and the attempt, in one write. */
  StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
      throws RotationException;

  /** Returns the version that an attempt put. The observing twin of {@link #put}. */
  Optional<StoredVersion> find(String name, AttemptId attempt) throws RotationException;

  /** Returns every version that holds a value, ours or not; values that can't be read are left out. */
  List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException;

  /** Returns the value of a version, which the caller closes. */
  Secret read(StoredVersion version) throws RotationException;

  /**
   * Disables one version; others of the name stay as they are. Doing it again does nothing.
   *
   * @throws RotationException also, and before anything changes, if it is the version that whoever
   *     follows the name gets: they would be refused
   */
  void disable(StoredVersion version, AttemptId attempt) throws RotationException;

  /**
   * Returns what would keep {@link #put} from a name, as far as it can be told by looking; changes
   * nothing, and never throws for a state of the world: what can't be looked at is unknown.
   */
  default Obstacles obstacles(String name) {
    return Obstacles.NONE;
  }

  /** Returns the call that {@link #put} would make, for the plan. */
  PlannedCall describePut(String name);

  /** Returns the call that {@link #disable} would make, for the plan. */
  PlannedCall describeDisable(StoredVersion version);
}
