package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.GraphClient;
import dev.rekey.azure.surface.AzureSurface;
import dev.rekey.canary.Canary;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ApprovalException;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationEvent;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.RotationStep;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Application;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.TokenRefusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** The whole way of a client secret; and what looks like its end. */
class EntraRotationTest extends EntraShop {
  // What should happen.

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void an_exposed_secret_ends_dead_for_new_tokens_and_proved(boolean stored) {
    Vault vault = Vault.named("vault1");
    EntraLab lab = lab(stored ? vault.secret("shop-login", secret("ci")) : vault);
    String exposed = lab.text("ci");
    RotationPlan plan = plan(lab);
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.standbySlot()).isEmpty();
    assertThat(plan.snapshot().slots()).hasSize(3).containsKey(plan.exposedSlot());
    assertThat(plan.dependents())
        .extracting(RotationPlan.User::label)
        .containsExactly("web app shop-web", "web app shop-worker");
    assertThat(plan.steps())
        .extracting(RotationStep::kind)
        .containsSubsequence(
            RotationStep.Kind.ISSUE, RotationStep.Kind.STORE, RotationStep.Kind.REVOKE);
    assertThat(plan.steps().stream().anyMatch(step -> step.kind() == RotationStep.Kind.KEEP))
        .as("it is kept where nothing else could give it back")
        .isEqualTo(!stored);
    assertThat(lab.wire.sent(ADD + "|" + REMOVE + "|PUT .+"))
        .as("planning changes nothing")
        .isEmpty();

    RotationResult result = rotator(lab, PATIENT, b -> b).execute(plan, approval(lab, plan));

    assertRotated(lab, exposed, result);
    assertThat(((RotationResult.Completed) result).proof().rounds())
        .hasSize(3)
        .allMatch(DeathProof.Round::showsDeath);
    assertThat(lab.wire.sent(ADD)).hasSize(1);
    assertThat(lab.wire.sent(REMOVE))
        .extracting(Wire.Sent::body)
        .containsExactly("{\"keyId\":\"" + plan.exposedSlot() + "\"}");
  }

  @Test
  void a_secret_that_is_found_in_an_app_setting_is_read_again_from_there() {
    EntraLab lab = lab();
    String exposed = lab.text("ci");
    ContentSource settings = AzureSurface.of(lab.lab.tenant());
    List<ContentSource> sources = List.of(settings);
    RotationPlan plan =
        planner(lab).sources(Lab.DETECTOR, sources).build().plan(exposure(lab, settings));
    assertThat(plan.blockers()).isEmpty();
    Rotator rotator = rotator(lab, PATIENT, b -> b.sources(Lab.DETECTOR, sources));
    assertRotated(lab, exposed, rotator.execute(plan, approval(lab, plan)));
  }

  @Test
  void replicas_that_lag_are_waited_for_and_no_dependent_moves_before_all_take_the_new_one() {
    EntraLab lab = lab();
    String exposed = lab.text("ci");
    RotationPlan plan = plan(lab);
    lab.azure.replicas().lag(Duration.ZERO, LATE, LATE.plus(LATE));
    List<String> refused = new ArrayList<>();
    lab.wire.afterAnswer("PUT .+/shop-web/config/.+", 1, () -> {
      lab.azure.replicas().lag(LATE.plus(LATE));
      refused.add(probe(lab, held(lab)).evidence());
      lab.azure.replicas().lag(Duration.ZERO, LATE, LATE.plus(LATE));
    });

    RotationResult result = rotator(lab, PATIENT, b -> b).execute(plan, approval(lab, plan));

    assertRotated(lab, exposed, result);
    assertThat(refused).singleElement().asString().startsWith("200, a token");
    List<DeathProof.Round> rounds = ((RotationResult.Completed) result).proof().rounds();
    assertThat(rounds)
        .as("the removed one was taken for a while")
        .anyMatch(DeathProof.Round::showsLife);
    assertThat(rounds.subList(rounds.size() - 3, rounds.size()))
        .allMatch(DeathProof.Round::showsDeath);
    assertThat(lab.wire.sent(ADD)).hasSize(1);
    assertThat(lab.wire.sent(REMOVE)).hasSize(1);
  }

  @Test
  void a_token_that_was_got_before_lives_on_of_which_plan_approval_and_proof_speak() {
    EntraLab lab = lab();
    String token = lab.signIn(EntraLab.SHOP, lab.text("ci"));
    RotationPlan plan = plan(lab);
    assertThat(plan.risks()).contains(Risk.DEAD_FOR_NEW);
    assertThat(plan.toText())
        .contains("access tokens that were got with it", "1680 minutes at most");
    Rotator rotator = rotator(lab, PATIENT, b -> b);
    Approval timid = approval(lab, plan, Risk.USE_UNKNOWN);
    assertThatThrownBy(() -> rotator.execute(plan, timid))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("DEAD_FOR_NEW");

    assertRotated(lab, lab.text("ci"), rotator.execute(plan, approval(lab, plan)));

    GraphClient thief = GraphClient.builder()
        .credential(request -> Mono.just(new AccessToken(
            token, lab.clock.instant().plus(Duration.ofHours(1)).atOffset(ZoneOffset.UTC))))
        .httpClient(lab.wire)
        .endpoint(lab.endpoint())
        .build();
    assertThatThrownBy(() -> thief.get("/applications", Map.of()))
        .as("it is known who asks, who may not do this")
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.isForbidden()).isTrue());
  }

  @Test
  void a_rotation_calls_of_graph_exactly_what_its_plan_says_and_its_role_holds_none_of_that()
      throws Exception {
    EntraLab lab = lab();
    RotationPlan plan = plan(lab);
    assertThat(plan.permissions())
        .filteredOn(permission -> !permission.isAction())
        .containsExactly(new Permission(
            "Application.ReadWrite.OwnedBy", lab.endpoint() + "/v1.0" + plan.issuer(), false));
    JsonNode role = new ObjectMapper().readTree(plan.role());
    assertThat(role.path("Actions"))
        .isNotEmpty()
        .allMatch(action -> action.asText().contains("/"));
    assertThat(role.path("Description").asText()).contains("Application.ReadWrite.OwnedBy");
    assertThat(plan.steps())
        .filteredOn(step -> switch (step.kind()) {
          case KEEP, CONVERGE, ISSUE, STORE, ADOPT, REVOKE, RETIRE -> true;
          case CHECK, VERIFY, ATTEST, PROVE -> false;
        })
        .allSatisfy(
            step -> assertThat(step.call().az()).isNotEmpty().allMatch(az -> az.startsWith("az ")));
    assertRotated(
        lab, lab.text("ci"), rotator(lab, PATIENT, b -> b).execute(plan, approval(lab, plan)));
    // Its client is denied Application.ReadWrite.All; what an attempt adds carries the run's name.
    assertThat(lab.wire.sent("POST .+/v1.0/.+"))
        .extracting(Wire.Sent::line)
        .containsExactly(
            "POST " + lab.endpoint() + "/v1.0" + plan.issuer() + "/addPassword",
            "POST " + lab.endpoint() + "/v1.0" + plan.issuer() + "/removePassword");
  }

  // What stands in the way.

  @Test
  void a_key_id_that_can_t_be_told_from_another_blocks_the_plan() {
    String first = EntraApplicationsTest.beginningAlike(1);
    EntraLab lab = lab(
        Map.of("ci", first, "reports", EntraApplicationsTest.beginningAlike(2)),
        Application.of(EntraLab.SHOP, "shop")
            .ownedBy(EntraLab.OWNER)
            .secret("ci")
            .secret("reports"));
    RotationPlan plan = plan(lab);
    assertThat(plan.blockers())
        .singleElement()
        .satisfies(blocker -> assertThat(blocker.kind()).isEqualTo(Blocker.Kind.UNREADABLE))
        .satisfies(blocker ->
            assertThat(blocker.problem()).contains("would be a guess", "\"ci\"", "\"reports\""));
    assertThat(plan.steps()).isEmpty();
    assertThat(lab.wire.sent("POST .+/v1.0/.+")).isEmpty();
  }

  @Test
  void a_value_that_nobody_can_read_again_blocks_the_plan_and_is_asked_for() {
    EntraLab lab = lab();
    RotationPlan plan = planner(lab).build().plan(exposure(lab, leak(lab)));
    assertThat(plan.blockers())
        .singleElement()
        .satisfies(blocker ->
            assertThat(blocker.problem()).contains("the value itself is needed", EntraLab.SHOP));
  }

  @Test
  void a_secret_that_has_expired_blocks_the_plan_for_it_is_of_no_use_and_not_removed() {
    EntraLab lab = lab(
        Map.of(),
        Application.of(EntraLab.SHOP, "shop")
            .ownedBy(EntraLab.OWNER)
            .secret("ci", -90, 1)
            .secret("reports"));
    lab.clock.move(Duration.ofHours(25));
    assertThat(plan(lab).blockers())
        .singleElement()
        .satisfies(
            blocker -> assertThat(blocker.problem()).contains("can't be told", "AADSTS7000222"));
  }

  // What looks like death.

  /** What happens to the tenant while the proof of death is made. */
  private void assertNoDeath(Runnable meanwhile, Runnable again, EntraLab lab, String evidence) {
    String exposed = lab.text("ci");
    lab.wire.afterAnswer(REMOVE, 1, meanwhile);
    RotationResult result = rotate(lab, BRIEF);
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("DEAD_BY_ISSUER_ONLY");
    assertThat(Shop.read(journal())).contains(evidence);
    again.run();
    assertRotated(lab, exposed, resume(lab));
  }

  @ParameterizedTest
  @EnumSource(TokenRefusal.class)
  void an_answer_that_is_not_about_the_secret_is_no_death(TokenRefusal refusal) {
    EntraLab lab = lab();
    String code = switch (refusal) {
      case CONDITIONAL_ACCESS -> "AADSTS53003";
      case LOOP_DETECTED -> "AADSTS50196";
      case THROTTLED -> "AADSTS90055";
      case UNAVAILABLE -> "AADSTS90033";
    };
    assertNoDeath(
        () -> lab.azure.refuseTokens(EntraLab.SHOP, refusal),
        () -> lab.azure.allowTokens(EntraLab.SHOP),
        lab,
        code);
  }

  @Test
  void a_disabled_application_is_no_death() {
    EntraLab lab = lab();
    assertNoDeath(() -> lab.enable(false), () -> lab.enable(true), lab, "AADSTS7000112");
  }

  @Test
  void a_secret_that_expires_before_its_removal_shows_is_not_dead_by_that() throws Exception {
    EntraLab lab = lab(
        Map.of(),
        Application.of(EntraLab.SHOP, "shop")
            .ownedBy(EntraLab.OWNER)
            .secret("ci", -90, 1)
            .secret("reports")
            .secret("old", -90, -2)
            .principalSecret("portal"));
    lab.clock.move(Duration.ofDays(1).minusSeconds(30));
    String exposed = lab.text("ci");
    RotationPlan plan = plan(lab);
    assertThat(plan.blockers()).isEmpty();
    // The new one is a minute old, and the old one expired half a minute ago, when that is removed.
    // Of
    // the three tries of each round the old one's is answered by a replica that does not know it
    // yet,
    // as no listing is: those and the tries are counted apart, and two tries go before.
    ApplicationSecrets secrets = lab.secrets();
    Duration now = Duration.ZERO;
    Duration late = Duration.ofSeconds(30);
    lab.wire.afterAnswer(REMOVE, 1, () -> {
      lab.azure.replicas().lag(now, now, now, late, now, now, late, now, now, late);
      probe(secrets, "any");
      probe(secrets, "any");
    });
    RotationResult result = rotator(
            lab,
            BRIEF,
            b -> b.listener(event -> {
              if (event instanceof RotationEvent.StepEnded ended && ended.step().equals("store")) {
                lab.clock.move(Duration.ofMinutes(1));
              }
            }))
        .execute(plan, approval(lab, plan));
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("DEAD_BY_ISSUER_ONLY");
    assertThat(Shop.read(journal())).contains("AADSTS7000222");
    assertRotated(lab, exposed, resume(lab));
  }

  // What is written.

  @Test
  void no_secret_is_written_anywhere() throws Exception {
    EntraLab lab = lab();
    List<String> secrets = new ArrayList<>(
        List.of(lab.text("ci"), lab.text("reports"), lab.azure.clientSecret(EntraLab.OWNER)));
    RotationPlan plan = plan(lab);
    StringBuilder told = new StringBuilder();
    RotationResult result =
        rotator(lab, PATIENT, b -> b.listener(told::append)).execute(plan, approval(lab, plan));
    assertRotated(lab, secrets.get(0), result);
    secrets.add(held(lab));
    List<String> written = List.of(
        plan.toJson(),
        plan.toText(),
        plan.toString(),
        plan.role(),
        told.toString(),
        result.toString() + result.summary(),
        ((RotationResult.Completed) result).proof().toString(),
        issuers(lab).toString() + issuers(lab).issuer(plan.issuer()),
        lab.azure.requests().toString(),
        Shop.read(journal()),
        Shop.read(Path.of("target", "test.log")));
    for (String text : written) {
      assertThat(text).isNotEmpty();
      for (String secret : secrets) {
        Canary.assertAbsent(text, secret, "text " + written.indexOf(text));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allMatch(name -> name.startsWith("journal") || name.startsWith("repository"));
    }
  }
}
