package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run is found where RE2J finds it. */
class RunTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\b(?<secret>[a-z2-7]{5})\\b",
        "\\b(?P<secret>[a]{3})\\b",
        "\\b(?<secret>\\w{4})\\b",
        "(?i)\\b(?<secret>[b-y]{2})\\b",
        "\\b(?<secret>[A-Z_0-9]{1})\\b",
        "\\b(?<secret>[a-cx-z-9]{4})\\b"
      })
  void it_starts_where_re2j_finds_the_pattern(String regex) {
    Pattern pattern = Pattern.compile(regex);
    // Beside a hyphen, which is no letter or digit, a boundary means something else.
    boolean readable = !regex.contains("z-9");
    assertThat(Run.of(regex).isPresent()).isEqualTo(readable);
    for (long seed = 0; readable && seed < 300; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append("aaaaaaab2cxyzAZ_9 -\n\u00e4".charAt(random.nextInt(21)));
      }
      assertThat(starts(Run.of(regex).orElseThrow(), text))
          .as("seed %d", seed)
          .isEqualTo(starts(pattern, text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?<secret>[a-z]{5})\\b",
        "\\b(?<secret>[a-z]{5})",
        "\\b(?<secret>[^a-z]{5})\\b",
        "\\b(?<secret>[a-z.]{5})\\b",
        "\\b(?<secret>[a-z]{5,6})\\b",
        "\\b(?<secret>[a-z]{5}[0-9])\\b",
        "\\b(?<secret>[a-z]{0})\\b",
        "\\b(?<secret>[A-z]{5})\\b",
        "\\b(?<other>[a-z]{5})\\b"
      })
  void what_is_more_than_a_run_is_none(String regex) {
    assertThat(Run.of(regex)).isEmpty();
  }

  private static List<Integer> starts(Run run, CharSequence text) {
    List<Integer> starts = new ArrayList<>();
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    for (int at = run.next(bytes, 0, 0, bytes.length);
        at >= 0;
        at = run.next(bytes, 0, at + 1, bytes.length)) {
      starts.add(at);
    }
    return starts;
  }

  private static List<Integer> starts(Pattern pattern, CharSequence text) {
    List<Integer> starts = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    for (int from = 0; from <= text.length() && matcher.find(from); ) {
      starts.add(matcher.start());
      from = matcher.start() + 1;
    }
    return starts;
  }
}
