package dev.rekey.rotation.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What keeps this module as it is meant to be. */
@AnalyzeClasses(
    packages = "dev.rekey.rotation.testkit",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule it_uses_rotation_and_what_tests_are_made_of_only = classes()
      .should()
      .onlyDependOnClassesThat(are(resideInAnyPackage(
          "java..",
          "dev.rekey.rotation.testkit",
          "dev.rekey.rotation",
          "dev.rekey.detect",
          "dev.rekey.detect.exposure",
          "org.junit.jupiter.api..",
          "org.assertj.core..",
          "org.jspecify.annotations",
          "")));

  @ArchTest
  static final ArchRule only_what_catches_output_touches_the_standard_streams =
      noClasses().that().doNotHaveSimpleName("Output").should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule it_logs_nothing = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule what_users_extend_is_a_contract_and_little_else_is_public = classes()
      .that()
      .arePublic()
      .and()
      .areTopLevelClasses()
      .and()
      .doNotHaveSimpleName("Trouble")
      .should()
      .haveSimpleNameEndingWith("Contract");

  @ArchTest
  static final ArchRule names_say_what_things_are = noClasses()
      .should()
      .haveNameMatching(".*(Impl|Utils?|Helper|Manager|Abstract\\w+|\\.I[A-Z]\\w+)");

  @ArchTest
  static final ArchRule nothing_global_changes =
      noFields().that().areStatic().should().notBeFinal();
}
