package dev.rekey.rotation.azure;

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
    packages = "dev.rekey.rotation.azure",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  @ArchTest
  static final ArchRule it_knows_neither_identity_nor_storage_clients = classes()
      .should()
      .onlyDependOnClassesThat(are(resideInAnyPackage(
          "java..",
          "javax.crypto..",
          "dev.rekey.rotation.azure",
          "dev.rekey.rotation",
          "dev.rekey.azure",
          "dev.rekey.detect",
          "dev.rekey.detect.exposure",
          "com.azure.core..",
          "com.azure.security.keyvault.secrets..",
          "com.fasterxml.jackson.databind..",
          "org.slf4j",
          "org.jspecify.annotations",
          "")));

  @ArchTest
  static final ArchRule only_the_store_and_the_secrets_in_it_see_key_vault = noClasses()
      .that()
      .haveNameNotMatching(".*\\.(KeyVaultStore(\\$Builder)?|VaultSecrets?|VaultCalls)")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("com.azure.security..");

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
  static final ArchRule few_types_are_public = classes()
      .that()
      .arePublic()
      .should()
      .haveNameMatching(
          ".*\\.(StorageAccounts|MessagingNamespaces|EntraApplications|KeyVaultStore(\\$Builder)?"
              + "|VaultSecrets|VaultException|VaultRefusal|WebApps|WorkspaceLogs)");
}
