package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.detect.scan.Sources;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Application;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of whole rotations of client secrets share: a shop whose secret "ci" stands in a file and
 * in two apps, beside another team's secrets of the same application. The tenant's clock moves only
 * while a run waits.
 */
abstract class EntraShop {
  static final String ADD = "POST .+/addPassword";
  static final String REMOVE = "POST .+/removePassword";
  static final ProofPolicy PATIENT =
      new ProofPolicy(3, Duration.ofSeconds(5), Duration.ofMinutes(2));
  static final ProofPolicy BRIEF =
      new ProofPolicy(3, Duration.ofSeconds(5), Duration.ofSeconds(10));

  /** How a copy of the directory lags that is not the first. */
  static final Duration LATE = Duration.ofSeconds(20);

  @TempDir
  Path folder;

  private final Map<EntraLab, ContentSource> labs = new LinkedHashMap<>();
  private int journals;

  @AfterEach
  void stop() {
    labs.keySet().forEach(EntraLab::close);
    labs.clear();
  }

  static Application application() {
    return EntraLab.shop().secret("reports").principalSecret("portal");
  }

  static String secret(String name) {
    return "${secret:" + EntraLab.SHOP + "/" + name + "}";
  }

  EntraLab lab(Map<String, String> texts, Application application, Resource... more) {
    List<Resource> resources = new ArrayList<>(Arrays.asList(more));
    resources.add(WebApp.named("shop-web")
        .setting("AZURE_TENANT_ID", Lab.TENANT)
        .setting("AZURE_CLIENT_ID", EntraLab.SHOP)
        .setting("AZURE_CLIENT_SECRET", secret("ci"))
        .setting("A", "b"));
    resources.add(
        WebApp.named("shop-worker").connectionString("login", login(secret("ci")), "Custom"));
    resources.add(
        WebApp.named("reports").setting("LOGIN", login(secret("reports"))).setting("A", "b"));
    if (resources.stream().noneMatch(Vault.class::isInstance)) {
      resources.add(Vault.named("vault1"));
    }
    EntraLab lab = new EntraLab(texts, List.of(application), resources);
    labs.put(lab, leaked(lab));
    return lab;
  }

  EntraLab lab(Resource... more) {
    return lab(Map.of(), application(), more);
  }

  private static String login(String text) {
    return "TenantId=" + Lab.TENANT + ";ClientId=" + EntraLab.SHOP + ";ClientSecret=" + text + ";";
  }

  private ContentSource leaked(EntraLab lab) {
    try {
      Path repository = Files.createTempDirectory(folder, "repository");
      Files.writeString(
          repository.resolve("deploy.env"),
          "AZURE_TENANT_ID=" + Lab.TENANT + "\nAZURE_CLIENT_ID=" + EntraLab.SHOP
              + "\nAZURE_CLIENT_SECRET=" + lab.text("ci") + "\n");
      return Sources.directory(repository);
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
  }

  /** The repository with the file that leaked. */
  ContentSource leak(EntraLab lab) {
    return Objects.requireNonNull(labs.get(lab));
  }

  static Exposure exposure(EntraLab lab, ContentSource... sources) {
    String exposed = lab.text("ci");
    Inventory inventory = new Inventory();
    for (ContentSource source : sources) {
      try {
        SecretScanner.using(Lab.DETECTOR).build().scan(source, inventory);
      } catch (IOException unexpected) {
        throw new UncheckedIOException(unexpected);
      }
    }
    return inventory.ranked().stream()
        .filter(found -> found.credential().fingerprint().equals(Lab.fingerprint(exposed)))
        .findFirst()
        .orElseThrow();
  }

  /** Who may write what it owns only rotates: no more is needed. */
  IssuerFinder issuers(EntraLab lab) {
    return lab.applications(EntraLab.OWNER);
  }

  RotationPlan plan(EntraLab lab) {
    ContentSource leak = leak(lab);
    return planner(lab).sources(Lab.DETECTOR, List.of(leak)).build().plan(exposure(lab, leak));
  }

  Planner.Builder planner(EntraLab lab) {
    return Planner.builder()
        .issuers(issuers(lab))
        .store(lab.lab.store())
        .dependents(lab.lab.dependents(Lab.OWNER))
        .clock(lab.clock);
  }

  static Approval approval(EntraLab lab, RotationPlan plan, Risk... risks) {
    return Approval.of(plan)
        .requester("Ann")
        .approver("Bob", lab.clock.instant(), "CHANGE-1")
        .approver("Cleo", lab.clock.instant(), "CHANGE-1")
        .expires(lab.clock.instant().plus(Duration.ofHours(1)))
        .accept(risks)
        .build();
  }

  static Approval approval(EntraLab lab, RotationPlan plan) {
    return approval(lab, plan, Risk.USE_UNKNOWN, Risk.DEAD_FOR_NEW);
  }

  Path journal() {
    return folder.resolve("journal" + journals + ".jsonl");
  }

  void newJournal() {
    journals++;
  }

  Rotator rotator(EntraLab lab, ProofPolicy proof, UnaryOperator<Rotator.Builder> more) {
    return more.apply(Rotator.builder(RotationJournal.file(journal()))
            .issuers(issuers(lab))
            .store(lab.lab.store())
            .dependents(lab.lab.dependents(Lab.OWNER))
            .sources(Lab.DETECTOR, List.of(leak(lab)))
            .proof(proof)
            .clock(lab.clock)
            .pause(lab.clock::move))
        .build();
  }

  RotationResult rotate(EntraLab lab, ProofPolicy proof) {
    RotationPlan plan = plan(lab);
    assertThat(plan.blockers()).isEmpty();
    return rotator(lab, proof, b -> b).execute(plan, approval(lab, plan));
  }

  RotationResult resume(EntraLab lab) {
    List<String> unfinished = RotationJournal.file(journal()).unfinished();
    assertThat(unfinished).hasSize(1);
    return rotator(lab, PATIENT, b -> b).resume(unfinished.get(0));
  }

  /** The names of all secrets of the application and of its service principal. */
  static TreeSet<String> names(EntraLab lab) {
    try {
      TreeSet<String> names = new TreeSet<>();
      String principal = lab.graph(Lab.OWNER)
          .get("/servicePrincipals(appId='" + EntraLab.SHOP + "')", Map.of("$select", "id"))
          .path("id")
          .asText();
      Stream.of(lab.secrets(), lab.applications().secrets("/servicePrincipals/" + principal))
          .flatMap(EntraShop::secretsOf)
          .map(secret -> secret.displayName().orElseThrow())
          .forEach(
              name -> assertThat(names.add(name)).as("%s is there once", name).isTrue());
      return names;
    } catch (RotationException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private static Stream<ApplicationSecrets.Shown> secretsOf(ApplicationSecrets holder) {
    try {
      return holder.secrets().values().stream();
    } catch (RotationException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  static ProbeAnswer probe(EntraLab lab, String value) {
    try {
      return probe(lab.secrets(), value);
    } catch (RotationException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  static ProbeAnswer probe(ApplicationSecrets secrets, String value) {
    try {
      return EntraLab.probe(secrets, value);
    } catch (InterruptedException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  static String held(EntraLab lab) {
    return lab.lab
        .settings("shop-web", "appsettings")
        .get("AZURE_CLIENT_SECRET")
        .asText();
  }

  /** Nothing of anybody else's was touched, and both apps have a secret that works, the same one. */
  static void assertWorks(EntraLab lab) {
    lab.azure.replicas().lag(Duration.ZERO);
    for (String others : List.of("reports", "portal", "old")) {
      assertThat(names(lab)).contains(others);
    }
    assertThat(probe(lab, lab.text("reports"))).isInstanceOf(ProbeAnswer.Accepted.class);
    assertThat(lab.lab.count("PUT", ".+/reports/.+")).isZero();
    String web = held(lab);
    assertThat(probe(lab, web)).as("what shop-web has").isInstanceOf(ProbeAnswer.Accepted.class);
    String worker = worker(lab);
    assertThat(probe(lab, worker))
        .as("what shop-worker has")
        .isInstanceOf(ProbeAnswer.Accepted.class);
  }

  private static String worker(EntraLab lab) {
    String login =
        lab.lab.settings("shop-worker", "connectionstrings").at("/login/value").asText();
    return login.replaceFirst(".*ClientSecret=([^;]+);$", "$1");
  }

  /** The end that everything leads to: one new secret everywhere, and the old one dead for new tokens. */
  static void assertRotated(EntraLab lab, String exposed, RotationResult result) {
    assertMoved(lab, exposed, result);
    assertThat(enabled(lab, result)).hasSize(1);
  }

  private static List<String> enabled(EntraLab lab, RotationResult result) {
    String name = ((RotationResult.Completed) result).stored().name();
    return lab.lab.vault().listPropertiesOfSecretVersions(name).stream()
        .filter(SecretProperties::isEnabled)
        .map(version -> lab.lab.vault().getSecret(name, version.getVersion()).getValue())
        .toList();
  }

  /** The same, where runs before left versions of what they gave up. */
  static void assertMoved(EntraLab lab, String exposed, RotationResult result) {
    assertThat(result)
        .as(result.summary())
        .isInstanceOfSatisfying(RotationResult.Completed.class, completed -> {
          assertThat(completed.proof().verdict()).isEqualTo(DeathProof.Verdict.DEAD_FOR_NEW);
          assertThat(completed.proof().sessionsUntil())
              .contains(completed.proof().at().plus(Duration.ofHours(28)));
        });
    assertWorks(lab);
    TreeSet<String> names = names(lab);
    assertThat(names).hasSize(4).doesNotContain("ci");
    String fresh =
        names.stream().filter(name -> name.startsWith("rekey ")).findFirst().orElseThrow();
    assertThat(held(lab)).isEqualTo(lab.text(fresh));
    assertThat(worker(lab)).isEqualTo(lab.text(fresh));
    assertThat(
            lab.lab.settings("shop-web", "appsettings").get("AZURE_CLIENT_ID").asText())
        .isEqualTo(EntraLab.SHOP);
    assertThat(probe(lab, exposed)).isInstanceOf(ProbeAnswer.Refused.class);
    String name = ((RotationResult.Completed) result).stored().name();
    assertThat(lab.lab.vault().getSecret(name).getValue()).isEqualTo(lab.text(fresh));
    assertThat(enabled(lab, result)).doesNotContain(exposed);
  }
}
