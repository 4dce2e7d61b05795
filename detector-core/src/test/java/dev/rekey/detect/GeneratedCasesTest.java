package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.FileFormat.Value;
import dev.rekey.detect.FileFormat.Written;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every built-in rule in every file format, over many seeds. */
class GeneratedCasesTest {
  private static final int SEEDS = 40;
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final Detector DETECTOR =
      Detector.builder(RuleSet.builtIn()).fingerprintKey(KEY).build();

  enum Kind {
    STORAGE_KEY("azure.storage-account-key", "StorageKey", Checksum.VALID) {
      @Override
      Value value(GeneratedSecrets secrets, FileFormat format) {
        return new Value("", secrets.storageKey(), "");
      }
    },
    CONNECTION_STRING("azure.storage-connection-string", "Storage", Checksum.VALID) {
      @Override
      Value value(GeneratedSecrets secrets, FileFormat format) {
        return new Value(
            secrets.connectionStringBefore(),
            secrets.storageKey(),
            ";EndpointSuffix=core.windows.net");
      }
    },
    COMMON_ANNOTATED_KEY("azure.common-annotated-key", "MapsKey", Checksum.VALID) {
      @Override
      Value value(GeneratedSecrets secrets, FileFormat format) {
        return new Value("", secrets.commonAnnotatedKey(secrets.random().nextBoolean()), "");
      }
    },
    GITHUB_TOKEN("github.token", "GitHub", Checksum.VALID) {
      @Override
      Value value(GeneratedSecrets secrets, FileFormat format) {
        return new Value("", secrets.anyGitHubToken(), "");
      }
    },
    PRIVATE_KEY("private-key.pem", "Tls", Checksum.NONE) {
      @Override
      Value value(GeneratedSecrets secrets, FileFormat format) {
        return new Value("", secrets.privateKey(secrets.random().nextInt(8) == 0), "\n");
      }
    },
    PASSWORD("generic.password", "Db_Password", Checksum.NONE) {
      @Override
      Value value(GeneratedSecrets secrets, FileFormat format) {
        boolean plain = format == FileFormat.PROPERTIES || secrets.random().nextBoolean();
        return new Value("", plain ? secrets.plainPassword() : secrets.richPassword(), "");
      }
    };

    final String rule;
    final String key;
    final Checksum checksum;

    Kind(String rule, String key, Checksum checksum) {
      this.rule = rule;
      this.key = key;
      this.checksum = checksum;
    }

    abstract Value value(GeneratedSecrets secrets, FileFormat format);
  }

  static Stream<Arguments> cases() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(FileFormat.values()).map(format -> Arguments.of(kind, format)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void every_planted_secret_is_found_as_it_stands(Kind kind, FileFormat format) throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed * 31 + kind.ordinal());
      Value value = kind.value(secrets, format);
      Written file = format.write(kind.key, value, secrets.random());
      String where = "seed %d, %s in %s".formatted(seed, kind, format);

      List<Finding> found = DETECTOR.detect(file.text());

      assertThat(found).as(where).hasSize(1);
      Finding finding = found.get(0);
      Location location = finding.place().location();
      assertThat(finding.rule()).as(where).isEqualTo(kind.rule);
      assertThat(location.start()).as(where).isEqualTo(file.start());
      assertThat(location.end()).as(where).isEqualTo(file.end());
      String before = file.text().substring(0, file.start());
      assertThat(location.line())
          .as(where)
          .isEqualTo(before.chars().filter(c -> c == '\n').count() + 1);
      String line = before.substring(before.lastIndexOf('\n') + 1);
      assertThat(location.column()).as(where).isEqualTo(line.codePointCount(0, line.length()) + 1);
      assertThat(finding.checksum()).as(where).isEqualTo(kind.checksum);
      assertThat(finding.fingerprint())
          .as(where)
          .isEqualTo(KEY.fingerprint(value.secret().getBytes(StandardCharsets.UTF_8)));
      assertThat(inBytes(file.text())).as(where).containsExactly(bytesSpan(file));
    }
  }

  @Test
  void one_changed_character_makes_a_storage_key_invalid() {
    for (String before : List.of("key=", "AccountName=acme;AccountKey=")) {
      String key = new GeneratedSecrets(7).storageKey();
      Finding original = only(before + key);
      assertThat(original.checksum()).isEqualTo(Checksum.VALID);
      for (int i = 0; i < 76; i++) {
        Finding changed = only(before + changed(key, i, GeneratedSecrets.BASE64));
        assertThat(changed.checksum()).as("position %d", i).isEqualTo(Checksum.INVALID);
        assertThat(changed.confidence()).isLessThan(original.confidence());
      }
    }
  }

  @Test
  void one_changed_character_makes_a_github_token_invalid() {
    String token = new GeneratedSecrets(8).gitHubToken();
    Finding original = only(token);
    assertThat(original.checksum()).isEqualTo(Checksum.VALID);
    for (int i = 4; i < token.length(); i++) {
      Finding changed = only(changed(token, i, GeneratedSecrets.BASE62));
      assertThat(changed.checksum()).as("position %d", i).isEqualTo(Checksum.INVALID);
      assertThat(changed.confidence()).isLessThan(original.confidence());
    }
  }

  @Test
  void a_common_annotated_key_tells_its_kind_its_age_and_its_provider() {
    String text = new GeneratedSecrets(9).commonAnnotatedKey(false);
    Finding finding = only("key=" + text);

    assertThat(finding.attributes())
        .containsEntry("signature", text.substring(76, 80))
        .containsEntry("managedBy", "customer")
        .containsKey("keyKind");
    int year = 2024 + text.charAt(58) - 'A';
    int month = 1 + text.charAt(59) - 'A';
    assertThat(finding.attributes().get("created")).isEqualTo("%d-%02d".formatted(year, month));
  }

  private static String changed(String text, int at, String alphabet) {
    char other = alphabet.charAt((alphabet.indexOf(text.charAt(at)) + 1) % alphabet.length());
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static Finding only(String text) {
    List<Finding> found = DETECTOR.detect(text);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static List<Long> inBytes(String text) throws IOException {
    List<Long> spans = new ArrayList<>();
    DETECTOR.detect(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        "file",
        (finding, secret) -> {
          spans.add(finding.place().location().start());
          spans.add(finding.place().location().end());
        });
    return spans;
  }

  private static Long[] bytesSpan(Written file) {
    return new Long[] {utf8Length(file.text(), file.start()), utf8Length(file.text(), file.end())};
  }

  private static long utf8Length(String text, int end) {
    return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void many_secrets_in_one_file_come_in_their_order() {
    Random random = new Random(10);
    StringBuilder file = new StringBuilder();
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      FileFormat format = FileFormat.values()[random.nextInt(FileFormat.values().length)];
      GeneratedSecrets secrets = new GeneratedSecrets(1000 + i);
      Written written = format.write(kind.key, kind.value(secrets, format), secrets.random());
      starts.add(file.length() + written.start());
      file.append(written.text()).append("\n");
    }
    assertThat(
            DETECTOR.detect(file).stream().map(f -> (int) f.place().location().start()))
        .containsExactlyElementsOf(starts);
  }
}
