package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.MemoryStore;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.Sessions;
import dev.rekey.rotation.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SecretIssuer} must do, of either kind: extend {@link SlotIssuerContract} or {@link
 * OneShotIssuerContract}.
 *
 * <p>The tests make and revoke values of the issuer without mercy. They take whatever it holds when one
 * begins, so that all of them may be run against one and the same.
 *
 * @param <I> the kind of issuer
 */
public abstract sealed class IssuerContract<I extends SecretIssuer> extends RotationContract
    permits SlotIssuerContract, OneShotIssuerContract {
  private static final int WORKERS = 4;
  private static final int LOOKS = 30;
  private static final String NOWHERE = "no-such-slot";

  IssuerContract() {}

  /** Returns the issuer: within a test the same one each time, or one that holds the same. */
  protected abstract I issuer() throws Exception;

  /**
   * Returns the issuer as another process sees it after the first one died: made anew, with nothing
   * remembered. By default it is the same object.
   */
  protected I reopened() throws Exception {
    return issuer();
  }

  /**
   * Returns the finder that knows the issuer. By default there is none, and the tests of finders are
   * reported as skipped.
   */
  protected Optional<IssuerFinder> finder() throws Exception {
    return Optional.empty();
  }

  /**
   * Returns what a scan makes of a value of the issuer, with whatever beside it the finder needs; by
   * default of the value alone.
   *
   * @param value stays the caller's
   */
  protected Credential found(Secret value) throws Exception {
    return World.exposure(fingerprints(), Values.text(value)).credential();
  }

  /** Returns a value that the issuer holds now in a slot, and may lose. */
  abstract World.Held exposed() throws Exception;

  /** Makes a new value, by whichever of the issuer's ways. */
  abstract Issued make(I issuer, AttemptId attempt) throws Exception;

  /** Returns the interface of its kind. */
  abstract Class<I> kind();

  @Override
  World newWorld() throws Exception {
    World.Held exposed = exposed();
    pass(Duration.ofSeconds(2)); // Times of changes must differ, however coarse they are.
    MemoryStore store = MemoryStore.named("contract", fingerprints());
    try (Secret value = Secret.of(exposed.text())) {
      store.add("contract", value);
    }
    return new World(
        fingerprints(),
        clock,
        this::passing,
        new World.Parts(issuer(), store, new MemoryDependents(fingerprints(), exposed.text())),
        exposed);
  }

  @Override
  World.Parts parts(World world, Calls calls, boolean again) throws Exception {
    return new World.Parts(
        calls.through(kind(), again ? reopened() : issuer()), world.store, world.dependents);
  }

  // Looking.

  @Test
  void looking_changes_nothing() throws Exception {
    World.Held held = exposed();
    Snapshot before = issuer().snapshot();
    look(issuer(), held);
    look(reopened(), held);
    assertThat(issuer().snapshot()).isEqualTo(before);
    requireAlive(held);
    assertThat(before.slot(held.slot()).orElseThrow().isVacant()).isFalse();
  }

  /** Calls whatever changes nothing. */
  void look(I issuer, World.Held held) throws Exception {
    issuer.id();
    issuer.label();
    issuer.snapshot();
    issuer.sessions(held.slot());
    issuer.describeRevoke(held.slot());
    for (String other : issuer.snapshot().slots().keySet()) {
      issuer.beside(held.slot(), other);
    }
    probe(issuer, held);
  }

  @Test
  void another_process_sees_the_same() throws Exception {
    World.Held held = exposed();
    assertThat(reopened().id()).isEqualTo(issuer().id()).isNotBlank();
    assertThat(reopened().label()).isEqualTo(issuer().label()).isNotBlank();
    assertThat(reopened().snapshot()).isEqualTo(issuer().snapshot());
    requireAccepted(reopened(), held);
  }

  @Test
  void a_value_that_it_never_made_is_refused() throws Exception {
    World.Held held = exposed();
    requireRefused(issuer(), new World.Held(held.slot(), altered(held.text())));
    requireAlive(held);
  }

  /** Another value of the same form. */
  private static String altered(String text) {
    char[] letters = text.toCharArray();
    int middle = letters.length / 2;
    letters[middle] = letters[middle] == 'A' ? 'B' : 'A';
    return new String(letters);
  }

  @Test
  void what_changes_beside_a_value_can_be_changed_back() throws Exception {
    World.Held held = exposed();
    try (Issued made = make(issuer(), values.attempt("issue"))) {
      Map<String, String> there = issuer().beside(held.slot(), made.slot());
      Map<String, String> back = new HashMap<>();
      there.forEach((from, to) -> back.put(to, from));
      assertThat(issuer().beside(made.slot(), held.slot())).isEqualTo(back);
    }
  }

  @Test
  void what_outlives_a_value_is_told_in_words() throws Exception {
    Sessions sessions = issuer().sessions(exposed().slot());
    assertThat(sessions.what().isBlank()).as("%s", sessions).isNotEqualTo(sessions.possible());
  }

  // Making and revoking.

  @Test
  void what_it_makes_is_accepted_and_is_the_value_that_it_tells() throws Exception {
    try (Issued made = make(issuer(), values.attempt("issue"))) {
      assertThat(made.fingerprint())
          .as("the fingerprint of what was made")
          .isEqualTo(fingerprints().fingerprint(made.value()));
      Snapshot.Slot shown = awaitShown(made.slot());
      assertThat(shown.isVacant()).isFalse();
      shown
          .fingerprint()
          .ifPresent(fingerprint -> assertThat(fingerprint)
              .as("what the snapshot shows of it")
              .isEqualTo(made.fingerprint()));
      requireAlive(held(made));
    }
  }

  @Test
  void each_value_has_an_identity_of_its_own() throws Exception {
    List<String> identities = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Issued made = make(issuer(), values.attempt("issue"))) {
        texts.add(Values.text(made.value()));
        requireAlive(held(made));
        identities.add(awaitShown(made.slot()).identity());
      }
    }
    assertThat(identities).doesNotHaveDuplicates().noneMatch(String::isEmpty);
    assertThat(texts).doesNotHaveDuplicates();
  }

  @Test
  void what_is_revoked_dies_and_nothing_else_does() throws Exception {
    try (Issued made = make(issuer(), values.attempt("issue"))) {
      World.Held held = held(made);
      requireAlive(held);
      Snapshot before = issuer().snapshot();
      issuer().revoke(held.slot(), values.attempt("revoke"));
      requireDead(held);
      Snapshot after = issuer().snapshot();
      assertThat(after.slot(held.slot()).map(Snapshot.Slot::identity))
          .as("the identity of what the slot holds now")
          .isNotEqualTo(before.slot(held.slot()).map(Snapshot.Slot::identity));
      requireOthersUntouched(before, after, held.slot());
      assertThat(reopened().snapshot()).isEqualTo(after);
    }
  }

  @Test
  void revoking_again_brings_nothing_back() throws Exception {
    try (Issued made = make(issuer(), values.attempt("issue"))) {
      AttemptId attempt = values.attempt("revoke");
      issuer().revoke(made.slot(), attempt);
      try {
        reopened().revoke(made.slot(), attempt);
      } catch (RotationException gone) {
        Canary.requireAbsent(Canary.trace(gone), List.of(held(made).text()), "an exception");
      }
      requireDead(held(made));
    }
  }

  @Test
  void whoever_closes_a_value_closes_no_other_copy() throws Exception {
    Issued made = make(issuer(), values.attempt("issue"));
    World.Held held = held(made);
    made.close();
    requireAlive(held);
    try (Secret value = Secret.of(held.text())) {
      issuer().probe(held.slot(), value);
      Values.requireOpen(value, "a value that was tried");
    }
  }

  @Test
  void a_slot_that_is_not_there_is_refused_and_nothing_changes() throws Exception {
    World.Held held = exposed();
    Snapshot before = issuer().snapshot();
    for (Call call : nowhere(NOWHERE)) {
      try {
        call.make();
      } catch (RotationException | IllegalArgumentException refused) {
        Canary.requireAbsent(Canary.trace(refused), List.of(held.text()), "an exception");
        continue;
      }
      throw new AssertionError("a call about a slot that is not there did not fail");
    }
    assertThat(issuer().snapshot()).isEqualTo(before);
    requireAlive(held);
  }

  /** Returns the calls that can't be made about a slot that is not there. */
  List<Call> nowhere(String slot) {
    return List.of(() -> issuer().revoke(slot, values.attempt("revoke")));
  }

  @Test
  void those_who_look_while_somebody_makes_a_value_are_answered() throws Exception {
    World.Held held = exposed();
    I issuer = issuer();
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 1; i < WORKERS; i++) {
        tasks.add(() -> {
          issuer.snapshot();
          issuer.sessions(held.slot());
          probe(issuer, held);
          return true;
        });
      }
      tasks.add(() -> {
        make(issuer, values.attempt("issue")).close();
        return true;
      });
      for (Future<Boolean> task : workers.invokeAll(tasks)) {
        assertThat(task).as("a call while others are made").succeedsWithin(Duration.ofMinutes(1));
      }
    } finally {
      workers.shutdownNow();
    }
  }

  // Finding.

  private IssuerFinder known() throws Exception {
    Optional<IssuerFinder> finder = finder();
    assumeTrue(finder.isPresent(), "no finder of this issuer is given: see finder()");
    return finder.orElseThrow();
  }

  @Test
  void its_finder_proves_the_slot_of_a_value_and_changes_nothing() throws Exception {
    IssuerFinder finder = known();
    World.Held held = exposed();
    Snapshot before = issuer().snapshot();
    try (Secret value = Secret.of(held.text())) {
      Optional<IssuerFinder.Holding> holding = finder.findIssuing(found(value), Optional.of(value));
      assertThat(holding.map(one -> one.issuer().id()))
          .as("the issuer of the value")
          .contains(issuer().id());
      assertThat(holding.map(IssuerFinder.Holding::slot))
          .as("the slot of the value")
          .contains(held.slot());
      Values.requireOpen(value, "a value that was looked for");
    }
    assertThat(finder.issuer(issuer().id()).snapshot()).isEqualTo(before);
    requireAlive(held);
  }

  @Test
  void its_finder_does_not_guess() throws Exception {
    IssuerFinder finder = known();
    World.Held held = exposed();
    try (Secret value = Secret.of(held.text());
        Secret other = Secret.of(altered(held.text()))) {
      try {
        assertThat(finder.findIssuing(found(other), Optional.of(other)).map(Object::toString))
            .as("who holds a value that nobody made")
            .isEmpty();
      } catch (RotationException untold) {
        Canary.requireAbsent(Canary.trace(untold), List.of(held.text()), "an exception");
      }
      try {
        assertThat(
                finder.findIssuing(found(value), Optional.empty()).map(IssuerFinder.Holding::slot))
            .as("the slot of a value that is not shown to the finder")
            .contains(held.slot());
      } catch (RotationException untold) {
        Canary.requireAbsent(Canary.trace(untold), List.of(held.text()), "an exception");
      }
    }
  }

  @Test
  void its_finder_refuses_an_issuer_that_is_not_there() throws Exception {
    IssuerFinder finder = known();
    String id = issuer().id() + "-that-is-not-there";
    failure(() -> finder.issuer(id).snapshot(), List.of());
  }

  // Values.

  @Test
  void no_value_is_shown() throws Exception {
    World.Held held = exposed();
    List<String> texts = new ArrayList<>(List.of(held.text()));
    List<Object> shown = new ArrayList<>();
    try (Output output = new Output();
        Issued made = make(issuer(), values.attempt("issue"))) {
      World.Held fresh = held(made);
      texts.add(fresh.text());
      shown.add(made);
      for (World.Held each : List.of(held, fresh)) {
        shown.addAll(shown(issuer(), each));
      }
      for (Call call : nowhere(NOWHERE)) {
        try {
          call.make();
        } catch (Exception failed) {
          shown.add(Canary.trace(failed));
        }
      }
      issuer().revoke(fresh.slot(), values.attempt("revoke"));
      shown.add(issuer().probe(fresh.slot(), made.value()));
      shown.addAll(shown(issuer(), fresh));
      shown.add(output.text());
    }
    for (Object each : shown) {
      Canary.requireAbsent(each.toString(), texts, each.getClass().getSimpleName());
    }
  }

  /** Returns all that shows itself of an issuer and one of its slots. */
  List<Object> shown(I issuer, World.Held held) throws Exception {
    return List.of(
        issuer,
        issuer.id(),
        issuer.label(),
        issuer.snapshot(),
        issuer.sessions(held.slot()),
        issuer.describeRevoke(held.slot()),
        probe(issuer, held));
  }

  // What the tests share.

  World.Held held(Issued issued) {
    return new World.Held(issued.slot(), Values.text(issued.value()));
  }

  private static List<ProbeAnswer> probe(SecretIssuer issuer, World.Held held)
      throws RotationException, InterruptedException {
    try (Secret value = Secret.of(held.text())) {
      return issuer.probe(held.slot(), value);
    }
  }

  /** Some take a while to show what they made. */
  Snapshot.Slot awaitShown(String slot) throws Exception {
    for (int look = 0; look < LOOKS && issuer().snapshot().slot(slot).isEmpty(); look++) {
      passing(Duration.ofSeconds(1));
    }
    return issuer()
        .snapshot()
        .slot(slot)
        .orElseThrow(() -> new AssertionError("the snapshot does not show " + slot));
  }

  static void requireOthersUntouched(Snapshot before, Snapshot after, String... changed) {
    Map<String, Snapshot.Slot> others = new HashMap<>(before.slots());
    Map<String, Snapshot.Slot> now = new HashMap<>(after.slots());
    for (String slot : changed) {
      others.remove(slot);
      now.remove(slot);
    }
    assertThat(now).as("the other slots").isEqualTo(others);
  }

  void requireAlive(World.Held held) throws Exception {
    Probing.requireAccepted(() -> probe(issuer(), held), this::passing, held.slot());
  }

  void requireDead(World.Held held) throws Exception {
    Probing.requireRefused(() -> probe(issuer(), held), this::passing, held.slot());
  }

  private void requireAccepted(I issuer, World.Held held) throws Exception {
    Probing.requireAccepted(() -> probe(issuer, held), this::passing, held.slot());
  }

  private void requireRefused(I issuer, World.Held held) throws Exception {
    Probing.requireRefused(() -> probe(issuer, held), this::passing, held.slot());
  }
}
