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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

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

  @Breaks(
      tests = {
        "the_version_that_followers_get_is_never_disabled",
        "a_version_that_is_not_there_can_be_neither_disabled_nor_read"
      })
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

  @Breaks(tests = "what_is_put_is_the_newest_version_of_its_name_and_can_be_read")
  static final class SaysThatItIsNotTheNewest extends Broken {
    SaysThatItIsNotTheNewest() {
      super(new Whole() {
        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          StoredVersion put = super.put(value, metadata, attempt);
          return new StoredVersion(put.name(), put.version(), true, false);
        }
      });
    }
  }

  @Breaks(tests = "an_attempt_that_put_nothing_is_not_found")
  static final class FindsWhateverIsThere extends Broken {
    FindsWhateverIsThere() {
      super(new Whole() {
        @Override
        public Optional<StoredVersion> find(String name, AttemptId attempt)
            throws RotationException {
          return inner.newest(name);
        }
      });
    }
  }

  @Breaks(tests = "a_newer_version_leaves_the_older_one_as_it_is")
  static final class DisablesOlderVersions extends Broken {
    DisablesOlderVersions() {
      super(new Whole() {
        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          Optional<StoredVersion> older = inner.newest(metadata.name());
          StoredVersion put = super.put(value, metadata, attempt);
          if (older.isPresent()) {
            super.disable(older.get(), attempt);
          }
          return put;
        }
      });
    }
  }

  @Breaks(tests = "an_attempt_that_is_made_twice_leaves_one_enabled_version")
  static final class KeepsBothOfTwoPuts extends Broken {
    KeepsBothOfTwoPuts() {
      super(new Whole() {
        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          return find(metadata.name(), attempt).isPresent()
              ? inner.add(metadata.name(), value)
              : super.put(value, metadata, attempt);
        }
      });
    }
  }

  @Breaks(tests = "those_who_put_at_once_are_all_found_and_one_is_the_newest", word = "put")
  static final class LosesPutsThatAreMadeAtOnce extends Broken {
    LosesPutsThatAreMadeAtOnce() {
      super(new Whole() {
        private final AtomicInteger puts = new AtomicInteger();

        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          int before = puts.get();
          LockSupport.parkNanos(50_000_000);
          return puts.compareAndSet(before, before + 1)
              ? super.put(value, metadata, attempt)
              : new StoredVersion(metadata.name(), "lost", true, true);
        }
      });
    }
  }

  @Breaks(tests = "every_version_that_holds_a_value_is_found_whoever_put_it")
  static final class FindsOnlyItsOwn extends Broken {
    FindsOnlyItsOwn() {
      super(new Whole() {
        @Override
        public List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException {
          return super.holding(fingerprint).stream()
              .filter(version -> !version.name().contains("foreign"))
              .toList();
        }
      });
    }
  }

  @Breaks(tests = "disabling_again_does_nothing", word = "already")
  static final class RefusesToDisableAgain extends Broken {
    RefusesToDisableAgain() {
      super(new Whole() {
        private final List<String> disabled = new ArrayList<>();

        @Override
        public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
          if (disabled.contains(version.version())) {
            throw new RotationException("it is disabled already");
          }
          disabled.add(version.version());
          super.disable(version, attempt);
        }
      });
    }
  }

  @Breaks(tests = "the_same_issuer_gets_the_same_name_and_looking_changes_nothing")
  static final class InventsNames extends Broken {
    InventsNames() {
      super(new Whole() {
        private int names;

        @Override
        public String nameFor(SecretIssuer issuer) {
          return "contract-name-" + ++names;
        }
      });
    }
  }

  @Breaks(tests = "a_name_that_holds_something_else_is_not_chosen")
  static final class TakesNamesOfOthers extends Broken {
    TakesNamesOfOthers() {
      super(new Whole() {
        @Override
        public String nameFor(SecretIssuer issuer) {
          return "contract-name-of-" + issuer.id();
        }
      });
    }
  }

  @Breaks(tests = "the_calls_of_a_plan_name_what_they_change")
  static final class DoesNotSayWhatItPuts extends Broken {
    DoesNotSayWhatItPuts() {
      super(new Whole() {
        @Override
        public PlannedCall describePut(String name) {
          return PlannedCall.of("put a secret").withEffect("There is another secret.");
        }
      });
    }
  }

  @Breaks(
      tests = {
        "a_put_that_meets_trouble_leaves_one_version_in_the_end",
        "a_version_whose_disabling_meets_trouble_is_disabled_in_the_end"
      })
  static final class BreaksForGoodWhenAnAnswerIsLost extends Broken {
    private static final AtomicBoolean LOST = new AtomicBoolean();

    BreaksForGoodWhenAnAnswerIsLost() {
      super(new Whole() {
        private boolean broken;

        private void lose() throws RotationException {
          broken |= LOST.getAndSet(false);
          if (broken) {
            throw new RotationException("no answer");
          }
        }

        @Override
        public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
            throws RotationException {
          lose();
          return super.put(value, metadata, attempt);
        }

        @Override
        public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
          lose();
          super.disable(version, attempt);
        }
      });
    }

    @Override
    protected List<Trouble> troubles() {
      return List.of(new Trouble("lost answer", () -> LOST.set(true), () -> LOST.set(false)));
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
