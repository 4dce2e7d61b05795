package dev.rekey.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What keeps this module as it is meant to be. */
@AnalyzeClasses(
    packages = "dev.rekey.benchmarks",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule it_measures_what_users_can_call = classes()
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "java..",
          "dev.rekey.benchmarks..",
          "dev.rekey.detect",
          "dev.rekey.detect.scan",
          "dev.rekey.azure",
          "dev.rekey.azure.surface",
          "dev.rekey.simulator",
          "com.azure.core..",
          "com.fasterxml.jackson..",
          "com.sun.management",
          "javax.net.ssl",
          "reactor.core.publisher",
          "com.google.re2j", // a rival here
          "org.openjdk.jmh..",
          "org.jspecify.annotations");
}
