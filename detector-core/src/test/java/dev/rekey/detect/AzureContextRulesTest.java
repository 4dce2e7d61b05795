package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.AzureForms.Form;
import dev.rekey.detect.FileFormat.Written;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Azure's keys and passwords that only their surroundings tell. */
class AzureContextRulesTest {
  private static final int SEEDS = 3;
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final Detector DETECTOR =
      Detector.builder(RuleSet.builtIn()).fingerprintKey(KEY).build();

  static Stream<Arguments> cases() {
    return AzureForms.of(0).stream()
        .map(Form::name)
        .flatMap(form -> Stream.of(FileFormat.values()).map(format -> Arguments.of(form, format)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void each_form_is_found_in_each_file_with_its_parts(String name, FileFormat format) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Form form = AzureForms.of(seed).stream()
          .filter(one -> one.name().equals(name))
          .findFirst()
          .orElseThrow();
      Written file = format.write("Setting", form.value(), new GeneratedSecrets(seed).random());
      String where = "seed %d, %s in %s: %s".formatted(seed, name, format, file.text());

      List<Finding> found = DETECTOR.detect(file.text());

      assertThat(found).as(where).extracting(Finding::rule).containsExactly(form.rule());
      Location location = found.get(0).place().location();
      assertThat(location.start()).as(where).isEqualTo(file.start());
      assertThat(location.end()).as(where).isEqualTo(file.end());
      assertThat(found.get(0).fingerprint())
          .as(where)
          .isEqualTo(KEY.fingerprint(form.canonical().getBytes(StandardCharsets.UTF_8)));
      assertThat(found.get(0).attributes()).as(where).containsAllEntriesOf(form.attributes());
    }
  }
}
