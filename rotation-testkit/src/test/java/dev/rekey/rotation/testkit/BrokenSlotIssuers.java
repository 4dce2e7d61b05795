package dev.rekey.rotation.testkit;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.Sessions;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/** Issuers with two slots, each of which breaks its contract in one way. */
final class BrokenSlotIssuers {
  private static final FingerprintKey KEY = FingerprintKey.random();

  private BrokenSlotIssuers() {}

  /** The contract, for a broken issuer. */
  abstract static class Broken extends SlotIssuerContract {
    private final SlotIssuer broken;

    Broken(SlotIssuer broken) {
      this.broken = broken;
    }

    @Override
    protected SlotIssuer issuer() {
      return broken;
    }

    @Override
    protected FingerprintKey fingerprints() {
      return KEY;
    }
  }

  /** The contract, for an issuer that is whole and a finder that is broken. */
  abstract static class BrokenFinder extends Broken {
    private final IssuerFinder finder;

    BrokenFinder(MemoryFinder finder) {
      super((SlotIssuer) finder.issuer);
      this.finder = finder;
    }

    @Override
    protected Optional<IssuerFinder> finder() {
      return Optional.of(finder);
    }
  }

  @Breaks(
      tests = {
        "its_finder_proves_the_slot_of_a_value_and_changes_nothing",
        "its_finder_does_not_guess"
      })
  static final class GuessesTheSlot extends BrokenFinder {
    GuessesTheSlot() {
      super(new MemoryFinder(new Whole()) {
        @Override
        public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value) {
          return Optional.of(new Holding(issuer, "key2"));
        }
      });
    }
  }

  @Breaks(tests = "its_finder_does_not_guess", word = "not shown")
  static final class SaysNobodyWhereItCanNotTell extends BrokenFinder {
    SaysNobodyWhereItCanNotTell() {
      super(new MemoryFinder(new Whole()) {
        @Override
        public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
            throws RotationException {
          return value.isPresent() ? super.findIssuing(credential, value) : Optional.empty();
        }
      });
    }
  }

  @Breaks(tests = "its_finder_refuses_an_issuer_that_is_not_there")
  static final class KnowsEveryIssuer extends BrokenFinder {
    KnowsEveryIssuer() {
      super(new MemoryFinder(new Whole()) {
        @Override
        public SecretIssuer issuer(String id) {
          return issuer;
        }
      });
    }
  }

  /** What is broken in them: all else is as it should be. */
  static class Whole extends MemorySlots {
    Whole() {
      super(KEY, new Values());
    }

    final String value(String slot) {
      try (Secret value = super.read(slot).orElseThrow()) {
        return Values.text(value);
      } catch (RotationException unknown) {
        return "";
      }
    }
  }

  @Breaks(
      tests = {
        "looking_changes_nothing",
        "what_is_read_is_what_the_snapshot_shows_and_is_read_again"
      })
  static final class MakesAValueWhenItIsRead extends Broken {
    MakesAValueWhenItIsRead() {
      super(new Whole() {
        @Override
        public synchronized Optional<Secret> read(String slot) throws RotationException {
          return Optional.of(issue(slot, new AttemptId("run", "read")).value());
        }
      });
    }
  }

  @Breaks(
      tests = {
        "what_is_revoked_dies_and_nothing_else_does",
        "revoking_again_brings_nothing_back",
        "the_same_trigger_twice_is_one_run",
        "a_rotation_with_it_completes_and_shows_no_value"
      })
  static final class RevokesNothing extends Broken {
    RevokesNothing() {
      super(new Whole() {
        @Override
        public void revoke(String slot, AttemptId attempt) {}
      });
    }
  }

  @Breaks(tests = "no_value_is_shown", word = "raw")
  static final class TellsTheValueInAnException extends Broken {
    TellsTheValueInAnException() {
      super(new Whole() {
        @Override
        public void revoke(String slot, AttemptId attempt) throws RotationException {
          try {
            super.revoke(slot, attempt);
          } catch (RotationException unknown) {
            throw new RotationException(
                "there is no " + slot, new IllegalStateException("only " + value("key1")));
          }
        }
      });
    }
  }

  @Breaks(tests = "no_value_is_shown", word = "base64")
  static final class ShowsTheValueInBase64 extends Broken {
    ShowsTheValueInBase64() {
      super(new Whole() {
        @Override
        public String toString() {
          byte[] bytes = ("key1=" + value("key1")).getBytes(StandardCharsets.UTF_8);
          return Base64.getEncoder().encodeToString(bytes);
        }
      });
    }
  }

  @Breaks(tests = "a_rotation_with_it_completes_and_shows_no_value", word = "hex")
  static final class LogsTheValueInHex extends Broken {
    LogsTheValueInHex() {
      super(new Whole() {
        @Override
        public synchronized Issued issue(String slot, AttemptId attempt) throws RotationException {
          Issued made = super.issue(slot, attempt);
          byte[] bytes = value(slot).getBytes(StandardCharsets.UTF_8);
          LoggerFactory.getLogger("broken").debug("{}", HexFormat.of().formatHex(bytes));
          return made;
        }
      });
    }
  }

  @Breaks(
      tests = {
        "another_process_sees_that_a_value_was_made_and_reads_it",
        "a_death_of_the_process_at_any_of_its_calls_loses_nothing"
      })
  static final class RemembersItsFirstSnapshot extends Broken {
    RemembersItsFirstSnapshot() {
      super(new Whole() {
        private Optional<Snapshot> first = Optional.empty();

        @Override
        public synchronized Snapshot snapshot() throws RotationException {
          if (first.isEmpty()) {
            first = Optional.of(super.snapshot());
          }
          return first.get();
        }
      });
    }
  }

  @Breaks(
      tests = {
        "a_new_value_makes_the_old_one_of_its_slot_die_and_leaves_the_others_alone",
        "a_rotation_with_it_completes_and_shows_no_value"
      })
  static final class ChangesBothSlots extends Broken {
    ChangesBothSlots() {
      super(new Whole() {
        @Override
        public synchronized Issued issue(String slot, AttemptId attempt) throws RotationException {
          super.issue("key1", attempt).close();
          return super.issue(slot, attempt);
        }
      });
    }
  }

  @Breaks(
      tests = "a_new_value_makes_the_old_one_of_its_slot_die_and_leaves_the_others_alone",
      word = "answers")
  static final class HonoursOldValues extends Broken {
    HonoursOldValues() {
      super(new Whole() {
        private final List<String> ever = new ArrayList<>();

        @Override
        public synchronized Issued issue(String slot, AttemptId attempt) throws RotationException {
          ever.add(value(slot));
          return super.issue(slot, attempt);
        }

        @Override
        public synchronized List<ProbeAnswer> probe(String slot, Secret value)
            throws RotationException, InterruptedException {
          return ever.contains(Values.text(value))
              ? List.of(new ProbeAnswer.Accepted("memory", "200"))
              : super.probe(slot, value);
        }
      });
    }
  }

  @Breaks(tests = "a_value_that_it_never_made_is_refused", word = "answers")
  static final class AcceptsAnything extends Broken {
    AcceptsAnything() {
      super(new Whole() {
        @Override
        public List<ProbeAnswer> probe(String slot, Secret value) {
          return List.of(new ProbeAnswer.Accepted("memory", "200"));
        }
      });
    }
  }

  @Breaks(tests = "a_value_that_it_never_made_is_refused", word = "answers")
  static final class TakesARefusalForANetworkProblem extends Broken {
    TakesARefusalForANetworkProblem() {
      super(new Whole() {
        @Override
        public synchronized List<ProbeAnswer> probe(String slot, Secret value)
            throws RotationException, InterruptedException {
          return super.probe(slot, value).stream()
              .map(one -> one instanceof ProbeAnswer.Refused
                  ? new ProbeAnswer.Unclear("memory", "403")
                  : one)
              .toList();
        }
      });
    }
  }

  @Breaks(tests = "what_it_makes_is_accepted_and_is_the_value_that_it_tells", word = "fingerprint")
  static final class TellsAnotherFingerprint extends Broken {
    TellsAnotherFingerprint() {
      super(new Whole() {
        @Override
        public synchronized Issued issue(String slot, AttemptId attempt) throws RotationException {
          Issued made = super.issue(slot, attempt);
          Fingerprint other = Values.fingerprint(KEY, "another");
          return new Issued(slot, other, made.value());
        }
      });
    }
  }

  @Breaks(tests = "each_value_has_an_identity_of_its_own")
  static final class IdentifiesValuesByTheirSlot extends Broken {
    IdentifiesValuesByTheirSlot() {
      super(new Whole() {
        @Override
        public synchronized Snapshot snapshot() throws RotationException {
          Map<String, Snapshot.Slot> slots = new HashMap<>();
          super.snapshot()
              .slots()
              .forEach((name, slot) ->
                  slots.put(name, new Snapshot.Slot(name, slot.fingerprint(), slot.issuedAt())));
          return Snapshot.of(slots);
        }
      });
    }
  }

  @Breaks(
      tests = "a_call_on_an_interrupted_thread_tells_and_the_run_goes_on_later",
      word = "snapshot")
  static final class SwallowsAnInterruption extends Broken {
    SwallowsAnInterruption() {
      super(new Whole() {
        @Override
        public synchronized Snapshot snapshot() throws RotationException {
          if (Thread.interrupted()) {
            throw new RotationException("no answer");
          }
          return super.snapshot();
        }
      });
    }
  }

  @Breaks(tests = "a_slot_that_is_not_there_is_refused_and_nothing_changes", word = "did not fail")
  static final class MakesSlotsThatAreNotThere extends Broken {
    MakesSlotsThatAreNotThere() {
      super(new Whole() {
        @Override
        public void revoke(String slot, AttemptId attempt) throws RotationException {
          if (snapshot().slot(slot).isPresent()) {
            super.revoke(slot, attempt);
          }
        }
      });
    }
  }

  @Breaks(tests = "another_process_sees_the_same")
  static final class RemembersEverythingInItsProcess extends Broken {
    RemembersEverythingInItsProcess() {
      super(new Whole());
    }

    @Override
    protected SlotIssuer reopened() throws RotationException {
      SlotIssuer another = new Whole();
      another.issue("key1", new AttemptId("run", "issue")).close();
      return another;
    }
  }

  @Breaks(tests = "those_who_look_while_somebody_makes_a_value_are_answered", word = "at a time")
  static final class AnswersOneAtATime extends Broken {
    AnswersOneAtATime() {
      super(new Whole() {
        private final AtomicBoolean busy = new AtomicBoolean();

        @Override
        public Snapshot snapshot() throws RotationException {
          if (!busy.compareAndSet(false, true)) {
            throw new RotationException("one at a time");
          }
          try {
            LockSupport.parkNanos(20_000_000);
            return super.snapshot();
          } finally {
            busy.set(false);
          }
        }
      });
    }
  }

  @Breaks(tests = "what_changes_beside_a_value_can_be_changed_back")
  static final class ForgetsTheWayBack extends Broken {
    ForgetsTheWayBack() {
      super(new Whole() {
        @Override
        public Map<String, String> beside(String from, String to) {
          return from.equals("key1") ? Map.of("user1", "user2") : Map.of();
        }
      });
    }
  }

  @Breaks(tests = "what_outlives_a_value_is_told_in_words")
  static final class SaysNothingOfItsSessions extends Broken {
    SaysNothingOfItsSessions() {
      super(new Whole() {
        @Override
        public Sessions sessions(String slot) {
          return new Sessions(true, Optional.empty(), "");
        }
      });
    }
  }

  @Breaks(tests = "whoever_closes_a_value_closes_no_other_copy")
  static final class ClosesWhatItTries extends Broken {
    ClosesWhatItTries() {
      super(new Whole() {
        @Override
        public synchronized List<ProbeAnswer> probe(String slot, Secret value)
            throws RotationException, InterruptedException {
          try (value) {
            return super.probe(slot, value);
          }
        }
      });
    }
  }
}
