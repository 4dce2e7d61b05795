package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Guards;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stops a call is told before it, and the call is refused if it is made all the same. */
class ObstaclesTest extends Shop {
  private static final String REGENERATE_KEY =
      "Microsoft.Storage/storageAccounts/regenerateKey/action";
  private static final String VERSION = "2024-04-01";
  private static final String BUS = "Microsoft.ServiceBus/namespaces/shop-bus";
  private static final String RULE = BUS + "/authorizationRules/RootManageSharedAccessKey";

  /** Holds what has to be looked at; {@link Lab#LIMITED} is denied some of it. */
  private static Lab limited(String... denied) {
    return Lab.of(
        List.of(denied),
        StorageAccount.named("acct1"),
        vault(),
        MessagingNamespace.serviceBus("shop-bus"),
        WebApp.named("shop-web")
            .setting("KEY", "${key:acct1/key1}")
            .slot(WebApp.named("staging").setting("KEY", "${key:acct1/key1}")));
  }

  private static void assertBlocked(Obstacles obstacles, Blocker.Kind kind, String... words) {
    assertThat(obstacles.blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(kind);
      assertThat(blocker.problem()).contains(words);
      assertThat(blocker.fix()).endsWith("plan again.");
    });
  }

  private static Obstacles ofAccount(Lab lab, String client) throws RotationException {
    return lab.accounts(client).issuer(Lab.account("acct1")).obstacles();
  }

  private static void assertRefused(Lab lab, String client, String code) throws RotationException {
    SecretIssuer issuer = lab.accounts(client).issuer(Lab.account("acct1"));
    assertThatThrownBy(() -> issuer.revoke("key2", Lab.ATTEMPT))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining(code);
  }

  // Locks.

  @ParameterizedTest
  @ValueSource(strings = {"", "/providers/Microsoft.Storage/storageAccounts/acct1"})
  void a_read_only_lock_on_the_account_or_above_it_is_told(String where) throws Exception {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan free = plan(lab, Lab.OWNER);
    lab.azure.guards().lock(Lab.GROUP + where, "careful", Guards.Level.READ_ONLY);

    assertThat(free.blockers()).isEmpty();
    assertBlocked(
        ofAccount(lab, Lab.OWNER),
        Blocker.Kind.LOCKED,
        "ReadOnly lock " + Lab.GROUP + where + "/providers/Microsoft.Authorization/locks/careful",
        "storage account acct1");
    assertRefused(lab, Lab.OWNER, "ScopeLocked");
  }

  @Test
  void a_plan_tells_a_lock_even_where_that_keeps_from_listing_the_keys() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.azure.guards().lock(Lab.account("acct1"), "careful", Guards.Level.READ_ONLY);
    RotationPlan plan = plan(lab, Lab.OWNER);

    assertBlocked(
        new Obstacles(plan.blockers(), List.of()), Blocker.Kind.LOCKED, "ScopeLocked", "listKeys");
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void a_lock_that_only_keeps_from_deleting_stops_no_rotation() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.azure.guards().lock(Lab.GROUP, "careful", Guards.Level.CAN_NOT_DELETE);
    assertRotated(lab, rotate(lab, PATIENT));
  }

  @Test
  void a_lock_elsewhere_stops_nothing() throws Exception {
    try (Lab lab = limited()) {
      lab.azure.guards().lock(Lab.app("shop-web"), "careful", Guards.Level.READ_ONLY);
      assertThat(ofAccount(lab, Lab.OWNER)).isEqualTo(Obstacles.NONE);
    }
  }

  // Roles.

  @Test
  void an_action_that_no_role_allows_is_told_before_anything_is_called() throws Exception {
    try (Lab lab = limited(REGENERATE_KEY)) {
      assertThat(ofAccount(lab, Lab.OWNER)).isEqualTo(Obstacles.NONE);
      assertBlocked(
          ofAccount(lab, Lab.LIMITED),
          Blocker.Kind.NOT_PERMITTED,
          "Microsoft.Storage/storageAccounts/regeneratekey/action on storage account acct1");
      assertBlocked(
          new Obstacles(plan(lab, Lab.LIMITED).blockers(), List.of()),
          Blocker.Kind.NOT_PERMITTED,
          "regeneratekey");
      assertRefused(lab, Lab.LIMITED, "AuthorizationFailed");
    }
  }

  @Test
  void actions_of_roles_may_have_wildcards() throws Exception {
    try (Lab lab = limited("microsoft.storage/*/action")) {
      assertBlocked(
          ofAccount(lab, Lab.LIMITED), Blocker.Kind.NOT_PERMITTED, "listkeys", "regeneratekey");
    }
  }

  @Test
  void what_can_t_be_looked_at_is_unknown_and_blocks_nothing() throws Exception {
    try (Lab lab = limited("Microsoft.Authorization/*")) {
      Obstacles obstacles = ofAccount(lab, Lab.LIMITED);
      assertThat(obstacles.blockers()).isEmpty();
      assertThat(obstacles.unknowns())
          .hasSize(3)
          .allMatch(sentence -> sentence.startsWith("Whether ") && sentence.endsWith("."))
          .anyMatch(sentence -> sentence.contains("it takes Microsoft.Authorization/locks/read"));
      RotationPlan plan = plan(lab, Lab.LIMITED);
      assertThat(plan.blockers()).isEmpty();
      assertThat(plan.unknowns()).containsAll(obstacles.unknowns());
    }
  }

  // Deny assignments.

  @Test
  void what_is_denied_to_everybody_is_told() throws Exception {
    try (Lab lab = limited()) {
      lab.azure
          .guards()
          .deny(Guards.Denial.toAll(Lab.GROUP, "stack", "Microsoft.Storage/*/action"));
      assertBlocked(
          ofAccount(lab, Lab.OWNER),
          Blocker.Kind.DENIED,
          "deny assignment stack at " + Lab.GROUP,
          "regeneratekey/action");
      assertRefused(lab, Lab.OWNER, "DenyAssignmentAuthorizationFailed");
    }
  }

  @Test
  void what_is_denied_to_some_may_be_denied_to_us() throws Exception {
    try (Lab lab = limited()) {
      lab.azure
          .guards()
          .deny(Guards.Denial.toAll(Lab.GROUP, "stack", "*")
              .notFor("*/read", "*/listKeys/action")
              .excluding("00000000-0000-0000-0000-0000000000ff"));
      Obstacles obstacles = ofAccount(lab, Lab.OWNER);
      assertThat(obstacles.blockers()).isEmpty();
      assertThat(obstacles.unknowns())
          .singleElement()
          .asString()
          .contains("Whether the deny assignment stack", "regeneratekey/action on storage account")
          .doesNotContain("listkeys");
      assertRefused(lab, Lab.OWNER, "DenyAssignmentAuthorizationFailed");
    }
  }

  @Test
  void a_deny_assignment_for_other_actions_or_not_for_what_is_below_stops_nothing()
      throws Exception {
    try (Lab lab = limited()) {
      lab.azure.guards().deny(Guards.Denial.toAll(Lab.GROUP, "deletes", "*/delete"));
      lab.azure.guards().deny(Guards.Denial.toAll(Lab.GROUP, "group", "*").withoutChildScopes());
      assertThat(ofAccount(lab, Lab.OWNER)).isEqualTo(Obstacles.NONE);
      lab.accounts(Lab.OWNER).issuer(Lab.account("acct1")).revoke("key2", Lab.ATTEMPT);
    }
  }

  // The same for rules and apps.

  @Test
  void rules_of_namespaces_are_looked_at_too() throws Exception {
    try (Lab lab = limited("Microsoft.ServiceBus/namespaces/authorizationRules/regenerateKeys/*")) {
      assertThat(lab.namespaces(Lab.OWNER).issuer(Lab.rule(RULE)).obstacles())
          .isEqualTo(Obstacles.NONE);
      assertBlocked(
          lab.namespaces(Lab.LIMITED).issuer(Lab.rule(RULE)).obstacles(),
          Blocker.Kind.NOT_PERMITTED,
          "regenerateKeys/action");
      lab.azure.guards().lock(Lab.rule(BUS), "careful", Guards.Level.READ_ONLY);
      assertBlocked(
          lab.namespaces(Lab.OWNER).issuer(Lab.rule(RULE)).obstacles(),
          Blocker.Kind.LOCKED,
          "careful");
    }
  }

  @Test
  void each_slot_of_an_app_is_looked_at() throws Exception {
    try (Lab lab = limited("Microsoft.Web/sites/slots/config/write")) {
      assertThat(using(lab.apps(Lab.OWNER), lab).obstacles(lab.store())).isEqualTo(Obstacles.NONE);
      assertBlocked(
          using(lab.apps(Lab.LIMITED), lab).obstacles(lab.store()),
          Blocker.Kind.NOT_PERMITTED,
          "Microsoft.Web/sites/slots/config/Write on slot staging of web app shop-web");
      lab.azure.guards().lock(Lab.app("shop-web"), "careful", Guards.Level.READ_ONLY);
      assertThat(lab.apps(Lab.OWNER).dependent(Lab.app("shop-web")).obstacles(lab.store()))
          .satisfies(all -> assertBlocked(all, Blocker.Kind.LOCKED, "careful"));
    }
  }

  private static Dependent using(WebApps apps, Lab lab) throws RotationException {
    List<Dependent> using = apps.findUsing(Lab.fingerprint(lab.azure.storageKey("acct1", "key1")));
    assertThat(using).hasSize(1);
    return using.get(0);
  }

  // Vaults that an app has to read.

  private static final String HARMLESS = "harmless";

  private static Lab reading(WebApp app, Vault vault) {
    return Lab.of(
        List.of(
            "Microsoft.Authorization/roleAssignments/read",
            "Microsoft.KeyVault/vaults/secrets/getSecret/action"),
        StorageAccount.named("acct1").withoutDataPlane(),
        vault.secret(HARMLESS, "x").secret("acct1-key", "${key:acct1/key1}"),
        app);
  }

  private static Obstacles reach(Lab lab, String client) throws RotationException {
    WebApps apps = lab.apps(client).following(lab.store()).makingReferences(HARMLESS);
    return using(apps, lab).obstacles(lab.store());
  }

  private static WebApp bare() {
    return WebApp.named("shop-web").setting("KEY", "${key:acct1/key1}");
  }

  @Test
  void an_app_that_may_read_the_vault_can_refer_to_it() throws Exception {
    try (Lab lab = reading(bare().reading("vault1"), Vault.named("vault1"))) {
      assertThat(reach(lab, Lab.OWNER)).isEqualTo(Obstacles.NONE);
      Obstacles unseen = reach(lab, Lab.LIMITED);
      assertThat(unseen.blockers()).isEmpty();
      assertThat(unseen.unknowns())
          .singleElement()
          .asString()
          .contains("Whether web app shop-web can have secrets of", "roleAssignments/read");
    }
  }

  @Test
  void an_app_without_an_identity_can_t() throws Exception {
    try (Lab lab = reading(bare(), Vault.named("vault1"))) {
      assertBlocked(
          reach(lab, Lab.OWNER), Blocker.Kind.STORE_OUT_OF_REACH, "has no managed identity");
      assertAdoptFails(lab, "MSINotEnabled");
    }
  }

  @Test
  void an_identity_without_a_role_can_t() throws Exception {
    try (Lab lab = reading(bare().reading(), Vault.named("vault1"))) {
      assertBlocked(reach(lab, Lab.OWNER), Blocker.Kind.STORE_OUT_OF_REACH, "has no role there");
      assertAdoptFails(lab, "AccessToKeyVaultDenied");
    }
  }

  @Test
  void a_vault_that_is_closed_is_reached_through_a_network_or_not_at_all() throws Exception {
    Vault closed = Vault.named("vault1").property("publicNetworkAccess", "Disabled");
    // We are outside as well, so that only looking is tried here.
    try (Lab lab = reading(bare().reading("vault1"), closed)) {
      VaultReach reach = new VaultReach(lab.arm(), lab.store().id());
      assertBlocked(
          reach.obstacles(caller(lab, false)),
          Blocker.Kind.STORE_OUT_OF_REACH,
          "no virtual network");
      assertThat(reach.obstacles(caller(lab, true)).blockers()).isEmpty();
      assertThat(reach.obstacles(caller(lab, true)).unknowns())
          .singleElement()
          .asString()
          .contains("has a way in can't be seen");
    }
  }

  private static VaultReach.Caller caller(Lab lab, boolean inNetwork) {
    var shown = lab.arm().get(Lab.app("shop-web"), VERSION);
    VaultReach.Caller caller = VaultReach.Caller.of("web app shop-web", shown);
    return new VaultReach.Caller(caller.label(), caller.principal(), inNetwork);
  }

  @Test
  void access_policies_are_read_where_roles_do_not_decide() throws Exception {
    Vault policed = Vault.named("vault1").property("enableRbacAuthorization", false);
    try (Lab lab = reading(bare().reading("vault1"), policed)) {
      assertBlocked(
          new VaultReach(lab.arm(), lab.azure.vault("vault1").toString().replaceFirst("/$", ""))
              .obstacles(caller(lab, false)),
          Blocker.Kind.STORE_OUT_OF_REACH,
          "no access policy lets its identity");
    }
  }

  @Test
  void a_reference_that_is_not_resolved_any_more_can_t_be_moved() throws Exception {
    String newest = "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/acct1-key)";
    WebApp app = WebApp.named("shop-web").setting("KEY", newest).reading("vault1");
    try (Lab lab = reading(app, Vault.named("vault1"))) {
      Dependent follower = using(lab.apps(Lab.OWNER).following(lab.store()), lab);
      assertThat(follower.obstacles(lab.store())).isEqualTo(Obstacles.NONE);

      lab.vault()
          .updateSecretProperties(
              lab.vault().getSecret("acct1-key").getProperties().setEnabled(false));
      lab.arm()
          .post(
              Lab.app("shop-web") + "/config/configreferences/appsettings/refresh",
              VERSION,
              MissingNode.getInstance());
      assertBlocked(
          follower.obstacles(lab.store()),
          Blocker.Kind.STORE_OUT_OF_REACH,
          "KEY in the appsettings refers to the secret acct1-key, is OtherReasons");
    }
  }

  @Test
  void a_reference_of_which_nothing_is_known_yet_is_unknown() throws Exception {
    String newest = "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/acct1-key)";
    WebApp app = WebApp.named("shop-web").setting("KEY", newest).reading("vault1");
    try (Lab lab = reading(app, Vault.named("vault1"))) {
      Dependent follower = using(lab.apps(Lab.OWNER).following(lab.store()), lab);
      lab.azure
          .faults()
          .add(Fault.on("GET", ".+/config/configreferences/appsettings")
              .status(200, "{\"value\":[]}")
              .times(0));
      Obstacles obstacles = follower.obstacles(lab.store());
      assertThat(obstacles.blockers()).isEmpty();
      assertThat(obstacles.unknowns()).singleElement().asString().contains("is Initialized");
    }
  }

  private static void assertAdoptFails(Lab lab, String status) throws RotationException {
    WebApps apps = lab.apps(Lab.OWNER).following(lab.store()).makingReferences(HARMLESS);
    Dependent app = using(apps, lab);
    String fresh = lab.azure.storageKey("acct1", "key2");
    lab.vault().setSecret("acct1-key", fresh);
    try (Secret secret = Secret.of(fresh)) {
      assertThatThrownBy(() -> app.adopt(
              new Replacement(Lab.fingerprint(lab.azure.storageKey("acct1", "key1")), secret),
              Lab.ATTEMPT))
          .hasMessageContaining(status);
    }
  }
}
