package dev.rekey.azure;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What keeps this module as it is meant to be. */
@AnalyzeClasses(packages = "dev.rekey.azure", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule it_uses_the_core_azure_core_jackson_and_slf4j_only = classes()
      .should()
      .onlyDependOnClassesThat(are(resideInAnyPackage(
          "java..",
          "dev.rekey.azure",
          "dev.rekey.azure.surface",
          "dev.rekey.azure.text",
          "dev.rekey.detect",
          "dev.rekey.detect.exposure",
          "dev.rekey.detect.scan",
          "com.azure.core..",
          "com.fasterxml.jackson..",
          "javax.xml.stream",
          "reactor.core.publisher",
          "org.slf4j",
          "org.jspecify.annotations",
          "")));

  @ArchTest
  static final ArchRule clients_know_nothing_of_what_is_read_with_them = noClasses()
      .that()
      .resideInAnyPackage("dev.rekey.azure", "dev.rekey.azure.text")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("dev.rekey.azure.surface");

  @ArchTest
  static final ArchRule only_the_exchange_sees_reactor = noClasses()
      .that()
      .haveNameNotMatching(".*\\.Exchange(\\$.*)?")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("reactor..");

  @ArchTest
  static final ArchRule it_prints_nothing = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule it_logs_by_slf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule names_say_what_things_are = noClasses()
      .should()
      .haveNameMatching(".*(Impl|Utils?|Helper|Manager|Abstract\\w+|\\.I[A-Z]\\w+)");

  @ArchTest
  static final ArchRule nothing_global_changes =
      noFields().that().areStatic().should().notBeFinal();

  @ArchTest
  static final ArchRule it_warns_nobody = noClasses()
      .should()
      .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
              com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                  com.tngtech.archunit.core.domain.JavaClass.Predicates.type(
                      org.slf4j.Logger.class)))
          .and(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
              com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                  "info|warn|error"))));
}
