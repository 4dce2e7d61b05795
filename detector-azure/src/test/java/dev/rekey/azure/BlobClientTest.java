package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.azure.BlobClient.Blob;
import dev.rekey.azure.BlobClient.Container;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on the wire, and how answers that should not be are met. */
class BlobClientTest {
  private static final URI ACCOUNT = URI.create("https://acct1.blob.core.windows.net/");

  private final FakeArm fake = new FakeArm();

  private BlobClient client() {
    return fake.tenant().blobs(ACCOUNT);
  }

  private static String page(String marker, String... names) {
    StringBuilder xml = new StringBuilder("<EnumerationResults><Blobs>");
    for (String name : names) {
      xml.append("<Blob><Name>").append(name).append("</Name><Properties>");
      xml.append("<Content-Length>1</Content-Length></Properties></Blob>");
    }
    return xml.append("</Blobs><NextMarker>")
        .append(marker)
        .append("</NextMarker></EnumerationResults>")
        .toString();
  }

  private static List<String> names(Iterator<Blob> blobs) {
    List<String> names = new ArrayList<>();
    blobs.forEachRemaining(blob -> names.add(blob.name()));
    return names;
  }

  @Test
  void a_list_is_read_page_after_page() {
    fake.answers(200, page("m&amp;1", "a", "b")).answers(200, page("", "c"));

    assertThat(names(client().blobs("data"))).containsExactly("a", "b", "c");

    assertThat(fake.lines())
        .containsExactly(
            "GET https://acct1.blob.core.windows.net/data?comp=list&maxresults=5000&restype=container",
            "GET https://acct1.blob.core.windows.net/data?comp=list&marker=m%261&maxresults=5000"
                + "&restype=container");
    assertThat(fake.header(1, "x-ms-version")).isNotEmpty();
    assertThat(fake.header(1, "x-ms-date")).endsWith("GMT");
    assertThat(fake.header(1, "Authorization")).isEqualTo("Bearer " + FakeArm.TOKEN);
  }

  @Test
  void pages_that_run_in_a_circle_are_left() {
    for (int i = 0; i < 3; i++) {
      fake.answers(200, page("again", "a"));
    }

    assertThatThrownBy(() -> names(client().blobs("data")))
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("run in a circle");
  }

  @Test
  void a_part_is_asked_for_by_range_and_mark() {
    fake.answers(206, "23").answers(206, "45");

    byte[] part = client().bytes("data", "a/b ?#%.json", 2, 2, "0x1");
    client().bytes("$web", "x", 4, 2, "");

    assertThat(new String(part, StandardCharsets.UTF_8)).isEqualTo("23");
    assertThat(fake.lines().get(0))
        .isEqualTo("GET https://acct1.blob.core.windows.net/data/a/b%20%3F%23%25.json");
    assertThat(fake.header(0, "x-ms-range")).isEqualTo("bytes=2-3");
    assertThat(fake.header(0, "If-Match")).isEqualTo("\"0x1\"");
    assertThat(fake.header(1, "If-Match")).isNull();
  }

  @Test
  void whoever_does_not_keep_to_the_range_gives_no_more_for_it() {
    fake.answers(200, "0123456789").answers(206, "0123456789").answers(200, "01");

    assertThat(client().bytes("data", "a", 2, 3, "")).asString().isEqualTo("234");
    assertThat(client().bytes("data", "a", 2, 3, "")).asString().isEqualTo("012");
    assertThat(client().bytes("data", "a", 5, 3, "")).isEmpty();
  }

  @Test
  void storage_says_its_reason_in_a_header() {
    fake.answers(
        403, "<Error>canary</Error>", "x-ms-error-code", "AuthorizationPermissionMismatch");

    assertThatThrownBy(() -> client().containers().hasNext())
        .isInstanceOfSatisfying(ArmException.class, refused -> {
          assertThat(refused.code()).isEqualTo("AuthorizationPermissionMismatch");
          assertThat(refused).hasMessageContaining("Storage Blob Data Reader");
          assertThat(refused.getMessage()).doesNotContain("canary");
        });
  }

  @Test
  void one_blob_is_looked_up_by_its_whole_name() {
    fake.answers(200, page("more", "a.json")).answers(200, page("", "a.json.old"));

    assertThat(client().find("data", "a.json")).map(Blob::name).contains("a.json");
    assertThat(client().find("data", "a.json")).isEmpty();
  }

  @Test
  void one_container_is_looked_up_by_its_whole_name() {
    fake.answers(
        200,
        "<EnumerationResults><Containers><Container><Name>data2</Name></Container></Containers>"
            + "</EnumerationResults>");

    assertThat(client().find("data")).isEmpty();
    assertThat(new Container("data2", "").publicAccess()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/../b", "a/.", "./a"})
  void a_name_that_leads_elsewhere_is_not_asked_for(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> client().bytes("data", name, 0, 1, ""));
    assertThat(fake.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "A", "a?x", "data\n"})
  void what_can_be_no_container_is_not_asked_for(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> client().blobs(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://acct1.blob.core.windows.net/",
        "https://acct1.blob.core.chinacloudapi.cn/",
        "https://acct1.blob.core.windows.net.example/",
        "https://core.windows.net@example/",
        "https://acct1.blob.core.windows.net/a/b",
        "https://acct1.blob.core.windows.net/..",
        "mailto:x"
      })
  void an_endpoint_elsewhere_gets_no_token(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fake.tenant().blobs(URI.create(endpoint)));
  }
}
