package dev.rekey.rotation.testkit;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.MemoryStore;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.SecretMetadata;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.StoredVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores, each of which breaks its contract in one way. */
final class BrokenStores {
  private static final FingerprintKey KEY = FingerprintKey.random();

  private BrokenStores() {}

  /** The contract, for a broken store. */
  abstract static class Broken extends SecretStoreContract {
    private final Whole broken;

    Broken(Whole broken) {
      this.broken = broken;
    }

    @Override
    protected SecretStore store() {
      return broken;
    }

    @Override
    protected SecretStore reopened() {
      broken.reopen();
      return broken;
    }

    @Override
    protected FingerprintKey fingerprints() {
      return KEY;
    }

    @Override
    protected void putByOthers(String name, Secret value) throws RotationException {
      broken.inner.add(name, value);
    }
  }

  /** What is broken in them: all else is as it should be. */
  static class Whole implements SecretStore {
    final MemoryStore inner = MemoryStore.named("broken", KEY);

    void reopen() {}

    @Override
    public String id() {
      return inner.id();
    }

    @Override
    public String nameFor(SecretIssuer issuer) throws RotationException {
      return inner.nameFor(issuer);
    }

    @Override
    public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
        throws RotationException {
      return inner.put(value, metadata, attempt);
    }

    @Override
    public Optional<StoredVersion> find(String name, AttemptId attempt) throws RotationException {
      return inner.find(name, attempt);
    }

    @Override
    public List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException {
      return inner.holding(fingerprint);
    }

    @Override
    public Secret read(StoredVersion version) throws RotationException {
      return inner.read(version);
    }

    @Override
    public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
      inner.disable(version, attempt);
    }

    @Override
    public PlannedCall describePut(String name) {
      return inner.describePut(name);
    }

    @Override
    public PlannedCall describeDisable(StoredVersion version) {
      return inner.describeDisable(version);
    }
  }

  @Breaks(
      tests = {
        "what_was_put_is_found_by_its_attempt_after_a_crash",
        "a_death_of_the_process_at_any_of_its_calls_loses_nothing",
        "a_death_of_the_process_before_or_after_any_line_of_the_journal_loses_nothing"
      })
  static final class LosesTheAttempt extends Broken {
    LosesTheAttempt() {
      super(new Whole() {
        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          return super.put(value, metadata, new AttemptId("run", "none"));
        }
      });
    }
  }

  @Breaks(tests = "the_version_that_followers_get_is_never_disabled")
  static final class SaysNothingWhenItDoesNotDisable extends Broken {
    SaysNothingWhenItDoesNotDisable() {
      super(new Whole() {
        @Override
        public void disable(StoredVersion version, AttemptId attempt) {
          try {
            super.disable(version, attempt);
          } catch (RotationException refused) {
            // As if it had been done.
          }
        }
      });
    }
  }

  @Breaks(
      tests = {
        "an_older_version_is_disabled_and_the_others_stay",
        "a_rotation_with_it_completes_and_shows_no_value"
      })
  static final class DisablesNothing extends Broken {
    DisablesNothing() {
      super(new Whole() {
        @Override
        public void disable(StoredVersion version, AttemptId attempt) {}
      });
    }
  }

  @Breaks(tests = "what_metadata_says_of_a_value_is_not_believed")
  static final class BelievesWhatMetadataSays extends Broken {
    BelievesWhatMetadataSays() {
      super(new Whole() {
        private final List<SecretMetadata> told = new ArrayList<>();
        private final List<StoredVersion> versions = new ArrayList<>();

        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          told.add(metadata);
          versions.add(super.put(value, metadata, attempt));
          return versions.get(versions.size() - 1);
        }

        @Override
        public List<StoredVersion> holding(Fingerprint fingerprint) {
          List<StoredVersion> holding = new ArrayList<>();
          for (int i = 0; i < told.size(); i++) {
            if (told.get(i).fingerprint().equals(fingerprint)) {
              holding.add(versions.get(i));
            }
          }
          return holding;
        }
      });
    }
  }

  @Breaks(tests = "a_value_is_kept_to_the_letter")
  static final class TrimsValues extends Broken {
    TrimsValues() {
      super(new Whole() {
        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          try (Secret trimmed = Secret.of(Values.text(value).strip())) {
            return super.put(trimmed, metadata, attempt);
          }
        }
      });
    }
  }

  @Breaks(tests = "no_value_is_shown", word = "raw")
  static final class TellsTheValueInAnException extends Broken {
    TellsTheValueInAnException() {
      super(new Whole() {
        @Override
        public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
          try {
            super.disable(version, attempt);
          } catch (RotationException refused) {
            try (Secret value = read(version)) {
              refused.addSuppressed(new IllegalStateException("it is " + Values.text(value)));
            }
            throw refused;
          }
        }
      });
    }
  }

  @Breaks(
      tests = {
        "what_was_put_is_found_by_its_attempt_after_a_crash",
        "a_death_of_the_process_at_any_of_its_calls_loses_nothing"
      })
  static final class RemembersAttemptsInItsProcessOnly extends Broken {
    RemembersAttemptsInItsProcessOnly() {
      super(new Whole() {
        private boolean died;

        @Override
        void reopen() {
          died = true;
        }

        @Override
        public Optional<StoredVersion> find(String name, AttemptId attempt)
            throws RotationException {
          return died ? Optional.empty() : super.find(name, attempt);
        }
      });
    }
  }

  @Breaks(tests = {"whoever_closes_a_value_closes_no_other_copy"})
  static final class LendsWhatItHolds extends Broken {
    LendsWhatItHolds() {
      super(new Whole() {
        private Optional<Secret> held = Optional.empty();

        @Override
        public Secret read(StoredVersion version) throws RotationException {
          if (held.isEmpty()) {
            held = Optional.of(super.read(version));
          }
          return held.get();
        }
      });
    }
  }
}
