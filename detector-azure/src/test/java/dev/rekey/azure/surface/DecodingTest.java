package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {
  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void a_json_text_is_taken_out_of_its_quotes_and_what_is_none_stays() {
    assertThat(Decoding.JSON.undone("\"a\\\"b\\nc\"")).isEqualTo("a\"b\nc");
    assertThat(Decoding.JSON.undone("{\"a\":1}")).isEqualTo("{\"a\":1}");
    assertThat(Decoding.JSON.undone("plain text")).isEqualTo("plain text");
    assertThat(Decoding.JSON.undone("")).isEmpty();
  }

  @Test
  void base64_may_hold_text_of_two_widths_and_gzip() throws IOException {
    String script = "#!/bin/sh\nexport K=1\n";

    assertThat(Decoding.BASE64.undone(base64(utf8(script)))).isEqualTo(script);
    assertThat(Decoding.BASE64.undone(base64(gzip(utf8(script))))).isEqualTo(script);
    assertThat(Decoding.BASE64.undone(base64(script.getBytes(StandardCharsets.UTF_16LE))))
        .isEqualTo(script);
  }

  @Test
  void parts_of_mime_that_are_encoded_are_decoded_beside_the_message() {
    String message = "Content-Type: multipart/mixed; boundary=\"b\"\nMIME-Version: 1.0\n\n--b\n"
        + "Content-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n"
        + base64(utf8("export K=inside\n"))
        + "\n--b\nContent-Type: text/cloud-config\n\nplain: yes\n--b--\n";

    String undone = Decoding.BASE64.undone(base64(utf8(message)));

    assertThat(undone).startsWith(message).contains("export K=inside").contains("plain: yes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not base64!", "H4sIAAAA", "%%%", "a"})
  void what_is_damaged_is_kept_and_nothing_is_thrown(String text) {
    assertThat(Decoding.BASE64.undone(text)).isNotNull();
  }

  @Test
  void a_bomb_is_unpacked_to_a_bounded_size() throws IOException {
    String bomb = base64(gzip(new byte[64 << 20]));

    assertThat(Decoding.BASE64.undone(bomb).length()).isLessThanOrEqualTo(16 << 20);
  }
}
