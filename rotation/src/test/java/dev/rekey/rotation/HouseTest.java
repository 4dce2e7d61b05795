package dev.rekey.rotation;

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
import dev.rekey.detect.Secret;

/** What keeps this module as it is meant to be. */
@AnalyzeClasses(
    packages = "dev.rekey.rotation",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule it_uses_the_core_jackson_snakeyaml_and_slf4j_only = classes()
      .should()
      .onlyDependOnClassesThat(are(resideInAnyPackage(
          "java..",
          "dev.rekey.rotation",
          "dev.rekey.detect",
          "dev.rekey.detect.exposure",
          "dev.rekey.detect.scan",
          "com.fasterxml.jackson..",
          "org.snakeyaml.engine..",
          "org.slf4j",
          "org.jspecify.annotations",
          "")));

  @ArchTest
  static final ArchRule what_is_written_down_has_no_field_for_a_value = noFields()
      .that()
      .areDeclaredInClassesThat()
      .haveNameMatching("dev\\.rekey\\.rotation\\.(JournalEntry|RotationPlan|Approval|Attestation"
          + "|RotationStep|PlannedCall|Permission|OpaqueDependent"
          + "|RotationResult|DeathProof|Snapshot|StoredVersion|SecretMetadata|ProbeAnswer|Blocker"
          + "|AttemptId|Ledger|Halted|RotationEvent|RotationTimeline|JournalCheck)(\\$.*)?")
      .should()
      .haveRawType(Secret.class)
      .orShould()
      .haveRawType(char[].class)
      .orShould()
      .haveRawType(byte[].class);

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
}
