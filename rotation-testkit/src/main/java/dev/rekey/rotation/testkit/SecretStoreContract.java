package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.SecretMetadata;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.StoredVersion;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link SecretStore} must do: extend it, and JUnit runs it against yours.
 *
 * <p>Each test starts with a store of its own that holds nothing under the contract's names.
 */
public abstract class SecretStoreContract extends RotationContract {
  private static final String NAME = "contract-name";
  private static final AttemptId FIRST = new AttemptId("run-1", "store");
  private static final AttemptId SECOND = new AttemptId("run-2", "store");
  private static final AttemptId RETIRE = new AttemptId("run-2", "retire.0");
  private static final int WRITERS = 4;

  private final String oldText = text();
  private final String newText = text();

  /** Makes the values of a test; they are the same in each run. */
  protected SecretStoreContract() {}

  /** Returns the store: within a test the same one each time, or one that holds the same. */
  protected abstract SecretStore store() throws Exception;

  /** Returns the store as another process sees it after the first one died. */
  protected abstract SecretStore reopened() throws Exception;

  /** Puts a value beside the store, as somebody else would who knows nothing of it. */
  protected abstract void putByOthers(String name, Secret value) throws Exception;

  // Whole rotations.

  @Override
  final World newWorld() throws Exception {
    MemorySlots issuer = new MemorySlots(fingerprints(), values);
    String exposed;
    try (Secret value = issuer.read("key1").orElseThrow()) {
      exposed = Values.text(value);
      putByOthers(NAME, value);
    }
    return new World(
        fingerprints(),
        clock,
        this::passing,
        new World.Parts(issuer, store(), new MemoryDependents(fingerprints(), exposed)),
        new World.Held("key1", exposed));
  }

  @Override
  final World.Parts parts(World world, Calls calls, boolean again) throws Exception {
    SecretStore store = again ? reopened() : store();
    return new World.Parts(world.issuer, calls.through(SecretStore.class, store), world.dependents);
  }

  /** One version holds what the dependents hold. */
  @Override
  final void requireEnding(World world, Trial.Ending ending, String what) throws Exception {
    assertThat(store().holding(fingerprint(ending.held().text())))
        .as("%s: versions that hold what the dependents hold", what)
        .filteredOn(StoredVersion::enabled)
        .filteredOn(StoredVersion::newest)
        .hasSize(1);
    if (ending.isCompleted()) {
      assertThat(store().holding(fingerprint(ending.held().text())))
          .as("%s: all versions that hold it", what)
          .hasSize(1);
    }
  }

  // Putting and finding.

  @Test
  void what_is_put_is_the_newest_version_of_its_name_and_can_be_read() throws Exception {
    StoredVersion stored = put(newText, FIRST);
    assertThat(stored.name()).isEqualTo(NAME);
    assertThat(stored.enabled()).isTrue();
    assertThat(stored.newest()).isTrue();
    assertThat(read(store(), stored)).isEqualTo(newText);
  }

  @Test
  void a_value_is_kept_to_the_letter() throws Exception {
    for (String value : List.of(
        " spaces around ",
        "line\nbreak\r\n",
        "\"quotes\" 'and' \\back\\slashes",
        "p\u00e4ssw\u00f6rd \u4e2d \ud83d\udd11",
        "%2B+&=;",
        "x".repeat(10_000))) {
      assertThat(read(store(), put(value, FIRST))).isEqualTo(value);
    }
  }

  @Test
  void what_was_put_is_found_by_its_attempt_after_a_crash() throws Exception {
    StoredVersion stored = put(newText, FIRST);
    assertThat(reopened().find(NAME, FIRST)).contains(stored);
    assertThat(read(reopened(), stored)).isEqualTo(newText);
  }

  @Test
  void an_attempt_that_put_nothing_is_not_found() throws Exception {
    assertThat(store().find(NAME, FIRST)).isEmpty();
    put(newText, FIRST);
    assertThat(store().find(NAME, SECOND)).isEmpty();
    assertThat(store().find(NAME, new AttemptId("run-1", "store.0"))).isEmpty();
    assertThat(store().find("contract-name-2", FIRST)).isEmpty();
  }

  @Test
  void a_newer_version_leaves_the_older_one_as_it_is() throws Exception {
    StoredVersion older = put(oldText, FIRST);
    StoredVersion newer = put(newText, SECOND);
    assertThat(store().find(NAME, FIRST))
        .contains(new StoredVersion(NAME, older.version(), true, false));
    assertThat(store().find(NAME, SECOND)).contains(newer);
    assertThat(read(store(), older)).isEqualTo(oldText);
  }

  @Test
  void an_attempt_that_is_made_twice_leaves_one_enabled_version() throws Exception {
    put(newText, FIRST);
    try (Secret value = Secret.of(newText)) {
      StoredVersion again = reopened().put(value, metadata(newText), FIRST);
      assertThat(again.newest()).isTrue();
      assertThat(store().find(NAME, FIRST)).contains(again);
      assertThat(store().holding(fingerprint(newText))).containsExactly(again);
    }
  }

  @Test
  void those_who_put_at_once_are_all_found_and_one_is_the_newest() throws Exception {
    SecretStore store = store();
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Callable<StoredVersion>> puts = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String text = text();
        AttemptId attempt = new AttemptId("run-" + i, "store");
        puts.add(() -> put(store, text, attempt));
      }
      List<StoredVersion> found = new ArrayList<>();
      for (Future<StoredVersion> put : writers.invokeAll(puts)) {
        put.get();
      }
      for (int i = 0; i < WRITERS; i++) {
        Optional<StoredVersion> put = store.find(NAME, new AttemptId("run-" + i, "store"));
        assertThat(put).as("what run-%d put", i).isPresent();
        put.ifPresent(found::add);
      }
      assertThat(found).allMatch(StoredVersion::enabled).doesNotHaveDuplicates();
      assertThat(found).filteredOn(StoredVersion::newest).hasSize(1);
    } finally {
      writers.shutdownNow();
    }
  }

  // Who holds a value.

  @Test
  void every_version_that_holds_a_value_is_found_whoever_put_it() throws Exception {
    StoredVersion ours = put(oldText, FIRST);
    put(newText, SECOND);
    try (Secret value = Secret.of(oldText)) {
      putByOthers("contract-foreign", value);
    }
    assertThat(store().holding(fingerprint(oldText)))
        .hasSize(2)
        .contains(new StoredVersion(NAME, ours.version(), true, false))
        .anySatisfy(found -> {
          assertThat(found.name()).isEqualTo("contract-foreign");
          assertThat(found.newest()).isTrue();
          assertThat(read(store(), found)).isEqualTo(oldText);
        });
    assertThat(store().holding(fingerprint(text()))).isEmpty();
  }

  @Test
  void what_metadata_says_of_a_value_is_not_believed() throws Exception {
    try (Secret value = Secret.of(oldText)) {
      store().put(value, metadata(newText), FIRST);
    }
    assertThat(store().holding(fingerprint(oldText))).hasSize(1);
    assertThat(store().holding(fingerprint(newText))).isEmpty();
  }

  // Disabling.

  @Test
  void an_older_version_is_disabled_and_the_others_stay() throws Exception {
    StoredVersion older = put(oldText, FIRST);
    StoredVersion newer = put(newText, SECOND);
    store().disable(older, RETIRE);
    assertThatThrownBy(() -> read(store(), older)).isInstanceOf(RotationException.class);
    assertThat(store().holding(fingerprint(oldText))).isEmpty();
    assertThat(store().find(NAME, FIRST))
        .contains(new StoredVersion(NAME, older.version(), false, false));
    assertThat(store().find(NAME, SECOND)).contains(newer);
    assertThat(read(store(), newer)).isEqualTo(newText);
  }

  @Test
  void disabling_again_does_nothing() throws Exception {
    StoredVersion older = put(oldText, FIRST);
    StoredVersion newer = put(newText, SECOND);
    store().disable(older, RETIRE);
    store().disable(older, RETIRE);
    reopened().disable(older, new AttemptId("run-3", "retire.0"));
    assertThat(store().find(NAME, SECOND)).contains(newer);
  }

  @Test
  void the_version_that_followers_get_is_never_disabled() throws Exception {
    StoredVersion older = put(oldText, FIRST);
    StoredVersion newest = put(newText, SECOND);
    // What a caller remembers of it is not believed either.
    for (StoredVersion seen :
        List.of(newest, new StoredVersion(NAME, newest.version(), true, false))) {
      assertFails(() -> store().disable(seen, RETIRE), "newest");
    }
    assertThat(read(store(), newest)).isEqualTo(newText);
    assertThat(read(store(), older)).isEqualTo(oldText);
    assertThat(store().find(NAME, SECOND)).contains(newest);
  }

  @Test
  void a_version_that_is_not_there_can_be_neither_disabled_nor_read() throws Exception {
    put(newText, FIRST);
    for (String name : List.of(NAME, "contract-name-2")) {
      StoredVersion nowhere = new StoredVersion(name, "0".repeat(32), true, false);
      assertFails(() -> store().disable(nowhere, RETIRE), name);
      assertFails(() -> read(store(), nowhere), name);
    }
  }

  // Names.

  @Test
  void the_same_issuer_gets_the_same_name_and_looking_changes_nothing() throws Exception {
    SecretIssuer issuer = issuer("issuer-1", "storage account contract");
    String name = store().nameFor(issuer);
    assertThat(store().obstacles(name).blockers()).isEmpty();
    assertThat(store().nameFor(issuer)).isEqualTo(name);
    try (Secret value = Secret.of(newText)) {
      store().put(value, metadata(name, newText, issuer.id()), FIRST);
    }
    assertThat(reopened().nameFor(issuer)).isEqualTo(name);
    assertThat(store().obstacles(name).blockers()).isEmpty();
  }

  @Test
  void a_name_that_holds_something_else_is_not_chosen() throws Exception {
    SecretIssuer issuer = issuer("issuer-1", "storage account contract");
    String taken = store().nameFor(issuer);
    try (Secret value = Secret.of(oldText)) {
      putByOthers(taken, value);
    }
    String free = store().nameFor(issuer);
    assertThat(free).isNotEqualTo(taken);
    try (Secret value = Secret.of(newText)) {
      store().put(value, metadata(free, newText, issuer.id()), FIRST);
    }
    assertThat(store().nameFor(issuer("issuer-2", "storage account contract")))
        .isNotIn(taken, free);
    assertThat(store().nameFor(issuer)).isEqualTo(free);
  }

  // Values.

  @Test
  void whoever_closes_a_value_closes_no_other_copy() throws Exception {
    Secret put = Secret.of(newText);
    StoredVersion stored = store().put(put, metadata(newText), FIRST);
    Values.requireOpen(put, "a value that was put");
    put.close();
    store().read(stored).close();
    try (Secret value = store().read(stored)) {
      Values.requireOpen(value, "a value that was read once more");
      assertThat(Values.text(value)).isEqualTo(newText);
    }
  }

  @Test
  void no_value_is_shown() throws Exception {
    StoredVersion older = put(oldText, FIRST);
    StoredVersion newest = put(newText, SECOND);
    store().disable(older, RETIRE);
    List<Object> shown = new ArrayList<>(List.of(
        store(),
        store().id(),
        older,
        newest,
        store().describePut(NAME),
        store().describeDisable(older),
        store().obstacles(NAME),
        store().holding(fingerprint(newText))));
    shown.add(failure(() -> store().disable(newest, RETIRE)));
    shown.add(failure(() -> read(store(), older)));
    for (Object each : shown) {
      assertNoValue(each.toString());
    }
  }

  @Test
  void the_calls_of_a_plan_name_what_they_change() throws Exception {
    StoredVersion stored = put(newText, FIRST);
    assertThat(store().describePut(NAME).text()).contains(NAME, store().id());
    assertThat(store().describeDisable(stored).text()).contains(stored.toString());
    assertThat(store().describePut(NAME).effects()).isNotEmpty();
    assertThat(reopened().id()).isEqualTo(store().id());
  }

  // Trouble.

  @TestFactory
  Stream<DynamicTest> a_put_that_meets_trouble_leaves_one_version_in_the_end() {
    return troubles().stream()
        .map(trouble -> dynamicTest(trouble.name(), () -> {
          // A name for each: a dynamic test has no store of its own.
          String name = NAME + "-" + trouble.name().replaceAll("[^a-z0-9]+", "-");
          AttemptId attempt = new AttemptId("run-t", "store");
          String text = text();
          store().find(name, attempt);
          Optional<String> failed = attempt(trouble, () -> put(store(), name, text, attempt));
          failed.ifPresent(words -> assertNoValue(words, text));
          // As a run that is resumed does: it looks, and puts only if nothing is there.
          if (reopened().find(name, attempt).isEmpty()) {
            put(reopened(), name, text, attempt);
          }
          StoredVersion found = reopened().find(name, attempt).orElseThrow();
          assertThat(found.enabled()).isTrue();
          assertThat(found.newest()).isTrue();
          assertThat(reopened().holding(fingerprint(text))).containsExactly(found);
          assertThat(read(reopened(), found)).isEqualTo(text);
        }));
  }

  @TestFactory
  Stream<DynamicTest> a_version_whose_disabling_meets_trouble_is_disabled_in_the_end() {
    return troubles().stream()
        .map(trouble -> dynamicTest(trouble.name(), () -> {
          String name = NAME + "-" + trouble.name().replaceAll("[^a-z0-9]+", "-");
          StoredVersion older = put(store(), name, text(), FIRST);
          StoredVersion newest = put(store(), name, newText, SECOND);
          attempt(trouble, () -> store().disable(older, RETIRE))
              .ifPresent(words -> assertNoValue(words, newText));
          reopened().disable(older, RETIRE);
          assertThat(reopened().find(name, FIRST).orElseThrow().enabled()).isFalse();
          assertThat(reopened().find(name, SECOND)).contains(newest);
          assertThat(read(reopened(), newest)).isEqualTo(newText);
        }));
  }

  /** Makes a call in trouble; returns what is said if it fails. */
  private static Optional<String> attempt(Trouble trouble, ThrowingCallable call) {
    trouble.arrange().run();
    try {
      call.call();
      return Optional.empty();
    } catch (RotationException failed) {
      return Optional.of(trace(failed));
    } catch (Throwable other) {
      throw new AssertionError("only a RotationException says that a call failed", other);
    } finally {
      trouble.mend().run();
    }
  }

  // What the tests share.

  /** A value that no other test has. */
  private String text() {
    return values.text();
  }

  private StoredVersion put(String text, AttemptId attempt) throws Exception {
    return put(store(), text, attempt);
  }

  private StoredVersion put(SecretStore into, String text, AttemptId attempt) throws Exception {
    return put(into, NAME, text, attempt);
  }

  private StoredVersion put(SecretStore into, String name, String text, AttemptId attempt)
      throws RotationException {
    try (Secret value = Secret.of(text)) {
      return into.put(value, metadata(name, text, "issuer-1"), attempt);
    }
  }

  private SecretMetadata metadata(String text) {
    return metadata(NAME, text, "issuer-1");
  }

  private SecretMetadata metadata(String name, String text, String issuer) {
    return new SecretMetadata(name, fingerprint(text), issuer, "slot-2", fingerprint(oldText));
  }

  private Fingerprint fingerprint(String text) {
    try (Secret value = Secret.of(text)) {
      return fingerprints().fingerprint(value);
    }
  }

  private static String read(SecretStore from, StoredVersion version) throws RotationException {
    try (Secret value = from.read(version)) {
      return value.reveal(String::new);
    }
  }

  /** An issuer of which only the names are asked. */
  private static SecretIssuer issuer(String id, String label) {
    return (SecretIssuer) Proxy.newProxyInstance(
        SlotIssuer.class.getClassLoader(),
        new Class<?>[] {SlotIssuer.class},
        (proxy, method, arguments) -> switch (method.getName()) {
          case "id" -> id;
          case "label" -> label;
          default -> throw new AssertionError("a store asked an issuer to " + method.getName());
        });
  }

  private void assertFails(ThrowingCallable call, String word) {
    assertThat(failure(call)).contains(word);
  }

  private String failure(ThrowingCallable call) {
    StringBuilder said = new StringBuilder();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RotationException.class, failed -> said.append(trace(failed)));
    assertNoValue(said.toString());
    return said.toString();
  }

  private static String trace(Throwable failed) {
    return Canary.trace(failed);
  }

  private void assertNoValue(String shown) {
    assertNoValue(shown, oldText);
    assertNoValue(shown, newText);
  }

  private static void assertNoValue(String shown, String value) {
    Canary.requireAbsent(shown, List.of(value), "what is shown");
  }
}
