package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rekey.azure.text.PlainText;
import java.net.URI;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArmPathTest {
  @ParameterizedTest
  @CsvSource({
    "/subscriptions/s/resourceGroups/rg(1),/subscriptions/s/resourceGroups/rg(1)",
    "/a b/c%2Fd,/a%20b/c%252Fd",
    "/grün/$app__slot,/gr%C3%BCn/$app__slot",
    "/deployments/,/deployments/",
    "/a:b@c/..d,/a:b@c/..d"
  })
  void a_path_is_encoded_segment_by_segment(String path, String encoded) {
    assertThat(ArmPath.encode(path)).isEqualTo(encoded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "relative",
        "//evil.example/x",
        "https://evil.example/x",
        "/a//b",
        "/a/../b",
        "/a/./b",
        "/..",
        "/a?x=1",
        "/a#x",
        "/a\\b",
        "/a\r\nHost: evil",
        "/a\u0000",
        "/a\u202eb",
        "/a\ud800b"
      })
  void what_could_lead_elsewhere_is_refused_with_a_message_on_one_line(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArmPath.encode(path))
        .satisfies(e -> assertThat(e.getMessage().codePoints()).allMatch(PlainText::isPlain));
  }

  @Test
  void a_path_that_is_too_long_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArmPath.encode("/" + "a".repeat(5000)))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(400));
  }

  @Test
  void whatever_is_accepted_stays_below_the_endpoint() {
    String parts = "/.%?#\\@:a\u00e4 \n\ud83d\ude00$~";
    int accepted = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder path = new StringBuilder("/");
      for (int i = random.nextInt(12); i >= 0; i--) {
        path.append(parts.charAt(random.nextInt(parts.length())));
      }
      String encoded;
      try {
        encoded = ArmPath.encode(path.toString());
      } catch (IllegalArgumentException refused) {
        continue;
      }
      accepted++;
      URI uri = URI.create("https://management.azure.com" + encoded);
      assertThat(uri.getHost()).as("seed %d", seed).isEqualTo("management.azure.com");
      assertThat(uri.normalize().getPath()).as("seed %d", seed).isEqualTo(path.toString());
    }
    assertThat(accepted).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2024-01-01&x=y", "2024 01", "a/b"})
  void a_version_that_is_none_is_refused(String version) {
    assertThatIllegalArgumentException().isThrownBy(() -> ArmPath.query(version, Map.of()));
  }
}
