package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of other libraries, compiled by the test as those libraries would be. */
class DiscoveryTest {
  private static final String RULES = """
      schema: 1
      provider: acme
      rules:
        - id: acme.token
          label: an Acme token
          severity: HIGH
          remedy: guided
          keywords: ["acme_"]
          patterns: ['(?<secret>acme_[a-z]{20})']
          examples: ['acme_<<[a-z]{20}>>']
      """;
  private static final String FROM_A_RESOURCE =
      "return rules.plusResource(AcmeRules.class, \"/META-INF/rekey/acme.yaml\");";

  @TempDir
  private Path folder;

  @Test
  void a_provider_on_the_class_path_is_found_when_asked_for() throws Exception {
    provider("acme.AcmeRules", FROM_A_RESOURCE);
    try (URLClassLoader loader = classPath()) {
      RuleSet found = RuleSet.discovered(loader);

      assertThat(found.rules()).hasSize(RuleSet.builtIn().rules().size() + 1);
      assertThat(found.rule("acme.token")).isPresent();
      assertThat(found.holdsAllOf(RuleSet.builtIn())).isTrue();
      assertThat(RuleSet.builtIn().rule("acme.token")).isEmpty();
      assertThat(contextual(loader).rule("acme.token")).isPresent();
      assertThat(RuleSet.discovered().rules()).isEqualTo(RuleSet.builtIn().rules());
    }
  }

  @Test
  void a_provider_in_a_module_is_found_when_asked_for() throws Exception {
    assumeThat(Detector.class.getModule().isNamed())
        .as("tests on the module path")
        .isTrue();
    ClassLoader loader = module(FROM_A_RESOURCE);
    assertThat(RuleSet.discovered(loader).rule("acme.token")).isPresent();
    assertThat(contextual(loader).rule("acme.token")).isPresent();
  }

  @Test
  void a_resource_that_a_module_keeps_to_itself_is_said_to_be_missing() throws Exception {
    assumeThat(Detector.class.getModule().isNamed())
        .as("tests on the module path")
        .isTrue();
    ClassLoader loader = module("return rules.plusResource(AcmeRules.class, \"acme.yaml\");");
    assertThatThrownBy(() -> RuleSet.discovered(loader))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("rule provider acme.AcmeRules: no resource acme.yaml beside")
        .hasMessageContaining("open to dev.rekey.detect");
  }

  @Test
  void providers_are_asked_in_the_order_of_their_names() throws Exception {
    provider("acme.B", "return rules.plus(rule(\"acme.b\", rules.rules().size()));");
    provider("acme.A", "return rules.plus(rule(\"acme.a\", rules.rules().size()));");
    try (URLClassLoader loader = classPath()) {
      List<Rule> rules = List.copyOf(RuleSet.discovered(loader).rules());
      int builtIn = RuleSet.builtIn().rules().size();
      assertThat(rules.subList(builtIn, rules.size()))
          .extracting(Rule::label)
          .containsExactly("a token after " + builtIn, "a token after " + (builtIn + 1));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return null; | it must return the set it is given",
        "return RuleSet.empty(); | nothing changed",
        "return rules.without(\"github.token\"); | nothing changed",
        "return rules.with(\"github.token\", rule -> rule.confidence(0)); | nothing changed",
        "return rules.plusCheck(\"azure.cask\", c -> Check.Result.NOTHING); | nothing changed",
        "return rules.plus(rule(\"github.token\", 1)); | another rule has this id",
        "throw new java.io.IOException(\"unplugged\"); | unplugged",
        "throw new IllegalStateException(\"no licence\"); | no licence",
        "return rules.plusResource(getClass(), \"none.yaml\"); | no resource none.yaml",
      })
  void a_provider_that_fails_or_changes_what_is_there_is_named(String body, String problem)
      throws Exception {
    provider("acme.AcmeRules", body);
    try (URLClassLoader loader = classPath()) {
      assertThatThrownBy(() -> RuleSet.discovered(loader))
          .isInstanceOf(RuleException.class)
          .hasMessageStartingWith("rule provider acme.AcmeRules: ")
          .hasMessageContaining(problem);
    }
  }

  @Test
  void a_service_file_that_names_nothing_real_is_refused() throws Exception {
    for (String name : List.of("acme.None", "acme rules", "<x/>")) {
      Path services = Files.createDirectories(folder.resolve("out/META-INF/services"));
      Files.writeString(services.resolve(RuleProvider.class.getName()), name);
      try (URLClassLoader loader = classPath()) {
        assertThatThrownBy(() -> RuleSet.discovered(loader))
            .as(name)
            .isInstanceOf(RuleException.class)
            .hasMessageContaining("rule provider can't be loaded")
            .hasMessageContaining(RuleProvider.class.getName());
      }
    }
  }

  /** What a thread with this context class loader discovers. */
  private static RuleSet contextual(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return RuleSet.discovered();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private URLClassLoader classPath() throws IOException {
    URL[] path = {folder.resolve("out").toUri().toURL()};
    return new URLClassLoader(path, RuleProvider.class.getClassLoader());
  }

  private ClassLoader module(String body) throws IOException {
    write("src/module-info.java", """
        module acme.rules {
          requires dev.rekey.detect;
          provides dev.rekey.detect.RuleProvider with acme.AcmeRules;
        }
        """);
    source("acme.AcmeRules", body);
    write("out/META-INF/rekey/acme.yaml", RULES);
    write("out/acme/acme.yaml", RULES);
    compile(
        "--module-path",
        System.getProperty("jdk.module.path"),
        folder.resolve("src/module-info.java").toString(),
        folder.resolve("src/acme/AcmeRules.java").toString());
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration = boot.configuration()
        .resolve(ModuleFinder.of(folder.resolve("out")), ModuleFinder.of(), Set.of("acme.rules"));
    return boot.defineModulesWithOneLoader(configuration, RuleProvider.class.getClassLoader())
        .findLoader("acme.rules");
  }

  /** Compiles a provider and adds it to the service file of the class path. */
  private void provider(String name, String body) throws IOException {
    source(name, body);
    write("out/META-INF/rekey/acme.yaml", RULES);
    String service = "out/META-INF/services/" + RuleProvider.class.getName();
    Path file = folder.resolve(service);
    write(service, (Files.exists(file) ? Files.readString(file) : "") + name + "\n");
    Path main = Path.of(
        RuleProvider.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    compile(
        "-cp",
        main.toString(),
        folder.resolve("src/" + name.replace('.', '/') + ".java").toString());
  }

  private void source(String name, String body) throws IOException {
    int dot = name.lastIndexOf('.');
    write("src/" + name.replace('.', '/') + ".java", """
        package %s;

        import dev.rekey.detect.*;

        public final class %s implements RuleProvider {
          @Override
          public RuleSet addTo(RuleSet rules) throws java.io.IOException {
            %s
          }

          static Rule rule(String id, int before) {
            return Rule.named(id)
                .label("a token after " + before)
                .keyword("acme_")
                .regex("(?<secret>acme_[a-z]{20})")
                .example("acme_<<[a-z]{20}>>")
                .build();
          }
        }
        """.formatted(
            name.substring(0, dot), name.substring(dot + 1), body));
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void compile(String... arguments) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    String[] all = new String[arguments.length + 2];
    all[0] = "-d";
    all[1] = folder.resolve("out").toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    int status = ToolProvider.findFirst("javac").orElseThrow().run(out, out, all);
    assertThat(status).as(said.toString()).isZero();
  }
}
