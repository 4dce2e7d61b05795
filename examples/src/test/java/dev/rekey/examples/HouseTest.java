package dev.rekey.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What keeps this module as it is meant to be. */
@AnalyzeClasses(
    packages = "dev.rekey.examples",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  /** The snippets are a user's code: they stand on what is published, and can be copied as they are. */
  @ArchTest
  static final ArchRule the_snippets_use_nothing_of_the_quick_start = noClasses()
      .that()
      .resideInAPackage("dev.rekey.examples.readme")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("dev.rekey.examples");

  @ArchTest
  static final ArchRule only_the_simulated_azure_and_the_readmes_tour_know_the_simulator =
      noClasses()
          .that()
          .doNotHaveSimpleName("SimulatedAzure")
          .and()
          .doNotHaveSimpleName("ReadmeTour")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.rekey.simulator..");

  @ArchTest
  static final ArchRule it_uses_what_is_exported_only = classes()
      .should()
      .onlyDependOnClassesThat()
      .resideOutsideOfPackages("dev.rekey.detect.engine..");
}
