package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What every {@link OneShotIssuer} must do: extend it, and JUnit runs it against yours.
 *
 * <p>What it holds when a test begins stays. What a test makes is removed after it, as far as the test
 * got to know of it.
 */
public abstract non-sealed class OneShotIssuerContract extends IssuerContract<OneShotIssuer> {
  private final Set<String> mine = new HashSet<>();

  /** Begins a test. */
  protected OneShotIssuerContract() {}

  @Override
  final Class<OneShotIssuer> kind() {
    return OneShotIssuer.class;
  }

  @Override
  final World.Held exposed() throws Exception {
    try (Issued made = make(issuer(), values.attempt("expose"))) {
      requireAlive(held(made));
      awaitShown(made.slot());
      return held(made);
    }
  }

  @Override
  final Issued make(OneShotIssuer issuer, AttemptId attempt) throws Exception {
    Issued made = issuer.issue(attempt);
    synchronized (mine) {
      mine.add(made.slot());
    }
    return made;
  }

  /** Before what the author does after each test, which may end the issuer. */
  @RegisterExtension
  final AfterTestExecutionCallback cleaning = context -> removeWhatTheTestMade();

  private void removeWhatTheTestMade() throws Exception {
    for (String slot : issuer().snapshot().slots().keySet()) {
      if (mine.contains(slot)) {
        issuer().revoke(slot, values.attempt("clean"));
      }
    }
  }

  /** A value that nobody has is removed, and another made. */
  @Override
  final int mostForOneAttempt() {
    return 2;
  }

  @Override
  void look(OneShotIssuer issuer, World.Held held) throws Exception {
    super.look(issuer, held);
    issuer.issuedBy(values.attempt("issue"));
    issuer.describeIssue();
  }

  @Override
  List<Object> shown(OneShotIssuer issuer, World.Held held) throws Exception {
    List<Object> shown = new ArrayList<>(super.shown(issuer, held));
    shown.add(issuer.describeIssue());
    return shown;
  }

  @Test
  void a_new_value_has_a_slot_of_its_own_and_leaves_the_others_alone() throws Exception {
    World.Held other = exposed();
    Snapshot before = issuer().snapshot();
    try (Issued made = make(issuer(), values.attempt("issue"))) {
      assertThat(before.slots()).doesNotContainKey(made.slot());
      requireAlive(held(made));
      awaitShown(made.slot());
      Snapshot after = issuer().snapshot();
      requireOthersUntouched(before, after, made.slot());
      assertThat(after.slots()).as("all slots").hasSize(before.slots().size() + 1);
      requireAlive(other);
    }
  }

  @Test
  void what_an_attempt_made_is_found_by_it_after_a_crash_and_by_no_other() throws Exception {
    AttemptId attempt = values.attempt("issue");
    assertThat(issuer().issuedBy(attempt)).isEmpty();
    try (Issued made = make(issuer(), attempt)) {
      awaitShown(made.slot());
      assertThat(reopened().issuedBy(attempt)).containsExactly(made.slot());
      assertThat(issuer().issuedBy(new AttemptId(attempt.runId(), "issue.0"))).isEmpty();
      assertThat(issuer().issuedBy(values.attempt("issue"))).isEmpty();
    }
  }

  @Test
  void the_longest_attempt_is_found_too() throws Exception {
    String run = (values.attempt("x").runId() + "-" + "r".repeat(64)).substring(0, 64);
    AttemptId longest = new AttemptId(run, "s".repeat(64));
    try (Issued made = make(issuer(), longest)) {
      awaitShown(made.slot());
      assertThat(reopened().issuedBy(longest)).containsExactly(made.slot());
      assertThat(issuer().issuedBy(new AttemptId(run, "s".repeat(63)))).isEmpty();
    }
  }

  @Test
  void what_an_attempt_made_twice_is_found_twice_until_it_is_removed() throws Exception {
    AttemptId attempt = values.attempt("issue");
    try (Issued first = make(issuer(), attempt);
        Issued second = make(reopened(), attempt)) {
      awaitShown(first.slot());
      awaitShown(second.slot());
      assertThat(issuer().issuedBy(attempt)).containsExactlyInAnyOrder(first.slot(), second.slot());
      issuer().revoke(first.slot(), values.attempt("discard"));
      requireDead(held(first));
      requireAlive(held(second));
      assertThat(reopened().issuedBy(attempt)).containsExactly(second.slot());
    }
  }

  @Override
  void requireEnding(World world, Trial.Ending ending, String what) throws Exception {
    Set<String> expected = new HashSet<>(ending.plan().snapshot().slots().keySet());
    if (ending.isCompleted()) {
      expected.remove(ending.plan().exposedSlot());
      expected.add(ending.held().slot());
    }
    Snapshot now = issuer().snapshot();
    assertThat(now.slots().keySet()).as("%s: slots, and no orphan", what).isEqualTo(expected);
    requireOthersUntouched(
        ending.plan().snapshot(),
        now,
        ending.plan().exposedSlot(),
        ending.held().slot());
    if (now.slot(ending.held().slot()).isPresent()) {
      issuer().revoke(ending.held().slot(), values.attempt("clean"));
    }
  }
}
