package dev.rekey.rotation.testkit;

import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Dependents, each of which breaks its contract in one way. */
final class BrokenDependents {
  private BrokenDependents() {}

  @Breaks(
      tests = {
        "only_the_value_is_changed_and_going_back_restores_everything",
        "a_rotation_with_it_completes_and_shows_no_value"
      })
  static final class ClobbersOtherSettings extends SettingsContract {
    ClobbersOtherSettings() {
      super(new Settings() {
        @Override
        public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
          super.adopt(replacement, attempt);
          settings.remove("COLOUR");
        }
      });
    }
  }

  @Breaks(tests = "only_the_value_is_changed_and_going_back_restores_everything")
  static final class ReplacesOneOfTwo extends SettingsContract {
    ReplacesOneOfTwo() {
      super(new Settings() {
        @Override
        public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
          Optional<String> key = REWRITER.replace(settings.getOrDefault("KEY", ""), replacement);
          key.ifPresent(text -> settings.put("KEY", text));
        }
      });
    }
  }

  @Breaks(
      tests = {"where_the_value_does_not_stand_nothing_is_written", "adopting_again_does_nothing"})
  static final class WritesWhateverStandsThere extends SettingsContract {
    WritesWhateverStandsThere() {
      super(new Settings() {
        @Override
        public void adopt(Replacement replacement, AttemptId attempt) {
          configure(replacement.to());
        }
      });
    }
  }

  @Breaks(tests = "adopting_again_does_nothing")
  static final class CountsItsWrites extends SettingsContract {
    CountsItsWrites() {
      super(new Settings() {
        private int writes;

        @Override
        public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
          super.adopt(replacement, attempt);
          settings.put("WRITES", Integer.toString(++writes));
        }
      });
    }
  }

  @Breaks(tests = "it_works_with_the_value_that_it_has_and_with_no_other", word = "did not fail")
  static final class WorksWithAnything extends SettingsContract {
    WorksWithAnything() {
      super(new Settings() {
        @Override
        public void verify(Fingerprint expected) {}
      });
    }
  }

  @Breaks(tests = "what_somebody_else_configures_meanwhile_is_seen")
  static final class RemembersWhatItSaw extends SettingsContract {
    RemembersWhatItSaw() {
      super(new Settings() {
        private Optional<Map<String, String>> seen = Optional.empty();

        @Override
        public Set<Fingerprint> observe() throws RotationException {
          Set<Fingerprint> now = super.observe();
          if (seen.isEmpty()) {
            seen = Optional.of(Map.copyOf(settings));
          }
          return seen.get().equals(settings) ? now : seen(seen.get());
        }

        private Set<Fingerprint> seen(Map<String, String> before) {
          return REWRITER.fingerprints(before.getOrDefault("KEY", ""));
        }
      });
    }
  }

  @Breaks(
      tests = {"no_value_is_shown", "it_works_with_the_value_that_it_has_and_with_no_other"},
      word = "json")
  static final class TellsItsSettingsInAnException extends SettingsContract {
    TellsItsSettingsInAnException() {
      super(new Settings() {
        @Override
        public void verify(Fingerprint expected) throws RotationException {
          try {
            super.verify(expected);
          } catch (RotationException wrong) {
            String json = settings.toString().replace("/", "\\/").replace("=", "\\u003d");
            throw new RotationException(wrong.problem() + ": " + json);
          }
        }
      });
    }
  }

  @Breaks(tests = "looking_changes_nothing")
  static final class WritesWhenItIsVerified extends SettingsContract {
    WritesWhenItIsVerified() {
      super(new Settings() {
        @Override
        public void verify(Fingerprint expected) throws RotationException {
          super.verify(expected);
          settings.put("VERIFIED", "true");
        }
      });
    }
  }

  @Breaks(tests = "whoever_has_a_value_is_found_by_it_and_shows_it")
  static final class IsFoundByAnything extends SettingsContract {
    IsFoundByAnything() {
      super(new Settings() {
        @Override
        public List<Dependent> findUsing(Fingerprint fingerprint) {
          return List.of(this);
        }
      });
    }
  }

  @Breaks(tests = "a_dependent_that_is_not_there_is_refused")
  static final class KnowsEverybody extends SettingsContract {
    KnowsEverybody() {
      super(new Settings() {
        @Override
        public Dependent dependent(String id) {
          return this;
        }
      });
    }
  }

  @Breaks(tests = "whoever_adopts_a_value_does_not_close_it")
  static final class ClosesTheValue extends SettingsContract {
    ClosesTheValue() {
      super(new Settings() {
        @Override
        public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
          super.adopt(replacement, attempt);
          replacement.to().close();
        }
      });
    }
  }

  @Breaks(
      tests = {
        "a_death_of_the_process_at_any_of_its_calls_loses_nothing",
        "a_call_that_fails_before_or_after_it_took_effect_loses_nothing_and_is_not_made_twice"
      })
  static final class ShowsWhatItHadBesideWhatItHas extends SettingsContract {
    ShowsWhatItHadBesideWhatItHas() {
      super(new Settings() {
        private final Set<Fingerprint> ever = new HashSet<>();

        @Override
        public Set<Fingerprint> observe() throws RotationException {
          ever.addAll(super.observe());
          return Set.copyOf(ever);
        }
      });
    }
  }
}
