package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.azure.BlobClient.Blob;
import dev.rekey.azure.BlobClient.Container;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobPageTest {
  private static final String START = "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?>";

  private static BlobPage page(String xml) throws BlobPage.Malformed {
    return BlobPage.of(xml.getBytes(StandardCharsets.UTF_8));
  }

  private static String blobs(String items) {
    return START + "<EnumerationResults><Blobs>" + items + "</Blobs><NextMarker />"
        + "</EnumerationResults>";
  }

  private static String blob(String name, String properties) {
    return "<Blob>" + name + "<Properties>" + properties + "</Properties><OrMetadata /></Blob>";
  }

  @Test
  void containers_have_names_and_public_access() throws Exception {
    BlobPage page =
        page(START + "<EnumerationResults ServiceEndpoint=\"https://a/\"><Prefix>x</Prefix>"
            + "<Containers><Container><Name>$web</Name><Properties><Etag>\"0x1\"</Etag>"
            + "<PublicAccess>blob</PublicAccess></Properties></Container>"
            + "<Container><Name>inner</Name><Properties/></Container></Containers>"
            + "<NextMarker>next &amp; more</NextMarker></EnumerationResults>");

    assertThat(page.containers())
        .containsExactly(new Container("$web", "blob"), new Container("inner", ""));
    assertThat(page.marker()).isEqualTo("next & more");
  }

  @Test
  void blobs_have_what_their_properties_say() throws Exception {
    BlobPage page = page(blobs(blob(
            "<Name>a/b &amp; c.json</Name>",
            "<Creation-Time>Thu, 01 Jan 2026 00:00:00 GMT</Creation-Time>"
                + "<Last-Modified>Fri, 02 Jan 2026 00:00:00 GMT</Last-Modified>"
                + "<Etag>\"0x8D\"</Etag><Content-Length>12</Content-Length>"
                + "<BlobType>AppendBlob</BlobType>")
        + blob(
            "<Name Encoded=\"true\">b%EF%BF%BF+%25</Name>",
            "<Last-Modified>soon</Last-Modified><Content-Length>0</Content-Length>")));

    assertThat(page.blobs())
        .containsExactly(
            new Blob(
                "a/b & c.json",
                12,
                Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                Optional.of(Instant.parse("2026-01-02T00:00:00Z")),
                "0x8D",
                true),
            new Blob("b\uffff+%", 0, Optional.empty(), Optional.empty(), "", false));
    assertThat(page.marker()).isEmpty();
  }

  @Test
  void nothing_is_taken_from_one_item_into_the_next() throws Exception {
    String whole = "<Content-Length>1</Content-Length>";

    assertThatThrownBy(
            () -> page(blobs(blob("<Name>a</Name>", whole) + blob("<Name>b</Name>", ""))))
        .isInstanceOf(BlobPage.Malformed.class)
        .hasMessageContaining("without a length");
    assertThatThrownBy(() -> page(blobs(blob("<Name>a</Name>", whole) + blob("", whole))))
        .isInstanceOf(BlobPage.Malformed.class)
        .hasMessageContaining("without a name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE x [<!ENTITY canary SYSTEM \"file:///etc/hostname\">]>"
            + "<EnumerationResults><Blobs>&canary;</Blobs></EnumerationResults>",
        "<!DOCTYPE x SYSTEM \"https://127.0.0.1:1/canary.dtd\"><EnumerationResults><Blobs/>"
            + "</EnumerationResults>",
        "<!DOCTYPE l [<!ENTITY a \"canary\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
            + "<EnumerationResults><Blobs/><NextMarker>&b;</NextMarker></EnumerationResults>",
        "<EnumerationResults><Blobs/><NextMarker>&canary;</NextMarker></EnumerationResults>",
        "<html><body>canary</body></html>",
        "<EnumerationResults><Blobs>canary",
        "<EnumerationResults><NextMarker>canary</NextMarker></EnumerationResults>",
        "{\"canary\":1}",
        "canary",
        ""
      })
  void what_is_no_list_is_refused_and_not_quoted(String xml) {
    assertThatThrownBy(() -> page(xml))
        .isInstanceOf(BlobPage.Malformed.class)
        .hasNoCause()
        .hasMessageNotContaining("canary");
  }

  @Test
  void depth_and_length_are_bounded() {
    assertThatThrownBy(() -> page(blobs("<a>".repeat(40) + "</a>".repeat(40))))
        .isInstanceOf(BlobPage.Malformed.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> page(blobs(blob("<Name>" + "n".repeat(70_000) + "</Name>", ""))))
        .isInstanceOf(BlobPage.Malformed.class)
        .hasMessageContaining("characters");
  }
}
