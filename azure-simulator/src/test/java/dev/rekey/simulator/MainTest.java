package dev.rekey.simulator;

import static dev.rekey.simulator.Names.ACCOUNT;
import static dev.rekey.simulator.Names.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The simulator as a process of its own. */
class MainTest {
  @TempDir
  private Path folder;

  private Path scenario;
  private Path state;
  private final String secret = IdentifiableKey.clientSecret(new Random(7));

  @BeforeEach
  void write() throws Exception {
    scenario = folder.resolve("scenario.json");
    state = folder.resolve("state");
    Files.writeString(
        scenario,
        Scenario.tenant(Names.TENANT)
            .client(CLIENT)
            .subscription(Names.SUB, ResourceGroup.of("rg1", StorageAccount.named("acct1")))
            .build()
            .toJson());
  }

  @AfterEach
  void end() throws Exception {
    if (Files.exists(state.resolve("simulator.json"))) {
      stop(wire());
    }
  }

  private List<String> command(String... more) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        "-Xshare:auto",
        Main.class.getName(),
        "--scenario",
        scenario.toString(),
        "--state",
        state.toString()));
    command.addAll(List.of(more));
    return command;
  }

  private JsonNode file() throws Exception {
    return Wire.JSON.readTree(state.resolve("simulator.json").toFile());
  }

  /** A client that knows of the simulator what its two files say. */
  private Wire wire() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(state.resolve("ca.pem"))) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return new Wire(URI.create(file().path("cloud").asText()), context);
  }

  private void stop(Wire wire) throws Exception {
    ProcessHandle process = ProcessHandle.of(file().path("pid").asLong()).orElseThrow();
    assertThat(wire.control("POST", "stop", "").status()).isEqualTo(202);
    process.onExit().get(20, TimeUnit.SECONDS);
    assertThat(state.resolve("simulator.json")).doesNotExist();
  }

  private Process start(String... more) throws Exception {
    Process process =
        new ProcessBuilder(command(more)).redirectErrorStream(true).start();
    // The pipe stays open: the simulator must not wait for its end.
    process
        .getOutputStream()
        .write(("{\"" + CLIENT + "\":\"" + secret + "\"}").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    assertThat(reader.readLine()).contains(file().path("cloud").asText());
    return process;
  }

  @Test
  void it_serves_after_its_pipes_are_closed_and_stops_when_told() throws Exception {
    Process process = start();
    process.getOutputStream().close();
    process.getInputStream().close();
    Wire wire = wire();
    String token = wire.token(CLIENT, secret, Wire.ARM);
    assertThat(wire.call(token, "GET", ACCOUNT + "?api-version=2025-06-01", "").status())
        .isEqualTo(200);
    stop(wire);
    assertThat(process.waitFor()).isZero();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void it_survives_a_hangup_and_the_killing_of_the_process_that_started_it() throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "echo {} | \"$@\" & wait", "sh"));
    command.addAll(command());
    Process shell = new ProcessBuilder(command).redirectErrorStream(true).start();
    shell.inputReader(StandardCharsets.UTF_8).readLine();
    shell.destroyForcibly().waitFor();
    shell.getInputStream().close();
    Wire wire = wire();
    String pid = file().path("pid").asText();
    assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor()).isZero();
    assertThat(wire.control("GET", "requests", "").status()).isEqualTo(200);
    stop(wire);
  }

  @Test
  void it_stops_itself_when_idle() throws Exception {
    Process process = start("--idle-minutes", "0.02");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(state.resolve("simulator.json")).doesNotExist();
  }

  @Test
  void its_files_are_for_their_owner_only() throws Exception {
    start();
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      for (String name : List.of("simulator.json", "ca.pem")) {
        assertThat(Files.getPosixFilePermissions(state.resolve(name)))
            .containsExactlyInAnyOrder(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
      }
    }
    assertThat(Files.readString(state.resolve("ca.pem"))).doesNotContain("PRIVATE");
    try (var files = Files.list(state)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void another_process_injects_holds_and_sees_their_hits() throws Exception {
    start();
    Wire wire = wire();
    String token = wire.token(CLIENT, secret, Wire.ARM);
    String keys = ACCOUNT + "/listKeys?api-version=2025-06-01";
    JsonNode before = wire.call(token, "POST", keys, "").json();
    for (String effect : List.of("HOLD_BEFORE", "HOLD_AFTER")) {
      String fault = "{\"id\":\"" + effect
          + "\",\"method\":\"POST\",\"path\":\".*/regenerateKey\",\"times\":1," + "\"effect\":\""
          + effect + "\"}";
      assertThat(wire.control("POST", "faults", fault).status()).isEqualTo(201);
      CompletableFuture<Wire.Answer> held = CompletableFuture.supplyAsync(() -> wire.call(
          token,
          "POST",
          ACCOUNT + "/regenerateKey?api-version=2025-06-01",
          "{\"keyName\":\"key1\"}"));
      JsonNode hit = wire.control("GET", "faults/" + effect + "?hits=1&waitMillis=20000", "")
          .json();
      assertThat(hit.path("hits").asInt()).isEqualTo(1);
      assertThat(hit.path("holding").asInt()).isEqualTo(1);
      JsonNode now = wire.call(token, "POST", keys, "").json();
      assertThat(now.equals(before)).isEqualTo(effect.equals("HOLD_BEFORE"));
      assertThat(wire.control("POST", "release", "").status()).isEqualTo(204);
      if (effect.equals("HOLD_BEFORE")) {
        assertThat(held).failsWithin(20, TimeUnit.SECONDS);
        assertThat(wire.call(token, "POST", keys, "").json()).isEqualTo(before);
      } else {
        assertThat(held.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
    }
    assertThat(wire.control("GET", "requests", "").body()).contains("regenerateKey", "listKeys");
    assertThat(wire.control("GET", "requests?method=POST&path=.%2B/regenerateKey.*", "")
            .body())
        .contains("regenerateKey")
        .doesNotContain("listKeys");
    assertThat(wire.control("GET", "requests?method=PUT", "").json().path("requests"))
        .isEmpty();
    assertThat(wire.control("GET", "requests?path=(", "").status()).isEqualTo(400);
    assertThat(wire.control("DELETE", "faults", "").status()).isEqualTo(204);
    assertThat(wire.control("GET", "faults", "").json().path("faults")).isEmpty();
  }

  @Test
  void it_throttles_and_fails_by_chance_as_its_files_say() throws Exception {
    Path throttling = Files.writeString(
        folder.resolve("throttling.json"), "{\"limits\":\"PUBLISHED\",\"factor\":0.02}");
    Path chance = Files.writeString(folder.resolve("chance.json"), "{\"seed\":3,\"refusals\":1}");
    start("--throttling", throttling.toString(), "--chance", chance.toString());
    Wire wire = wire();
    String token = wire.token(CLIENT, secret, Wire.ARM);
    Wire.Answer read = wire.call(token, "GET", ACCOUNT + "?api-version=2025-06-01", "");
    assertThat(read.header("x-ms-ratelimit-remaining-subscription-reads")).isEqualTo("4");
    String keys = ACCOUNT + "/listKeys?api-version=2025-06-01";
    assertThat(wire.call(token, "POST", keys, "").error()).isEqualTo("AuthorizationFailed");
    assertThat(wire.control("GET", "refused", "").json().at("/refused/0/action").asText())
        .isEqualTo("Microsoft.Storage/storageAccounts/listKeys/action");
  }

  @Test
  void wrong_arguments_and_input_end_with_code_two_and_say_why() throws Exception {
    assertThat(run("{}")).contains("--state is missing");
    assertThat(run("{}", "--state")).contains("lacks its value");
    assertThat(run("{}", "--colour", "red")).contains("Unknown argument --colour");
    String[] good = {"--scenario", scenario.toString(), "--state", state.toString()};
    assertThat(run("not json " + secret, good)).contains("Standard input").doesNotContain(secret);
    assertThat(run("{}", good[0], good[1], good[2], good[3], "--idle-minutes", "soon"))
        .contains("--idle-minutes");
    Path chance = Files.writeString(folder.resolve("chance.json"), "{\"seed\":1,\"refusals\":2}");
    assertThat(run(
            "{}",
            good[0],
            good[1],
            good[2],
            good[3],
            "--idle-minutes",
            "0.02",
            "--chance",
            chance.toString()))
        .contains("Not a Chance", "from 0 to 1");
    Files.writeString(scenario, "{\"tenant\":\"" + Names.TENANT + "\",\"planet\":1}");
    assertThat(run("{}", good)).contains("scenario").contains("planet");
    assertThat(run("{}", "--scenario", folder.resolve("none").toString(), good[2], good[3]))
        .contains("cannot start");
  }

  private String run(String input, String... arguments) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    assertThat(Main.run(arguments, in, print, print)).isEqualTo(2);
    return out.toString(StandardCharsets.UTF_8);
  }
}
