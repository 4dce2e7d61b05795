package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpClient;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.UsageSource.Usage;
import dev.rekey.simulator.Application;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Workspace;
import dev.rekey.simulator.TokenRefusal;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the logs in a workspace tell of uses, and what they don't. */
class WorkspaceLogsTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Usage NOBODY = new Usage.Counted(0, List.of());
  private static final String ASK = "/v1/workspaces/.+/query";

  private final UsesLab world = new UsesLab(
      StorageAccount.named("acct1").logsTo(UsesLab.LOGS),
      StorageAccount.named("acct2").logsTo(UsesLab.LOGS),
      StorageAccount.named("silent"),
      MessagingNamespace.serviceBus("acme-bus"),
      Workspace.named(UsesLab.LOGS));

  @AfterEach
  void stop() {
    world.close();
  }

  private Usage uses(String account, String key) throws RotationException {
    return world.uses(world.logs(), account, key, WEEK);
  }

  private Usage uses(WorkspaceLogs logs) throws RotationException {
    return world.uses(logs, "acct1", "key1", WEEK);
  }

  private void write(String table, Instant at, String hash, String address) {
    world
        .lab
        .azure
        .logs()
        .write(
            UsesLab.LOGS,
            table,
            at,
            Map.of("AccountName", "acct1", "AuthenticationHash", hash, "CallerIpAddress", address));
  }

  private static String why(Usage usage) {
    assertThat(usage).isInstanceOf(Usage.Unknown.class);
    return ((Usage.Unknown) usage).why();
  }

  // Keys of storage accounts.

  @Test
  void requests_that_a_key_signed_are_its_uses_and_their_addresses_the_callers()
      throws RotationException {
    assertThat(world.use("acct1", world.key("acct1", "key1"), "10.0.0.7:4711")).isEqualTo(200);
    assertThat(world.use("acct1", world.key("acct1", "key1"), "10.0.0.7:4712")).isEqualTo(200);
    assertThat(world.use("acct1", world.key("acct1", "key1"), "10.0.0.5:80")).isEqualTo(200);
    assertThat(world.use("acct1", world.key("acct1", "key2"), "10.0.0.9:80")).isEqualTo(200);
    assertThat(world.use("acct2", world.key("acct2", "key1"), "10.0.0.8:80")).isEqualTo(200);
    assertThat(uses("acct1", "key1"))
        .isEqualTo(new Usage.Counted(3, List.of("10.0.0.5", "10.0.0.7")));
    assertThat(uses("acct1", "key2")).isEqualTo(new Usage.Counted(1, List.of("10.0.0.9")));
    assertThat(uses("acct2", "key2")).isEqualTo(NOBODY);
  }

  @Test
  void shared_access_signatures_are_uses_of_the_key_that_signed_them_in_every_service()
      throws RotationException {
    Instant now = world.now();
    world.clock.move(Duration.ofSeconds(1));
    write("StorageBlobLogs", now, "key1(0A1B),SasSignature(2C3D)", "10.0.0.1:1");
    write("StorageQueueLogs", now, "key1(0A1B)", "10.0.0.2:2");
    write("StorageTableLogs", now, "key1(0A1B)", "fde4:8dba::12:3");
    write("StorageFileLogs", now, "key1(0A1B)", "");
    write("StorageFileLogs", now, "SasSignature(2C3D)", "10.0.0.3:3"); // A user delegation's.
    write("StorageFileLogs", now, "0A1B", "10.0.0.4:4"); // A token's.
    assertThat(uses("acct1", "key1"))
        .isEqualTo(new Usage.Counted(
            4, List.of("10.0.0.1", "10.0.0.2", "an address that is not shown", "fde4:8dba::12")));
    assertThat(uses("acct1", "key2")).isEqualTo(NOBODY);
  }

  @Test
  void what_was_before_the_moment_or_before_the_key_had_its_value_is_no_use_of_it()
      throws RotationException {
    world.use("acct1", world.key("acct1", "key1"), "10.0.0.7:1");
    world.use("acct1", world.key("acct1", "key2"), "10.0.0.7:1");
    world.clock.move(Duration.ofMinutes(20));
    world.lab.regenerate("acct1", "key2");
    world.clock.move(Duration.ofMinutes(16));
    assertThat(uses("acct1", "key2")).as("that was another value").isEqualTo(NOBODY);
    assertThat(world.uses(world.logs(), "acct1", "key1", Duration.ofMinutes(30)))
        .as("that was before")
        .isEqualTo(NOBODY);
    assertThat(world.uses(world.logs(), "acct1", "key1", Duration.ofMinutes(40)))
        .isEqualTo(new Usage.Counted(1, List.of("10.0.0.7")));
  }

  @Test
  void a_dead_key_is_not_used_but_shows_that_entries_arrive() throws RotationException {
    String dead = world.key("acct1", "key1");
    world.lab.regenerate("acct1", "key1");
    assertThat(world.use("acct1", dead, "10.0.0.7:1")).isEqualTo(403);
    world.clock.move(Duration.ofMinutes(16));
    assertThat(uses("acct1", "key1")).isEqualTo(NOBODY);
  }

  @Test
  void silence_is_not_zero() throws RotationException {
    assertThat(why(uses("acct1", "key1")))
        .as("a workspace without any data")
        .contains("no entries");
    world.use("acct2", world.key("acct2", "key1"), "10.0.0.8:80");
    world.use("silent", world.key("silent", "key1"), "10.0.0.8:80");
    for (String account : List.of("acct1", "silent")) {
      assertThat(why(uses(account, "key1")))
          .isEqualTo("no entries of storage account " + account + " arrive in workspace "
              + UsesLab.WORKSPACE + "; send its diagnostic logs there");
    }
    Instant now = world.now();
    write("StorageBlobLogs", now.minus(Duration.ofDays(8)).minusSeconds(1), "", "10.0.0.1:1");
    assertThat(why(uses("acct1", "key1"))).as("that was long ago").contains("no entries");
    write("StorageBlobLogs", now.minus(Duration.ofDays(8)).plusSeconds(9), "", "10.0.0.1:1");
    assertThat(world.uses(world.logs(), "acct1", "key1", Duration.ofHours(1)))
        .as("entries arrive, though none since the moment")
        .isEqualTo(NOBODY);
  }

  @Test
  void uses_since_a_moment_are_known_when_entries_had_time_to_arrive() throws RotationException {
    write("StorageBlobLogs", world.now().minus(Duration.ofDays(1)), "", "10.0.0.1:1");
    world.lab.azure.logs().lag(Duration.ofMinutes(10));
    SecretIssuer issuer = world.account("acct1");
    Snapshot.Slot held = issuer.snapshot().slot("key1").orElseThrow();
    Instant moved = world.now();
    world.clock.move(Duration.ofSeconds(1));
    world.use("acct1", world.key("acct1", "key1"), "10.0.0.7:1");
    assertThat(world.logs().usesOf(issuer, "key1", held, moved))
        .isEqualTo(new Usage.Later(
            "the logs in workspace " + UsesLab.WORKSPACE + " may take PT15M",
            moved.plus(Duration.ofMinutes(15))));
    world.clock.move(Duration.ofMinutes(15).minusSeconds(2));
    assertThat(world.logs().usesOf(issuer, "key1", held, moved)).isInstanceOf(Usage.Later.class);
    world.clock.move(Duration.ofSeconds(1));
    assertThat(world.logs().usesOf(issuer, "key1", held, moved))
        .isEqualTo(new Usage.Counted(1, List.of("10.0.0.7")));
    assertThat(world.logs().delay(Duration.ofHours(1)).usesOf(issuer, "key1", held, moved))
        .isInstanceOf(Usage.Later.class);
  }

  // Names from outside.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x' or AccountName == 'acct1",
        "x\\' or AccountName == 'acct1' //",
        "x'\n| extend AccountName = 'acct1",
        "\\",
        "'",
        "acct1' //",
        "acct1\t",
      })
  void a_hostile_name_asks_for_nothing_but_itself(String name) throws RotationException {
    world.use("acct1", world.key("acct1", "key1"), "10.0.0.7:1");
    assertThat(why(ask(name, "key1"))).startsWith("no entries of ");
    world
        .lab
        .azure
        .logs()
        .write(UsesLab.LOGS, "StorageBlobLogs", world.now(), Map.of("AccountName", name));
    assertThat(ask(name, "key1")).isEqualTo(NOBODY);
    assertThat(ask("acct1", name)).as("as the name of a slot").isEqualTo(NOBODY);
  }

  @Test
  void any_name_is_asked_for_as_it_is() throws RotationException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String signs = "'\"\\ |/()=~;,\n\r\tnrtx-é😀";
    int[] points = signs.codePoints().toArray();
    for (int i = 0; i < 40; i++) {
      StringBuilder name = new StringBuilder();
      for (int length = 1 + random.nextInt(8); length > 0; length--) {
        name.appendCodePoint(points[random.nextInt(points.length)]);
      }
      String once = name + "#" + i; // No two are alike.
      world
          .lab
          .azure
          .logs()
          .write(
              UsesLab.LOGS,
              "StorageBlobLogs",
              world.now(),
              Map.of(
                  "AccountName", once, "AuthenticationHash", "key1(0A)", "CallerIpAddress", "a:1"));
      assertThat(ask(once, "key1"))
          .as("seed %d, name %s", seed, once)
          .isEqualTo(new Usage.Counted(1, List.of("a")));
    }
  }

  @Test
  void a_name_that_can_not_be_written_is_not_asked_for() throws RotationException {
    assertThat(why(ask("acct1\u0000", "key1")))
        .startsWith("the logs can't be asked for storage account acct1 :");
    assertThat(why(ask("acct1\u2028", "key1"))).contains("control characters");
    assertThat(world.lab.requests("POST", ASK)).isEmpty();
  }

  /** The uses of a key of an account whose name is what it is. */
  private Usage ask(String account, String slot) throws RotationException {
    StorageAccountKeys keys = new StorageAccountKeys(
        world.lab.arm(),
        Lab.FINGERPRINTS,
        new BlobProbe(world.lab.wire, world.clock),
        Lab.account("acct1"),
        account);
    Instant since = world.now().minus(WEEK);
    return world
        .logs()
        .usesOf(keys, slot, new Snapshot.Slot("id", Optional.empty(), Optional.empty()), since);
  }

  // What can't be asked.

  @Test
  void a_token_for_another_audience_leaves_it_unknown() throws RotationException {
    WorkspaceLogs logs = WorkspaceLogs.of(
        UsesLab.client(world.lab, Lab.OWNER)
            .scope("https://management.azure.com/.default")
            .build(),
        UsesLab.WORKSPACE,
        world.clock);
    assertThat(why(uses(logs)))
        .contains("can't be asked")
        .contains("InvalidAuthenticationTokenAudience")
        .contains("(request id ");
  }

  @Test
  void who_may_not_query_does_not_know_and_says_what_is_missing() throws RotationException {
    WorkspaceLogs logs = WorkspaceLogs.of(
        UsesLab.client(world.lab, Lab.LIMITED).build(), UsesLab.WORKSPACE, world.clock);
    assertThat(why(uses(logs)))
        .contains("403 InsufficientAccessError")
        .contains("Log Analytics Reader")
        .containsPattern("\\(request id [0-9a-f-]{36}\\)");
  }

  @Test
  void a_workspace_that_is_gone_leaves_it_unknown() throws RotationException {
    WorkspaceLogs logs = WorkspaceLogs.of(
        UsesLab.client(world.lab, Lab.OWNER).build(),
        Workspace.customerId("gone-logs"),
        world.clock);
    assertThat(why(uses(logs))).contains("404 PathNotFoundError");
  }

  @Test
  void a_part_of_the_entries_is_not_counted() throws RotationException {
    world.use("acct1", world.key("acct1", "key2"), "10.0.0.7:1");
    assertThat(uses("acct1", "key1")).isEqualTo(NOBODY);
    answer("{\"tables\":[{\"columns\":[{\"name\":\"Caller\"},{\"name\":\"Entries\"},{\"name\":"
        + "\"Uses\"},{\"name\":\"Unclear\"}],\"rows\":[[\"\",5,0,0]]}],"
        + "\"error\":{\"code\":\"PartialError\",\"message\":\"A shard did not answer.\"}}");
    assertThat(why(uses("acct1", "key1"))).contains("PartialError").contains("A shard");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"\",5,null,0]",
        "[\"\",5,\"none\",0]",
        "[\"\",5,0.5,0]",
        "[\"\",null,0,0]",
        "[\"\",5,0,{}]",
        "[null,5,0,0]",
      })
  void an_answer_without_counts_is_not_zero(String row) throws RotationException {
    answer("{\"tables\":[{\"columns\":[{\"name\":\"Caller\"},{\"name\":\"Entries\"},{\"name\":"
        + "\"Uses\"},{\"name\":\"Unclear\"}],\"rows\":[" + row + "]}]}");
    assertThat(why(uses("acct1", "key1"))).contains("answered without counts");
  }

  private void answer(String body) {
    world.lab.azure.faults().add(Fault.on("POST", ASK).status(200, body));
  }

  @Test
  void a_thread_that_is_interrupted_stops_and_concludes_nothing() throws RotationException {
    SecretIssuer issuer = world.account("acct1");
    Snapshot.Slot held = issuer.snapshot().slot("key1").orElseThrow();
    HttpClient interrupted = request -> {
      throw new IllegalStateException(new InterruptedException());
    };
    WorkspaceLogs logs = WorkspaceLogs.of(
        UsesLab.client(world.lab, Lab.OWNER).httpClient(interrupted).build(),
        UsesLab.WORKSPACE,
        world.clock);
    assertThatThrownBy(() -> logs.usesOf(issuer, "key1", held, world.now()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void what_logs_do_not_tell_is_unknown() throws RotationException {
    SecretIssuer rule = world
        .lab
        .namespaces(Lab.OWNER)
        .issuer(Lab.rule("Microsoft.ServiceBus/namespaces/acme-bus/authorizationRules/"
            + "RootManageSharedAccessKey"));
    assertThat(why(world.logs().usesOf(rule, "PrimaryKey", Snapshot.Slot.VACANT, world.now())))
        .contains("name the rule, and not which of its keys");
    SecretIssuer other = (SlotIssuer) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {SlotIssuer.class},
        (proxy, method, arguments) -> "a partner's door");
    assertThat(why(world.logs().usesOf(other, "a", Snapshot.Slot.VACANT, world.now())))
        .isEqualTo("no logs are known that tell the uses of a partner's door");
    assertThat(world.lab.requests("POST", ASK)).isEmpty();
  }

  @Test
  void a_name_is_no_id_and_no_entry_comes_before_it_is_written() {
    assertThatThrownBy(() -> WorkspaceLogs.of(
            UsesLab.client(world.lab, Lab.OWNER).build(), "acme-logs", Clock.systemUTC()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GUID");
    WorkspaceLogs logs = world.logs();
    assertThatThrownBy(() -> logs.delay(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Client secrets of Entra.

  private static EntraLab tenant(Application... applications) {
    return new EntraLab(
        Map.of(), List.of(applications), List.of(Workspace.named(UsesLab.LOGS).withSignIns()));
  }

  private static Usage uses(EntraLab lab, String name) throws RotationException {
    ApplicationSecrets secrets = lab.secrets();
    String keyId = secrets.secrets().values().stream()
        .filter(secret -> secret.displayName().equals(Optional.of(name)))
        .findFirst()
        .orElseThrow()
        .keyId();
    return UsesLab.logs(lab.lab, lab.clock)
        .usesOf(
            secrets,
            keyId,
            secrets.snapshot().slot(keyId).orElseThrow(),
            lab.clock.instant().minus(WEEK));
  }

  @Test
  void sign_ins_by_a_secret_are_its_uses() throws RotationException {
    try (EntraLab lab = tenant(EntraLab.shop().secret("reports").secret("idle"))) {
      lab.signIn(EntraLab.SHOP, lab.text("ci"));
      lab.signIn(EntraLab.SHOP, lab.text("ci"));
      lab.signIn(EntraLab.SHOP, lab.text("reports"));
      assertThat(uses(lab, "ci")).isEqualTo(new Usage.Counted(2, List.of("127.0.0.1")));
      assertThat(uses(lab, "idle")).isEqualTo(NOBODY);
    }
  }

  @Test
  void a_sign_in_that_was_refused_for_another_reason_is_a_use_and_by_a_wrong_secret_none()
      throws RotationException {
    try (EntraLab lab = tenant(EntraLab.shop().secret("reports"))) {
      lab.signIn(EntraLab.SHOP, lab.text("reports"));
      assertThatThrownBy(() -> lab.signIn(EntraLab.SHOP, lab.text("ci") + "x"))
          .hasMessageContaining("7000215");
      assertThat(uses(lab, "ci")).isEqualTo(NOBODY);
      lab.azure.refuseTokens(EntraLab.SHOP, TokenRefusal.CONDITIONAL_ACCESS);
      assertThatThrownBy(() -> lab.signIn(EntraLab.SHOP, lab.text("ci")))
          .hasMessageContaining("53003");
      assertThat(uses(lab, "ci")).isEqualTo(new Usage.Counted(1, List.of("127.0.0.1")));
    }
  }

  @Test
  void an_application_that_is_silent_is_unknown_whoever_else_signs_in() throws RotationException {
    try (EntraLab lab = tenant(EntraLab.shop())) {
      assertThat(why(uses(lab, "ci"))).startsWith("no entries of ").contains("shop");
    }
  }

  @Test
  void users_who_sign_in_use_some_secret_of_the_application() throws RotationException {
    try (EntraLab lab = tenant(EntraLab.shop().secret("reports"))) {
      lab.signIn(EntraLab.SHOP, lab.text("reports"));
      lab.azure
          .logs()
          .write(UsesLab.LOGS, "SigninLogs", lab.clock.instant(), Map.of("AppId", EntraLab.SHOP));
      assertThat(why(uses(lab, "ci"))).contains("users signed in").contains("1 times");
      assertThat(uses(lab, "reports"))
          .as("what was seen was seen")
          .isEqualTo(new Usage.Counted(1, List.of("127.0.0.1")));
    }
  }
}
