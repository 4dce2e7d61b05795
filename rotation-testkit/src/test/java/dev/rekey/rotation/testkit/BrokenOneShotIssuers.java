package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Issuers that tell a value once, each of which breaks its contract in one way. */
final class BrokenOneShotIssuers {
  private static final FingerprintKey KEY = FingerprintKey.random();

  private BrokenOneShotIssuers() {}

  /** The contract, for a broken issuer. */
  abstract static class Broken extends OneShotIssuerContract {
    private final OneShotIssuer broken;

    Broken(OneShotIssuer broken) {
      this.broken = broken;
    }

    @Override
    protected OneShotIssuer issuer() {
      return broken;
    }

    @Override
    protected FingerprintKey fingerprints() {
      return KEY;
    }
  }

  /** What is broken in them: all else is as it should be. */
  static class Whole extends MemoryOneShot {
    Whole() {
      super(KEY, new Values());
    }
  }

  @Breaks(
      tests = {
        "a_new_value_has_a_slot_of_its_own_and_leaves_the_others_alone",
        "what_an_attempt_made_is_found_by_it_after_a_crash_and_by_no_other"
      })
  static final class MakesTwoInsteadOfOne extends Broken {
    MakesTwoInsteadOfOne() {
      super(new Whole() {
        @Override
        public synchronized Issued issue(AttemptId attempt) throws RotationException {
          super.issue(attempt).close(); // As if its answer had been lost.
          return super.issue(attempt);
        }
      });
    }
  }

  @Breaks(
      tests = {
        "what_an_attempt_made_is_found_by_it_after_a_crash_and_by_no_other",
        "a_death_of_the_process_at_any_of_its_calls_loses_nothing",
        "a_call_that_hangs_is_interrupted_and_the_run_goes_on_later",
        "a_call_that_fails_before_or_after_it_took_effect_loses_nothing_and_is_not_made_twice"
      })
  static final class ForgetsForWhomItMadeAValue extends Broken {
    ForgetsForWhomItMadeAValue() {
      super(new Whole() {
        @Override
        public List<String> issuedBy(AttemptId attempt) {
          return List.of();
        }
      });
    }
  }

  @Breaks(tests = "trouble_at_any_of_its_changes_loses_nothing", word = "no orphan")
  static final class TriesAgainWhenAnAnswerIsLost extends OneShotIssuerContract {
    private final AtomicBoolean lost = new AtomicBoolean();
    private final OneShotIssuer broken = new Whole() {
      @Override
      public synchronized Issued issue(AttemptId attempt) throws RotationException {
        if (lost.getAndSet(false)) {
          super.issue(new AttemptId(attempt.runId(), "first-try")).close();
        }
        return super.issue(attempt);
      }
    };

    @Override
    protected OneShotIssuer issuer() {
      return broken;
    }

    @Override
    protected FingerprintKey fingerprints() {
      return KEY;
    }

    @Override
    protected List<Trouble> troubles() {
      return List.of(new Trouble("lost answer", () -> lost.set(true), () -> lost.set(false)));
    }
  }

  @Breaks(tests = "what_an_attempt_made_is_found_by_it_after_a_crash_and_by_no_other")
  static final class FindsByTheRunAlone extends Broken {
    FindsByTheRunAlone() {
      super(new Whole() {
        private final List<String> runs = new ArrayList<>();
        private final List<String> made = new ArrayList<>();

        @Override
        public synchronized Issued issue(AttemptId attempt) throws RotationException {
          Issued issued = super.issue(attempt);
          runs.add(attempt.runId());
          made.add(issued.slot());
          return issued;
        }

        @Override
        public synchronized List<String> issuedBy(AttemptId attempt) {
          return made.stream()
              .filter(slot -> runs.get(made.indexOf(slot)).equals(attempt.runId()))
              .toList();
        }
      });
    }
  }

  @Breaks(tests = "the_longest_attempt_is_found_too")
  static final class CutsTheMarkOfTheAttempt extends Broken {
    CutsTheMarkOfTheAttempt() {
      super(new Whole() {
        private AttemptId cut(AttemptId attempt) {
          return attempt.step().length() < 60
              ? attempt
              : new AttemptId(attempt.runId(), attempt.step().substring(0, 60));
        }

        @Override
        public synchronized Issued issue(AttemptId attempt) throws RotationException {
          return super.issue(cut(attempt));
        }

        @Override
        public synchronized List<String> issuedBy(AttemptId attempt) throws RotationException {
          return super.issuedBy(cut(attempt));
        }
      });
    }
  }

  @Breaks(
      tests = {
        "what_is_revoked_dies_and_nothing_else_does",
        "what_an_attempt_made_twice_is_found_twice_until_it_is_removed"
      })
  static final class RemovesMoreThanOne extends Broken {
    RemovesMoreThanOne() {
      super(new Whole() {
        @Override
        public synchronized void revoke(String slot, AttemptId attempt) throws RotationException {
          for (String each : snapshot().slots().keySet()) {
            super.revoke(each, attempt);
          }
        }
      });
    }
  }

  @Breaks(
      tests = {"what_is_revoked_dies_and_nothing_else_does", "revoking_again_brings_nothing_back"})
  static final class RevokesNothing extends Broken {
    RevokesNothing() {
      super(new Whole() {
        @Override
        public void revoke(String slot, AttemptId attempt) {}
      });
    }
  }

  @Breaks(tests = "no_value_is_shown", word = "percent")
  static final class ShowsTheValueInItsEvidence extends Broken {
    ShowsTheValueInItsEvidence() {
      super(new Whole() {
        @Override
        public synchronized List<ProbeAnswer> probe(String slot, Secret value) {
          String text = URLEncoder.encode("+/" + Values.text(value) + "=", StandardCharsets.UTF_8);
          return List.of(new ProbeAnswer.Accepted("memory", "401 " + text));
        }
      });
    }
  }

  @Breaks(tests = "a_call_on_an_interrupted_thread_tells_and_the_run_goes_on_later", word = "issue")
  static final class SwallowsAnInterruption extends Broken {
    SwallowsAnInterruption() {
      super(new Whole() {
        @Override
        public synchronized Issued issue(AttemptId attempt) throws RotationException {
          if (Thread.interrupted()) {
            throw new RotationException("no answer");
          }
          return super.issue(attempt);
        }
      });
    }
  }
}
