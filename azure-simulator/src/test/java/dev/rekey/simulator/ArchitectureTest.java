package dev.rekey.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.rekey.simulator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule the_simulator_needs_the_jdk_and_a_json_library_only = classes()
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "dev.rekey.simulator",
          "java..",
          "javax..",
          "com.sun.net.httpserver..",
          "com.fasterxml.jackson..",
          "org.jspecify..");

  @ArchTest
  static final ArchRule nobody_but_main_prints = noClasses()
      .that()
      .doNotHaveSimpleName("Main")
      .should()
      .accessField(System.class, "out")
      .orShould()
      .accessField(System.class, "err");
}
