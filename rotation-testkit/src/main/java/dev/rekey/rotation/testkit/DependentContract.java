package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.MemoryStore;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Dependent} and its {@link DependentFinder} must do: extend it, and JUnit runs it
 * against yours.
 *
 * <p>For dependents that are configured with the value itself; one that follows a store is not
 * covered.
 */
public abstract class DependentContract extends RotationContract {
  private static final AttemptId ATTEMPT = new AttemptId("contract", "adopt.0");

  private String current = "";
  private String before = "";

  /** Begins a test. */
  protected DependentContract() {}

  /** Returns the finder: within a test the same one each time, or one that sees the same. */
  protected abstract DependentFinder dependents() throws Exception;

  /**
   * Returns the finder as another process sees it after the first one died: made anew, with nothing
   * remembered. By default it is the same object.
   */
  protected DependentFinder reopened() throws Exception {
    return dependents();
  }

  /**
   * Configures one dependent with a value, as somebody else would, beside settings that have nothing to
   * do with it, and in whatever shapes it takes: bare, inside a longer value. Nobody else has the value.
   * It is called once or more in a test, each time with another value, which takes the place of the one
   * before.
   */
  protected abstract void configure(Secret value) throws Exception;

  /**
   * Returns the whole configuration of that dependent as somebody else reads it: all that must not
   * change by itself, in the same order each time, with the values as they were given.
   */
  protected abstract String configuration() throws Exception;

  /** Makes a value of a form that the dependent takes; by default 40 characters of base64. */
  protected String newValue() {
    return values.text();
  }

  @Override
  final World newWorld() throws Exception {
    MemorySlots issuer = new MemorySlots(fingerprints(), this::newValue);
    MemoryStore store = MemoryStore.named("contract", fingerprints());
    String exposed;
    try (Secret value = issuer.read("key1").orElseThrow()) {
      exposed = Values.text(value);
      store.add("contract", value);
      configure(value);
    }
    before = configuration();
    return new World(
        fingerprints(),
        clock,
        this::passing,
        new World.Parts(issuer, store, dependents()),
        new World.Held("key1", exposed));
  }

  @Override
  final World.Parts parts(World world, Calls calls, boolean again) throws Exception {
    DependentFinder finder = again ? reopened() : dependents();
    return new World.Parts(world.issuer, world.store, calls.through(DependentFinder.class, finder));
  }

  /** Only the value has changed, or nothing. */
  @Override
  final void requireEnding(World world, Trial.Ending ending, String what) throws Exception {
    assertThat(configuration()
            .equals(before.replace(world.exposed.text(), ending.held().text())))
        .as("%s: nothing but the value has changed", what)
        .isTrue();
  }

  // Looking.

  @Test
  void whoever_has_a_value_is_found_by_it_and_shows_it() throws Exception {
    String text = configured();
    Dependent dependent = only(dependents(), text);
    assertThat(dependent.observe()).contains(fingerprint(text));
    assertThat(dependents().findUsing(fingerprint(newValue()))).isEmpty();
    assertThat(dependent.observe()).doesNotContain(fingerprint(newValue()));
    Dependent again = reopened().dependent(dependent.id());
    assertThat(again.id()).isEqualTo(dependent.id()).isNotBlank();
    assertThat(again.label()).isEqualTo(dependent.label()).isNotBlank();
    assertThat(again.observe()).isEqualTo(dependent.observe());
  }

  @Test
  void looking_changes_nothing() throws Exception {
    String text = configured();
    String configuration = configuration();
    Dependent dependent = only(dependents(), text);
    dependent.observe();
    dependent.verify(fingerprint(text));
    dependent.describeAdopt();
    dependent.proves();
    dependent.link();
    dependent.followsStore();
    dependents().describeFind();
    requireConfiguration(configuration);
    assertThat(dependent.proves()).isNotNull();
    assertThat(dependent.describeAdopt().text()).isNotBlank();
  }

  @Test
  void a_dependent_that_is_not_there_is_refused() throws Exception {
    configured();
    String id = dependents().findUsing(fingerprint(current)).get(0).id();
    failure(() -> dependents().dependent(id + "-that-is-not-there").observe(), List.of(current));
  }

  // Adopting.

  @Test
  void only_the_value_is_changed_and_going_back_restores_everything() throws Exception {
    String old = configured();
    String fresh = newValue();
    String configuration = configuration();
    Dependent dependent = only(dependents(), old);
    adopt(dependent, old, fresh);
    assertThat(configuration().contains(old)).as("the old value is still there").isFalse();
    requireConfiguration(configuration.replace(old, fresh));
    assertThat(dependent.observe()).contains(fingerprint(fresh)).doesNotContain(fingerprint(old));
    assertThat(dependents().findUsing(fingerprint(old))).isEmpty();
    assertThat(only(reopened(), fresh).id()).isEqualTo(dependent.id());
    adopt(only(reopened(), fresh), fresh, old);
    requireConfiguration(configuration);
  }

  @Test
  void adopting_again_does_nothing() throws Exception {
    String old = configured();
    String fresh = newValue();
    Dependent dependent = only(dependents(), old);
    adopt(dependent, old, fresh);
    String configuration = configuration();
    adopt(dependent, old, fresh);
    adopt(reopened().dependent(dependent.id()), old, fresh);
    requireConfiguration(configuration);
    adopt(dependent, old, newValue());
    requireConfiguration(configuration);
  }

  @Test
  void where_the_value_does_not_stand_nothing_is_written() throws Exception {
    String text = configured();
    String configuration = configuration();
    adopt(only(dependents(), text), newValue(), newValue());
    requireConfiguration(configuration);
  }

  @Test
  void what_somebody_else_configures_meanwhile_is_seen() throws Exception {
    String old = configured();
    Dependent dependent = only(dependents(), old);
    dependent.observe();
    String other = configured();
    assertThat(dependent.observe()).contains(fingerprint(other)).doesNotContain(fingerprint(old));
    String configuration = configuration();
    adopt(dependent, old, newValue());
    requireConfiguration(configuration);
  }

  // Verifying.

  @Test
  void it_works_with_the_value_that_it_has_and_with_no_other() throws Exception {
    String old = configured();
    String fresh = newValue();
    Dependent dependent = only(dependents(), old);
    dependent.verify(fingerprint(old));
    failure(() -> dependent.verify(fingerprint(fresh)), List.of(old, fresh));
    adopt(dependent, old, fresh);
    dependent.verify(fingerprint(fresh));
    failure(() -> dependent.verify(fingerprint(old)), List.of(old, fresh));
  }

  // Values.

  @Test
  void whoever_adopts_a_value_does_not_close_it() throws Exception {
    String old = configured();
    String fresh = newValue();
    try (Secret value = Secret.of(fresh)) {
      only(dependents(), old).adopt(new Replacement(fingerprint(old), value), ATTEMPT);
      Values.requireOpen(value, "a value that was adopted");
    }
  }

  @Test
  void no_value_is_shown() throws Exception {
    String old = configured();
    String fresh = newValue();
    List<Object> shown = new ArrayList<>();
    try (Output output = new Output()) {
      Dependent dependent = only(dependents(), old);
      shown.add(dependents());
      shown.add(dependents().describeFind());
      shown.addAll(shown(dependent));
      adopt(dependent, old, fresh);
      shown.addAll(shown(dependent));
      shown.add(failure(() -> dependent.verify(fingerprint(old)), List.of(old, fresh)));
      shown.add(output.text());
    }
    for (Object each : shown) {
      Canary.requireAbsent(each.toString(), List.of(old, fresh), each.getClass().getSimpleName());
    }
  }

  private static List<Object> shown(Dependent dependent) throws RotationException {
    return List.of(
        dependent,
        dependent.id(),
        dependent.label(),
        dependent.describeAdopt(),
        dependent.observe());
  }

  // What the tests share.

  private String configured() throws Exception {
    current = newValue();
    try (Secret value = Secret.of(current)) {
      configure(value);
    }
    assertThat(configuration().contains(current))
        .as("the configuration holds the value to the letter")
        .isTrue();
    return current;
  }

  private Dependent only(DependentFinder finder, String text) throws RotationException {
    List<Dependent> found = finder.findUsing(fingerprint(text));
    assertThat(found).as("who is configured with the value").hasSize(1);
    return finder.dependent(found.get(0).id());
  }

  private void adopt(Dependent dependent, String from, String to) throws RotationException {
    try (Secret value = Secret.of(to)) {
      dependent.adopt(new Replacement(fingerprint(from), value), ATTEMPT);
    }
  }

  /** Compared without being shown: it holds values. */
  private void requireConfiguration(String expected) throws Exception {
    assertThat(difference(configuration(), expected))
        .as("where the configuration differs")
        .isEmpty();
  }

  private static Optional<Integer> difference(String text, String expected) {
    for (int i = 0; i < Math.max(text.length(), expected.length()); i++) {
      if (i >= text.length() || i >= expected.length() || text.charAt(i) != expected.charAt(i)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private Fingerprint fingerprint(String text) {
    return Values.fingerprint(fingerprints(), text);
  }
}
