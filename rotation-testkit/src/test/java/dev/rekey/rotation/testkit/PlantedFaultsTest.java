package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.rekey.rotation.JournalException;
import dev.rekey.rotation.RotationException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A contract fails for a component that breaks it, by the test that is named for what is broken. */
class PlantedFaultsTest {
  private static final List<Class<?>> PLANTED = List.of(
      BrokenSlotIssuers.class,
      BrokenOneShotIssuers.class,
      BrokenStores.class,
      BrokenDependents.class,
      BrokenJournals.class);

  private static final List<Class<?>> CONTRACTS = List.of(
      RotationContract.class,
      IssuerContract.class,
      SlotIssuerContract.class,
      OneShotIssuerContract.class,
      SecretStoreContract.class,
      DependentContract.class,
      RotationJournalContract.class);

  /** A component that breaks its contract, and the tests that must fail for that reason. */
  record Planted(Class<?> broken, String test, String word) {
    @Override
    public String toString() {
      return broken.getSimpleName() + ": " + test;
    }
  }

  static Stream<Planted> planted() {
    return PLANTED.stream()
        .flatMap(group -> Stream.of(group.getDeclaredClasses()))
        .filter(broken -> broken.isAnnotationPresent(Breaks.class))
        .flatMap(broken -> {
          Breaks breaks = broken.getAnnotation(Breaks.class);
          return Arrays.stream(breaks.tests())
              .map(test -> new Planted(broken, test, breaks.word()));
        })
        .sorted((a, b) -> a.toString().compareTo(b.toString()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("planted")
  void a_planted_fault_is_found_by_the_test_that_is_named_for_it(Planted planted) {
    List<Throwable> failures = run(planted.broken(), planted.test());
    assertThat(failures).as("failures of %s", planted).isNotEmpty();
    for (Throwable failure : failures) {
      assertThat(failure)
          .as("why it failed")
          .isInstanceOfAny(AssertionError.class, RotationException.class, JournalException.class)
          .hasMessageContaining(planted.word());
    }
  }

  @Test
  void no_test_of_a_contract_is_without_a_planted_fault_that_it_finds() {
    Set<String> named = planted().map(Planted::test).collect(Collectors.toSet());
    for (Class<?> contract : CONTRACTS) {
      assertThat(Stream.of(contract.getDeclaredMethods())
              .filter(method -> method.isAnnotationPresent(Test.class)
                  || method.isAnnotationPresent(TestFactory.class))
              .map(Method::getName))
          .as("tests of %s", contract.getSimpleName())
          .isNotEmpty()
          .allMatch(named::contains);
    }
  }

  @Test
  void each_contract_has_planted_faults() {
    for (Class<?> group : PLANTED) {
      assertThat(planted().filter(one -> one.broken().getEnclosingClass().equals(group)))
          .as("planted faults in %s", group.getSimpleName())
          .hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void what_is_whole_passes_when_it_is_run_in_the_same_way() {
    assertThat(run(MemorySlotsTest.class, "looking_changes_nothing")).isEmpty();
  }

  private static List<Throwable> run(Class<?> contract, String test) {
    LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
        .selectors(selectMethod(contract, test))
        .filters(
            EngineFilter.includeEngines("junit-jupiter")) // ArchUnit's has none of these tests.
        .build();
    List<Throwable> failures = new ArrayList<>();
    int[] tests = {0};
    LauncherFactory.create().execute(request, new TestExecutionListener() {
      @Override
      public void executionFinished(TestIdentifier id, TestExecutionResult result) {
        tests[0] += id.isTest() ? 1 : 0;
        Optional<Throwable> thrown = result.getThrowable();
        thrown.ifPresent(failures::add);
      }
    });
    assertThat(tests[0]).as("tests of %s that were run", contract).isEqualTo(1);
    return failures;
  }
}
