package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static dev.rekey.simulator.Names.WEAK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The blob service lists and reads, to those who may. */
class BlobListingTest {
  private static final String STORAGE = "https://storage.azure.com";
  private static final String BLOBS = "/data?restype=container&comp=list";

  private final Hands hands = new Hands(Instant.parse("2026-01-01T00:00:00Z"));
  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT)
          .client(WEAK, "Microsoft.Storage/storageAccounts/blobServices/containers/read")
          .subscription(
              SUB,
              ResourceGroup.of(
                  "rg1",
                  StorageAccount.named("acct1")
                      .blob("data/a.txt", "0123456789")
                      .blob("data/b/one&two.txt", "häuser")
                      .blob("data/c.txt", "")
                      .blob("logs/x.log", "x"),
                  StorageAccount.named("open")
                      .property("allowBlobPublicAccess", true)
                      .blob("site/index.html", "hi")
                      .blob("files/f.txt", "f")
                      .blob("inner/i.txt", "i")
                      .publicContainer("site", "container")
                      .publicContainer("files", "blob")
                      .publicContainer("empty", "container"),
                  StorageAccount.named("switched")
                      .blob("site/index.html", "hi")
                      .publicContainer("site", "container"),
                  StorageAccount.named("shut")
                      .property("allowBlobPublicAccess", true)
                      .property("publicNetworkAccess", "Disabled")
                      .blob("site/index.html", "hi")
                      .publicContainer("site", "container")))
          .build())
      .clock(hands)
      .random(new Random(9))
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), STORAGE);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer get(String path, String... headers) {
    return call("GET", path, headers);
  }

  private Wire.Answer call(String method, String path, String... headers) {
    Map<String, String> all = new TreeMap<>(Map.of("Authorization", "Bearer " + token));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return wire.send(method, simulator.blob("acct1").resolve(path), all, "");
  }

  private Wire.Answer anonymous(String account, String path) {
    URI uri = simulator.blob(account).resolve(path);
    return wire.send("GET", uri, Map.of(), "");
  }

  private static List<String> all(String xml, String element) {
    List<String> found = new ArrayList<>();
    Matcher matcher =
        Pattern.compile("<" + element + ">([^<]*)</" + element + ">").matcher(xml);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void containers_and_blobs_are_listed_in_the_order_of_their_names() {
    Wire.Answer containers = get("/?comp=list");
    assertThat(containers.status()).isEqualTo(200);
    assertThat(containers.header("Content-Type")).isEqualTo("application/xml");
    assertThat(all(containers.body(), "Name")).containsExactly("data", "logs");
    assertThat(containers.body()).contains("<NextMarker />").doesNotContain("PublicAccess");
    Wire.Answer blobs = get(BLOBS);
    assertThat(all(blobs.body(), "Name")).containsExactly("a.txt", "b/one&amp;two.txt", "c.txt");
    assertThat(all(blobs.body(), "Content-Length")).containsExactly("10", "7", "0");
    assertThat(all(blobs.body(), "Last-Modified")).contains("Thu, 01 Jan 2026 00:00:00 GMT");
    assertThat(all(blobs.body(), "BlobType")).containsOnly("BlockBlob");
    assertThat(blobs.body())
        .contains("ContainerName=\"data\"", "ServiceEndpoint=\"" + simulator.blob("acct1"));
  }

  @Test
  void a_list_goes_on_at_its_marker_until_there_is_none() {
    List<String> names = new ArrayList<>();
    String marker = "";
    for (int pages = 0; pages == 0 || !marker.isEmpty(); pages++) {
      assertThat(pages).isLessThan(4);
      String body = get(BLOBS + "&maxresults=1&marker=" + marker).body();
      assertThat(all(body, "MaxResults")).containsExactly("1");
      names.addAll(all(body, "Name"));
      marker = all(body, "NextMarker").stream().findFirst().orElse("");
    }
    assertThat(names).containsExactly("a.txt", "b/one&amp;two.txt", "c.txt");
    assertThat(all(get(BLOBS + "&prefix=b/").body(), "Name")).containsExactly("b/one&amp;two.txt");
    assertThat(get(BLOBS + "&maxresults=0").header("x-ms-error-code"))
        .isEqualTo("OutOfRangeQueryParameterValue");
    assertThat(get(BLOBS + "&marker=nonsense").status()).isEqualTo(400);
    assertThat(get(BLOBS + "&delimiter=/").status()).isEqualTo(501);
    assertThat(get("/none?restype=container&comp=list").header("x-ms-error-code"))
        .isEqualTo("ContainerNotFound");
  }

  @Test
  void a_range_of_bytes_is_read() {
    Wire.Answer part = get("/data/a.txt", "x-ms-range", "bytes=2-4");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("234");
    assertThat(part.header("Content-Range")).isEqualTo("bytes 2-4/10");
    assertThat(get("/data/a.txt", "Range", "bytes=8-99").body()).isEqualTo("89");
    assertThat(
            get("/data/a.txt", "Range", "bytes=0-1", "x-ms-range", "bytes=5-").body())
        .isEqualTo("56789");
    Wire.Answer beyond = get("/data/a.txt", "Range", "bytes=10-");
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.header("x-ms-error-code")).isEqualTo("InvalidRange");
    assertThat(beyond.header("Content-Range")).isEqualTo("bytes */10");
    // Half of a character: its first byte of two.
    Wire.Answer half = get("/data/b/one&two.txt", "Range", "bytes=0-1");
    assertThat(half.header("Content-Length")).isEqualTo("2");
    assertThat(half.body()).startsWith("h").doesNotContain("ä");
    assertThat(get("/data/b/one&two.txt").body()).isEqualTo("häuser");
  }

  @Test
  void a_head_tells_the_size_and_if_match_holds_a_blob_to_its_version() {
    Wire.Answer head = call("HEAD", "/data/a.txt");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("10");
    assertThat(head.header("x-ms-blob-type")).isEqualTo("BlockBlob");
    assertThat(head.header("ETag")).startsWith("\"0x8D");
    assertThat(get("/data/a.txt", "If-Match", head.header("ETag")).status()).isEqualTo(200);
    assertThat(get("/data/a.txt", "If-Match", head.header("ETag").replace("\"", ""))
            .status())
        .isEqualTo(200);
    Wire.Answer changed = get("/data/a.txt", "If-Match", "\"0x8D0\"");
    assertThat(changed.status()).isEqualTo(412);
    assertThat(changed.header("x-ms-error-code")).isEqualTo("ConditionNotMet");
  }

  @Test
  void an_append_blob_grows_and_has_another_version_each_time() {
    simulator.append("acct1", "logs/app.log", "one\n");
    Wire.Answer first = call("HEAD", "/logs/app.log");
    assertThat(first.header("x-ms-blob-type")).isEqualTo("AppendBlob");
    hands.move(Duration.ofMinutes(1));
    simulator.append("acct1", "logs/app.log", "two\n");
    Wire.Answer second = call("HEAD", "/logs/app.log");
    assertThat(second.header("Content-Length")).isEqualTo("8");
    assertThat(second.header("ETag")).isNotEqualTo(first.header("ETag"));
    assertThat(second.header("Last-Modified")).isEqualTo("Thu, 01 Jan 2026 00:01:00 GMT");
    assertThat(second.header("x-ms-blob-committed-block-count")).isEqualTo("2");
    assertThat(get("/logs/app.log", "x-ms-range", "bytes=4-").body()).isEqualTo("two\n");
    String list = get("/logs?restype=container&comp=list").body();
    assertThat(all(list, "BlobType")).containsExactly("AppendBlob", "BlockBlob");
    assertThat(all(list, "AccessTier")).hasSize(1);
    assertThatThrownBy(() -> simulator.append("acct1", "data/a.txt", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("block blob");
    assertThatThrownBy(() -> simulator.append("acct1", "nowhere", "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void who_may_read_blobs_may_not_list_containers_for_that() {
    String weak = wire.token(WEAK, simulator.clientSecret(WEAK), STORAGE);
    Wire.Answer containers =
        wire.call(weak, "GET", simulator.blob("acct1").resolve("/?comp=list"), "");
    assertThat(containers.status()).isEqualTo(403);
    assertThat(containers.header("x-ms-error-code")).isEqualTo("AuthorizationPermissionMismatch");
    assertThat(
            wire.call(weak, "GET", simulator.blob("acct1").resolve(BLOBS), "").status())
        .isEqualTo(200);
  }

  @Test
  void a_key_lists_too() {
    assertThat(wire.signed(
                simulator.blob("acct1"),
                "acct1",
                BLOBS,
                simulator.storageKey("acct1", "key1"),
                hands)
            .status())
        .isEqualTo(200);
  }

  @Test
  void anybody_reads_what_account_and_container_make_public() {
    String list = "?restype=container&comp=list";
    assertThat(anonymous("open", "/site/index.html").body()).isEqualTo("hi");
    assertThat(all(anonymous("open", "/site" + list).body(), "Name")).containsExactly("index.html");
    assertThat(anonymous("open", "/empty" + list).body()).contains("<Blobs></Blobs>");
    assertThat(anonymous("open", "/files/f.txt").body()).isEqualTo("f");
    for (String path :
        List.of("/files" + list, "/inner/i.txt", "/inner" + list, "/none/n", "/none" + list)) {
      Wire.Answer refused = anonymous("open", path);
      assertThat(refused.status()).as(path).isEqualTo(404);
      assertThat(refused.header("x-ms-error-code")).isEqualTo("ResourceNotFound");
    }
    assertThat(anonymous("open", "/?comp=list").header("x-ms-error-code"))
        .isEqualTo("NoAuthenticationInformation");
    Wire.Answer switched = anonymous("switched", "/site/index.html");
    assertThat(switched.status()).isEqualTo(409);
    assertThat(switched.header("x-ms-error-code")).isEqualTo("PublicAccessNotPermitted");
    assertThat(anonymous("shut", "/site/index.html").header("x-ms-error-code"))
        .isEqualTo("AuthorizationFailure");
  }

  @Test
  void the_list_of_containers_says_which_are_public() {
    String open = wire.call(token, "GET", simulator.blob("open").resolve("/?comp=list"), "")
        .body();
    assertThat(all(open, "Name")).containsExactly("empty", "files", "inner", "site");
    assertThat(all(open, "PublicAccess")).containsExactly("container", "blob", "container");
  }

  @Test
  void a_scenario_with_an_unknown_access_is_refused() {
    assertThatThrownBy(() -> StorageAccount.named("acct1").publicContainer("c", "everybody"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blob|container");
  }
}
