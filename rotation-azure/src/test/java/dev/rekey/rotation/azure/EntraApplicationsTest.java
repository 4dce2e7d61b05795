package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import dev.rekey.detect.Checksum;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.Secret;
import dev.rekey.detect.Severity;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Application;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.TokenRefusal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which key id a leaked secret has is proved, or the search stops and says why. */
class EntraApplicationsTest {
  private static final String FIRST = beginningAlike(1);
  private static final String TWIN = beginningAlike(2);

  private EntraLab lab = new EntraLab(EntraLab.shop().principalSecret("portal"));

  @AfterEach
  void stop() {
    lab.close();
  }

  /** A secret of the older form, which a person could choose too: 34 characters, three of them given. */
  static String beginningAlike(long seed) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~-";
    return new Random(seed)
        .ints(31, 0, alphabet.length())
        .mapToObj(i -> alphabet.substring(i, i + 1))
        .collect(Collectors.joining("", "aB3", ""));
  }

  private void replace(EntraLab other) {
    lab.close();
    lab = other;
  }

  private Optional<EntraApplications.Proved> find(String client, String value) throws Exception {
    Credential credential = EntraLab.found(client, value);
    try (Secret secret = Secret.of(value)) {
      return lab.applications().find(credential, secret);
    }
  }

  private Optional<EntraApplications.Proved> find(String value) throws Exception {
    return find(EntraLab.SHOP, value);
  }

  private void assertStops(String value, String... words) {
    assertThatThrownBy(() -> find(value))
        .isInstanceOf(RotationException.class)
        .satisfies(failed -> {
          StringWriter trace = new StringWriter();
          failed.printStackTrace(new PrintWriter(trace));
          Canary.assertAbsent(trace.toString(), value, "a stack trace");
          assertThat(failed.getMessage()).contains(words);
        });
    assertThat(lab.wire.sent("POST .+/v1.0/.+")).as("nothing was changed").isEmpty();
  }

  @Test
  void a_finding_leads_to_its_application_and_its_key_id() throws Exception {
    // The simulator's secrets have the checksum that the detector looks for.
    assertThat(EntraLab.found(EntraLab.SHOP, lab.text("ci")).rule())
        .isEqualTo("azure.entra-client-secret");
    EntraApplications.Proved proved = find(lab.text("ci")).orElseThrow();
    assertThat(proved.secret().displayName()).contains("ci");
    assertThat(proved.secrets().label()).isEqualTo("application shop (" + EntraLab.SHOP + ")");
    assertThat(proved.secrets().secrets()).containsKey(proved.secret().keyId());
    assertThat(lab.applications().secrets(proved.secrets().id()).label())
        .isEqualTo(proved.secrets().label());
    Canary.assertAbsent(proved.toString(), lab.text("ci"), "what was proved");
  }

  @Test
  void a_secret_of_the_service_principal_is_found_there() throws Exception {
    EntraApplications.Proved proved = find(lab.text("portal")).orElseThrow();
    assertThat(proved.secrets().id()).startsWith("/servicePrincipals/");
    assertThat(proved.secret().displayName()).contains("portal");
  }

  @Test
  void two_secrets_that_begin_alike_stop_the_search_with_both_of_them() {
    replace(new EntraLab(
        Map.of("first", FIRST, "twin", TWIN),
        Application.of(EntraLab.SHOP, "shop").secret("first").secret("twin").secret("other")));
    assertStops(FIRST, "would be a guess", "\"first\"", "\"twin\"", "sign-in log");
    assertThatThrownBy(() -> find(FIRST)).hasMessageNotContaining("\"other\"");
  }

  @Test
  void a_twin_in_the_other_object_stops_it_too() {
    replace(new EntraLab(
        Map.of("first", FIRST, "twin", TWIN),
        Application.of(EntraLab.SHOP, "shop").secret("first").principalSecret("twin")));
    assertStops(FIRST, "of application shop", "of service principal shop");
  }

  @Test
  void a_twin_that_expired_long_ago_or_is_not_valid_for_long_does_not_matter() throws Exception {
    replace(new EntraLab(
        Map.of("first", FIRST, "twin", TWIN),
        Application.of(EntraLab.SHOP, "shop").secret("first").secret("twin", -90, -2)));
    assertThat(find(FIRST).orElseThrow().secret().displayName()).contains("first");
    replace(new EntraLab(
        Map.of("first", FIRST, "twin", TWIN),
        Application.of(EntraLab.SHOP, "shop").secret("first").secret("twin", 2, 90)));
    assertThat(find(FIRST).orElseThrow().secret().displayName()).contains("first");
  }

  @Test
  void a_twin_that_expired_less_than_a_day_ago_is_counted_whatever_our_clock_is_worth() {
    replace(new EntraLab(
        Map.of("first", FIRST, "twin", TWIN),
        Application.of(EntraLab.SHOP, "shop").secret("first").secret("twin", -90, 1)));
    lab.clock.move(Duration.ofHours(25));
    assertStops(FIRST, "would be a guess");
  }

  @Test
  void a_secret_without_a_hint_may_be_any_and_stops_the_search() throws Exception {
    String keyId = "00000000-0000-0000-0000-000000000001";
    String real = lab.graph(Lab.OWNER)
        .get("/applications(appId='" + EntraLab.SHOP + "')", Map.of())
        .toString();
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/applications\\(.+")
            .status(
                200,
                real.replace(
                    "\"passwordCredentials\":[",
                    "\"passwordCredentials\":[{\"keyId\":\"" + keyId + "\",\"hint\":null},"))
            .times(0));
    assertStops(lab.text("ci"), "would be a guess", keyId);
  }

  @Test
  void the_secret_of_an_application_of_another_tenant_stops_the_search() throws Exception {
    replace(new EntraLab(Application.of(EntraLab.SHOP, "guest")
        .principalSecret("here")
        .homeTenant(EntraLab.ELSEWHERE)));
    assertStops(lab.text("here"), "registered in another tenant", EntraLab.ELSEWHERE);
  }

  @Test
  void a_value_that_is_no_secret_of_it_any_more_has_no_issuer() throws Exception {
    String ci = lab.text("ci");
    EntraApplications.Proved proved = find(ci).orElseThrow();
    proved.secrets().revoke(proved.secret().keyId(), Lab.ATTEMPT);
    assertThat(find(ci)).isEmpty();
  }

  @Test
  void an_application_that_is_not_here_has_no_issuer_and_no_value_is_tried() throws Exception {
    assertThat(find(EntraLab.FOREIGN, lab.text("ci"))).isEmpty();
    assertThat(lab.wire.sent("POST .+/token").stream()
            .filter(sent -> sent.body().contains(EntraLab.FOREIGN)))
        .isEmpty();
  }

  @Test
  void a_client_secret_without_a_client_id_beside_it_can_t_be_told_and_nobody_is_asked()
      throws Exception {
    String ci = lab.text("ci");
    Credential alone = Credential.of(Lab.DETECTOR.detect("AZURE_CLIENT_SECRET=" + ci + "\n"));
    try (Secret secret = Secret.of(ci)) {
      for (Optional<Secret> value : List.of(Optional.<Secret>empty(), Optional.of(secret))) {
        assertThatThrownBy(() -> lab.applications().findIssuing(alone, value))
            .isInstanceOf(RotationException.class)
            .hasMessageContaining("no client id stands beside the client secret");
      }
      assertThat(lab.applications().find(alone, secret)).isEmpty();
    }
    assertThat(lab.azure.requests()).isEmpty();
  }

  @Test
  void another_kind_of_credential_has_no_issuer_here_and_nobody_is_asked() throws Exception {
    Credential other = new Credential(
        "azure.storage-key",
        "a key",
        Severity.CRITICAL,
        Remedy.ROTATE,
        "***",
        1,
        Checksum.VALID,
        Lab.fingerprint("any"),
        Map.of("client", "not-a-uuid"));
    assertThat(lab.applications().findIssuing(other, Optional.empty())).isEmpty();
    assertThat(lab.azure.requests()).isEmpty();
  }

  @Test
  void without_the_value_an_application_of_this_tenant_asks_for_it() {
    Credential credential = EntraLab.found(EntraLab.SHOP, lab.text("ci"));
    assertThatThrownBy(() -> lab.applications().findIssuing(credential, Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("application " + EntraLab.SHOP + " of tenant " + Lab.TENANT)
        .hasMessageContaining("the value itself is needed");
    assertThat(lab.wire.sent("POST .+/token"))
        .as("signed in with nothing but what reads Graph")
        .hasSize(1);
  }

  @Test
  void without_the_value_an_application_of_others_is_clearly_not_ours() throws Exception {
    Credential credential = EntraLab.found(EntraLab.FOREIGN, lab.text("ci"));
    assertThat(lab.applications().findIssuing(credential, Optional.empty())).isEmpty();
  }

  @Test
  void with_the_value_the_holding_is_the_application_and_the_key_id() throws Exception {
    Credential credential = EntraLab.found(EntraLab.SHOP, lab.text("ci"));
    try (Secret secret = Secret.of(lab.text("ci"))) {
      IssuerFinder.Holding holding =
          lab.applications().findIssuing(credential, Optional.of(secret)).orElseThrow();
      assertThat(holding.issuer().snapshot().slot(holding.slot())).isPresent();
      assertThat(lab.applications().issuer(holding.issuer().id()).label())
          .isEqualTo("application shop (" + EntraLab.SHOP + ")");
    }
  }

  @ParameterizedTest
  @EnumSource(TokenRefusal.class)
  void where_entra_says_neither_yes_nor_no_the_search_stops(TokenRefusal refusal) {
    lab.azure.refuseTokens(EntraLab.SHOP, refusal);
    assertStops(lab.text("ci"), "can't be told", "AADSTS");
  }

  @Test
  void a_secret_that_is_not_known_everywhere_yet_is_found_later() throws Exception {
    try (Issued added = lab.secrets().issue(Lab.ATTEMPT)) {
      String fresh = Lab.text(added.value());
      lab.clock.move(Duration.ofSeconds(5));
      Credential credential = EntraLab.found(EntraLab.SHOP, fresh);
      EntraApplications applications = lab.applications();
      try (Secret secret = Secret.of(fresh)) {
        lab.azure.replicas().lag(Duration.ofSeconds(10));
        lab.clock.move(Duration.ofSeconds(1));
        assertThat(applications.find(credential, secret)).isEmpty();
        lab.azure.replicas().lag(Duration.ZERO);
        assertThat(applications.find(credential, secret)).isPresent();
      }
    }
  }

  @Test
  void a_value_that_is_refused_although_a_secret_begins_like_it_stops_the_search() {
    String ci = lab.text("ci");
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/token")
            .status(401, "{\"error\":\"invalid_client\",\"error_codes\":[7000215]}")
            .nth(2)
            .times(0));
    assertStops(ci, "could be it", "\"ci\"", "Try again later");
  }

  @Test
  void readings_that_differ_stop_the_search() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    String ci = lab.text("ci");
    secrets.issue(Lab.ATTEMPT).close();
    Credential credential = EntraLab.found(EntraLab.SHOP, ci);
    EntraApplications applications = lab.applications();
    // Each search reads two objects, tries, and reads both again: of four reads the third is late.
    lab.azure.replicas().lag(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(10), Duration.ZERO);
    try (Secret secret = Secret.of(ci)) {
      assertThatThrownBy(() -> applications.find(credential, secret))
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("read twice and differ");
    }
  }

  @Test
  void a_caller_who_may_not_read_is_told_what_to_grant() {
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/applications.+")
            .status(
                403,
                "{\"error\":{\"code\":\"Authorization_RequestDenied\",\"message\":\"Insufficient\"}}")
            .times(0));
    assertStops(lab.text("ci"), "403 Authorization_RequestDenied");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/applications/x",
        "/users/00000000-0000-0000-0000-000000000001",
        "/applications/00000000-0000-0000-0000-000000000001/owners",
        "/applications/00000000-0000-0000-0000-000000000001",
      })
  void an_id_of_nothing_is_refused(String id) {
    assertThatThrownBy(() -> lab.applications().secrets(id)).isInstanceOf(RotationException.class);
  }

  @Test
  void settings_that_make_no_sense_are_refused() {
    EntraApplications applications = lab.applications();
    for (String authority : new String[] {
      "http://localhost",
      "https:///",
      "https://a@b.example",
      "https://a.example/common",
      "https://a.example?x"
    }) {
      URI uri = URI.create(authority);
      assertThatThrownBy(() -> applications.authority(uri))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String tenant : new String[] {"common", "example.onmicrosoft.com", ""}) {
      assertThatThrownBy(() -> EntraApplications.in(
              lab.graph(Lab.OWNER), tenant, Lab.FINGERPRINTS, lab.wire, lab.clock))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (Duration lifetime : new Duration[] {Duration.ZERO, Duration.ofDays(-1)}) {
      assertThatThrownBy(() -> applications.lifetime(lifetime))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
