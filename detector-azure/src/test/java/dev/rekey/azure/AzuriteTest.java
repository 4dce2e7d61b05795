package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Context;
import dev.rekey.azure.BlobClient.Blob;
import dev.rekey.azure.BlobClient.Container;
import dev.rekey.azure.surface.AzureSurface;
import dev.rekey.azure.surface.BlobOffsets;
import dev.rekey.azure.surface.BlobSampling;
import dev.rekey.azure.surface.ResourceKinds;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal.Answer;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import reactor.core.publisher.Mono;

/**
 * The blob service of Azurite, which others wrote, answers as the simulator's. It runs in the profile
 * {@code azurite} only, and needs Node and npm, which installs Azurite below {@code target}.
 */
@EnabledIfSystemProperty(named = "rekey.azurite", matches = "true")
class AzuriteTest {
  private static final String VERSION = "3.35.0";
  private static final Path HOME = Path.of("target", "azurite").toAbsolutePath();
  private static final String PASSWORD = "of-this-test";
  private static final String ACCOUNT = "devstoreaccount1";
  private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
  private static final String TENANT = "00000000-0000-0000-0000-000000000900";
  private static final String ID = "/subscriptions/" + SUBSCRIPTION
      + "/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/" + ACCOUNT;

  private static Process azurite;
  private static URI endpoint;
  private static java.net.http.HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    install();
    Path key = HOME.resolve("key.p12");
    Files.deleteIfExists(key);
    run(
        "keytool, which comes with the JDK",
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "azurite",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "san=ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-keystore",
        key.toString(),
        "-storepass",
        PASSWORD);
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    endpoint = URI.create("https://127.0.0.1:" + port + "/" + ACCOUNT);
    azurite = new ProcessBuilder(
            "node",
            HOME.resolve("node_modules/azurite/dist/src/blob/main.js").toString(),
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            Integer.toString(port),
            "--inMemoryPersistence",
            "--silent",
            "--disableTelemetry",
            "--skipApiVersionCheck",
            "--oauth",
            "basic",
            "--cert",
            key.toString(),
            "--pwd",
            PASSWORD)
        .directory(HOME.toFile())
        .redirectErrorStream(true)
        .redirectOutput(HOME.resolve("azurite.log").toFile())
        .start();
    client = java.net.http.HttpClient.newBuilder().sslContext(trusting(key)).build();
    awaitReady();
  }

  private static void install() throws Exception {
    if (!Files.exists(HOME.resolve("node_modules/azurite/package.json"))) {
      Files.createDirectories(HOME);
      run("Node, whose version is asked for first", "node", "--version");
      run(
          "npm, which installs Azurite",
          "npm",
          "install",
          "--prefix",
          HOME.toString(),
          "--no-audit",
          "--no-fund",
          "--loglevel=error",
          "azurite@" + VERSION);
    }
  }

  /** Runs a program to its end, and says what it said if that is no good one. */
  private static void run(String what, String... command) throws Exception {
    Path said = HOME.resolve("said.log");
    try {
      Process process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(said.toFile())
          .start();
      boolean ended = process.waitFor(5, TimeUnit.MINUTES);
      process.destroyForcibly();
      assertThat(ended && process.exitValue() == 0)
          .as("the profile azurite needs %s; it said: %s", what, Files.readString(said))
          .isTrue();
    } catch (IOException absent) {
      throw new AssertionError(
          "the profile azurite needs " + what + ", and it can't be run: leave the profile out",
          absent);
    }
  }

  private static SSLContext trusting(Path key) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(key)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("azurite", store.getCertificate("azurite"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static void awaitReady() throws Exception {
    Instant until = Instant.now().plus(Duration.ofSeconds(60));
    while (true) {
      try {
        send("GET", "?comp=list", "");
        return;
      } catch (ConnectException notYet) {
        assertThat(azurite.isAlive() && Instant.now().isBefore(until))
            .as("Azurite runs; it said: %s", Files.readString(HOME.resolve("azurite.log")))
            .isTrue();
        Thread.sleep(100);
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (azurite != null) {
      azurite.destroy();
      if (!azurite.waitFor(10, TimeUnit.SECONDS)) {
        azurite.destroyForcibly();
      }
    }
  }

  /** A token that nobody signed, which is enough for Azurite. */
  private static String token() {
    long now = Instant.now().getEpochSecond();
    return part("{\"alg\":\"none\",\"typ\":\"JWT\"}")
        + "."
        + part("{\"aud\":\"https://storage.azure.com\",\"iss\":\"https://sts.windows.net/" + TENANT
            + "/\",\"iat\":" + (now - 60) + ",\"nbf\":" + (now - 60) + ",\"exp\":" + (now + 3600)
            + "}")
        + "."
        + part("unsigned");
  }

  private static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static int send(String method, String path, String body, String... headers)
      throws Exception {
    var request = java.net.http.HttpRequest.newBuilder(URI.create(endpoint + path))
        .header("Authorization", "Bearer " + token())
        .header("x-ms-version", "2023-11-03")
        .method(method, java.net.http.HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static void container(String name, String... headers) throws Exception {
    assertThat(send("PUT", "/" + name + "?restype=container", "", headers)).isEqualTo(201);
  }

  private static void blob(String path, String text) throws Exception {
    assertThat(send("PUT", "/" + path, text, "x-ms-blob-type", "BlockBlob")).isEqualTo(201);
  }

  private static void append(String path, String text) throws Exception {
    assertThat(send("PUT", "/" + path + "?comp=appendblock", text)).isEqualTo(201);
  }

  /** Azurite for what goes to its host, and an ARM that answers as it was told for all else. */
  private record Both(FakeArm arm, HttpClient azurite) implements HttpClient {
    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
      return Mono.fromCallable(() -> sendSync(request, Context.NONE));
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
      return request.getUrl().getHost().equals("127.0.0.1")
          ? azurite.sendSync(request, context)
          : arm.sendSync(request, context);
    }
  }

  private static AzureTenant tenant(FakeArm arm) {
    HttpClient direct = new JdkHttpClientBuilder(
            java.net.http.HttpClient.newBuilder().sslContext(client.sslContext()))
        .build();
    return AzureTenant.of(TENANT, asked -> Mono.just(new AccessToken(token(), OffsetDateTime.MAX)))
        .environment(
            AzureEnvironment.custom("azurite", URI.create("https://arm.example"), "127.0.0.1"))
        .httpClient(new Both(arm, direct))
        .readRetries(ReadRetries.NONE)
        .build();
  }

  private static BlobClient blobs() {
    return tenant(new FakeArm()).blobs(endpoint);
  }

  @Test
  void lists_have_pages_and_parts_are_read_by_range() throws Exception {
    container("pages");
    for (int i = 0; i < 7; i++) {
      blob("pages/dir/n%20" + i + "%26.json", "0123456789");
    }

    List<Blob> listed = new ArrayList<>();
    blobs().pageSize(3).blobs("pages").forEachRemaining(listed::add);

    assertThat(listed)
        .extracting(Blob::name)
        .containsExactly(
            "dir/n 0&.json",
            "dir/n 1&.json",
            "dir/n 2&.json",
            "dir/n 3&.json",
            "dir/n 4&.json",
            "dir/n 5&.json",
            "dir/n 6&.json");
    assertThat(listed).allSatisfy(blob -> {
      assertThat(blob.length()).isEqualTo(10);
      assertThat(blob.changed()).isPresent();
      assertThat(blob.appendable()).isFalse();
    });
    String etag = listed.get(0).etag();
    assertThat(blobs().bytes("pages", "dir/n 0&.json", 2, 3, etag)).asString().isEqualTo("234");
    assertThat(blobs().bytes("pages", "dir/n 0&.json", 8, 90, etag)).asString().isEqualTo("89");
    assertThat(blobs().find("pages", "dir/n 6&.json")).contains(listed.get(6));
    assertThat(blobs().find("pages", "dir/n 6")).isEmpty();
    blob("pages/dir/n%200%26.json", "changed");
    assertThatThrownBy(() -> blobs().bytes("pages", "dir/n 0&.json", 0, 3, etag))
        .isInstanceOfSatisfying(
            ArmException.class, changed -> assertThat(changed.status()).isEqualTo(412));
    assertThatThrownBy(() -> blobs().bytes("pages", "none", 0, 3, ""))
        .isInstanceOfSatisfying(
            ArmException.class, gone -> assertThat(gone.code()).isEqualTo("BlobNotFound"));
  }

  @Test
  void containers_tell_whether_they_are_public() throws Exception {
    container("open", "x-ms-blob-public-access", "container");
    container("readable", "x-ms-blob-public-access", "blob");
    container("inner");

    List<Container> listed = new ArrayList<>();
    for (Iterator<Container> all = blobs().pageSize(1).containers(); all.hasNext(); ) {
      listed.add(all.next());
    }

    assertThat(listed)
        .contains(
            new Container("inner", ""),
            new Container("open", "container"),
            new Container("readable", "blob"));
    assertThat(blobs().find("open")).contains(new Container("open", "container"));
  }

  @Test
  void a_surface_reads_blobs_and_reads_append_blobs_on() throws Exception {
    container("site", "x-ms-blob-public-access", "blob");
    blob("site/a.json", "{}");
    blob("site/photo.jpg", "x");
    assertThat(send("PUT", "/site/x.log", "", "x-ms-blob-type", "AppendBlob")).isEqualTo(201);
    append("site/x.log", "first\n".repeat(2000));
    BlobOffsets offsets = new BlobOffsets();

    Collected first = scan(offsets);
    append("site/x.log", "second\n");
    Collected second = scan(BlobOffsets.parse(offsets.toJson()));

    String below = ID + "/blobServices/default/containers/site";
    assertThat(first.texts)
        .containsEntry(below + "/blobs/a.json", "{}")
        .containsEntry(below + "/blobs/x.log", "first\n".repeat(2000));
    assertThat(first.gaps.get(below))
        .isEqualTo(new Outcome.Skipped("1 of 3 blobs were left out by the sampling"));
    AssetContext open = first.contexts.get(below + "/blobs/a.json");
    assertThat(open.widelyReadable().answer()).isEqualTo(Answer.YES);
    assertThat(second.texts).doesNotContainKey(below + "/blobs/a.json");
    String more = second.texts.get(below + "/blobs/x.log");
    assertThat(more).endsWith("first\nsecond\n").hasSizeLessThan(7000);
    assertThat(more.lines().count()).as("the lines of all of it").isEqualTo(2001);
  }

  private static Collected scan(BlobOffsets offsets) throws Exception {
    FakeArm arm = new FakeArm()
        .answers(
            200,
            "{\"value\":[{\"subscriptionId\":\"" + SUBSCRIPTION + "\",\"state\":\"Enabled\"}]}")
        .answers(200, "{\"data\":[]}")
        .answers(
            200,
            "{\"data\":[{\"id\":\"" + ID + "\",\"properties\":{\"primaryEndpoints\":{\"blob\":\""
                + endpoint + "\"}}}]}");
    Collected sink = new Collected();
    AzureSurface.of(tenant(arm))
        .kinds(ResourceKinds.of())
        .blobs(BlobSampling.DEFAULT.names("*.json", "*.log"), offsets)
        .read(sink);
    return sink;
  }

  /** Keeps what a source hands out. */
  private static final class Collected implements ContentSource.Sink {
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, AssetContext> contexts = new TreeMap<>();
    private final Map<String, Outcome> gaps = new TreeMap<>();

    @Override
    public void accept(Content content) {
      try (InputStream in = content.open()) {
        texts.put(content.address(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException failed) {
        throw new java.io.UncheckedIOException(failed);
      }
      contexts.put(content.address(), content.context());
    }

    @Override
    public void gap(String address, Outcome outcome) {
      gaps.put(address, outcome);
    }
  }
}
