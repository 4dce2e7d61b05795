package dev.rekey.detect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The house keeps its shape: arrows point down only, and no room reaches out of the window. */
class HouseTest {
  /** The main classes of this module alone: tests and other modules share its packages. */
  private static final JavaClasses HOUSE = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .importUrl(Detector.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void arrows_point_down_only() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("report")
        .definedBy("dev.rekey.detect.report")
        .layer("scan")
        .definedBy("dev.rekey.detect.scan")
        .layer("exposure")
        .definedBy("dev.rekey.detect.exposure")
        .layer("detect")
        .definedBy("dev.rekey.detect")
        .layer("engine")
        .definedBy("dev.rekey.detect.engine")
        .whereLayer("report")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("scan")
        .mayOnlyBeAccessedByLayers("report")
        .whereLayer("exposure")
        .mayOnlyBeAccessedByLayers("report", "scan")
        .whereLayer("detect")
        .mayOnlyBeAccessedByLayers("report", "scan", "exposure")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("detect")
        .check(HOUSE);
  }

  @Test
  void the_engine_knows_no_rule_and_nothing_else_of_ours() {
    noClasses()
        .that()
        .resideInAPackage("dev.rekey.detect.engine")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.rekey.detect",
            "dev.rekey.detect.exposure",
            "dev.rekey.detect.scan",
            "dev.rekey.detect.report")
        .check(HOUSE);
  }

  @Test
  void detection_makes_no_network_request() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "javax.net..", "java.nio.channels.spi..", "com.sun.net..")
        .check(HOUSE);
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.nio\\.channels\\..*(Socket|Datagram).*")
        .check(HOUSE);
  }

  @Test
  void nobody_prints() {
    noClasses().should().accessField(System.class, "out").check(HOUSE);
    noClasses().should().accessField(System.class, "err").check(HOUSE);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(HOUSE);
  }

  @Test
  void names_say_what_a_class_is() {
    for (String noise : List.of("Impl", "Utils", "Util", "Manager", "Helper")) {
      noClasses().should().haveSimpleNameEndingWith(noise).check(HOUSE);
    }
  }

  @Test
  void every_package_is_described_and_null_marked() {
    Deque<JavaPackage> packages = new ArrayDeque<>();
    packages.add(HOUSE.getPackage("dev.rekey.detect"));
    int seen = 0;
    while (!packages.isEmpty()) {
      JavaPackage next = packages.remove();
      assertThat(next.isAnnotatedWith(NullMarked.class))
          .as("%s has a package-info with @NullMarked", next.getName())
          .isTrue();
      packages.addAll(next.getSubpackages());
      seen++;
    }
    assertThat(seen).isEqualTo(5);
  }
}
