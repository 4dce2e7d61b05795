package dev.rekey.rotation.postgres;

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
@AnalyzeClasses(
    packages = "dev.rekey.rotation.postgres",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule it_knows_no_driver = classes()
      .should()
      .onlyDependOnClassesThat(are(resideInAnyPackage(
          "java..",
          "javax.crypto..",
          "javax.sql",
          "dev.rekey.rotation.postgres",
          "dev.rekey.rotation",
          "dev.rekey.detect",
          "dev.rekey.detect.exposure",
          "org.slf4j",
          "org.jspecify.annotations",
          "")));

  @ArchTest
  static final ArchRule it_prints_nothing = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule it_logs_by_slf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule names_say_what_things_are = noClasses()
      .should()
      .haveNameMatching(".*(Impl|Utils?|Helper|Manager|\\.Abstract\\w+|\\.I[A-Z]\\w+)");

  @ArchTest
  static final ArchRule nothing_global_changes =
      noFields().that().areStatic().should().notBeFinal();

  @ArchTest
  static final ArchRule one_type_is_public =
      classes().that().arePublic().should().haveSimpleName("PostgresUsers");
}
