package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SlotIssuer} must do: extend it, and JUnit runs it against yours.
 *
 * <p>The issuer has two slots at least, and all of its values are the tests' to lose.
 */
public abstract non-sealed class SlotIssuerContract extends IssuerContract<SlotIssuer> {
  /** Begins a test. */
  protected SlotIssuerContract() {}

  @Override
  final Class<SlotIssuer> kind() {
    return SlotIssuer.class;
  }

  private List<String> slots() throws Exception {
    List<String> slots = List.copyOf(issuer().snapshot().slots().keySet());
    assertThat(slots).as("the slots").hasSizeGreaterThanOrEqualTo(2);
    return slots;
  }

  /** The value of the first slot; where it is told once, a new one. */
  @Override
  final World.Held exposed() throws Exception {
    String slot = slots().get(0);
    Optional<Secret> told = issuer().read(slot);
    if (told.isPresent()) {
      try (Secret value = told.get()) {
        return new World.Held(slot, Values.text(value));
      }
    }
    try (Issued made = issuer().issue(slot, values.attempt("expose"))) {
      requireAlive(held(made));
      return held(made);
    }
  }

  @Override
  final Issued make(SlotIssuer issuer, AttemptId attempt) throws Exception {
    return issuer.issue(slots().get(1), attempt);
  }

  private boolean tellsAgain() throws Exception {
    Optional<Secret> told = issuer().read(slots().get(0));
    told.ifPresent(Secret::close);
    return told.isPresent();
  }

  /** A value that nobody has is made again. */
  @Override
  final int mostForOneAttempt() throws Exception {
    return tellsAgain() ? 1 : 2;
  }

  @Override
  void look(SlotIssuer issuer, World.Held held) throws Exception {
    super.look(issuer, held);
    issuer.read(held.slot()).ifPresent(Secret::close);
    issuer.describeIssue(held.slot());
  }

  @Override
  List<Call> nowhere(String slot) {
    List<Call> calls = new ArrayList<>(super.nowhere(slot));
    calls.add(() -> issuer().issue(slot, values.attempt("issue")).close());
    return calls;
  }

  @Override
  List<Object> shown(SlotIssuer issuer, World.Held held) throws Exception {
    List<Object> shown = new ArrayList<>(super.shown(issuer, held));
    shown.add(issuer.describeIssue(held.slot()));
    shown.add(issuer.beside(slots().get(0), slots().get(1)));
    return shown;
  }

  @Test
  void what_is_read_is_what_the_snapshot_shows_and_is_read_again() throws Exception {
    Snapshot before = issuer().snapshot();
    boolean again = tellsAgain();
    for (String slot : slots()) {
      Optional<Secret> told = issuer().read(slot);
      assertThat(told.isPresent())
          .as("whether %s is told like the others", slot)
          .isEqualTo(again);
      if (told.isPresent()) {
        try (Secret value = told.get()) {
          World.Held held = new World.Held(slot, Values.text(value));
          assertThat(before.slot(slot).orElseThrow().fingerprint())
              .as("what the snapshot shows of %s", slot)
              .contains(fingerprints().fingerprint(value));
          requireAlive(held);
        }
        try (Secret second = reopened().read(slot).orElseThrow()) {
          assertThat(before.slot(slot).orElseThrow().fingerprint())
              .as("what the snapshot shows of what was read once more")
              .contains(fingerprints().fingerprint(second));
        }
      }
    }
  }

  @Test
  void a_new_value_makes_the_old_one_of_its_slot_die_and_leaves_the_others_alone()
      throws Exception {
    String slot = slots().get(1);
    try (Issued older = issuer().issue(slot, values.attempt("issue"))) {
      World.Held old = held(older);
      World.Held other = exposed();
      requireAlive(old);
      Snapshot before = issuer().snapshot();
      try (Issued made = issuer().issue(slot, values.attempt("issue"))) {
        assertThat(made.slot()).as("where it says that it is").isEqualTo(slot);
        requireAlive(held(made));
      }
      requireDead(old);
      requireAlive(other);
      Snapshot after = issuer().snapshot();
      requireOthersUntouched(before, after, slot);
      assertThat(after.slot(slot).orElseThrow().identity())
          .isNotEqualTo(before.slot(slot).orElseThrow().identity());
    }
  }

  @Test
  void another_process_sees_that_a_value_was_made_and_reads_it() throws Exception {
    String slot = slots().get(1);
    Snapshot before = issuer().snapshot();
    try (Issued made = issuer().issue(slot, values.attempt("issue"))) {
      requireAlive(held(made));
      assertThat(reopened().snapshot().slot(slot).orElseThrow().identity())
          .isNotEqualTo(before.slot(slot).orElseThrow().identity());
      Optional<Secret> told = reopened().read(slot);
      if (told.isPresent()) {
        try (Secret value = told.get()) {
          assertThat(fingerprints().fingerprint(value)).isEqualTo(made.fingerprint());
        }
      }
    }
  }

  @Override
  void requireEnding(World world, Trial.Ending ending, String what) throws Exception {
    Snapshot now = issuer().snapshot();
    assertThat(now.slots().keySet())
        .as("%s: the slots", what)
        .isEqualTo(ending.plan().snapshot().slots().keySet());
    for (String slot : now.slots().keySet()) {
      assertThat(world.history(slot))
          .as("%s: what %s held, one value after another", what, slot)
          .hasSizeLessThanOrEqualTo(1 + mostForOneAttempt());
    }
    if (ending.isCompleted()) {
      assertThat(ending.held().slot())
          .as("%s: the slot of what dependents hold", what)
          .isEqualTo(ending.plan().standbySlot());
      requireOthersUntouched(
          ending.plan().snapshot(),
          now,
          ending.plan().standbySlot(),
          ending.plan().exposedSlot());
    } else {
      requireOthersUntouched(ending.plan().snapshot(), now, ending.plan().standbySlot());
    }
  }
}
