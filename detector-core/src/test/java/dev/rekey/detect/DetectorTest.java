package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorTest {
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final Detector DETECTOR =
      Detector.builder(FewRules.ALL).fingerprintKey(KEY).build();

  /** Findings and notes of the same text, as a stream. */
  private record Seen(List<Finding> findings, List<Note> notes) {}

  @Test
  void without_a_key_there_is_no_detector() {
    assertThatThrownBy(() -> Detector.builder(RuleSet.builtIn()).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("FingerprintKey.file(path)");
    assertThatThrownBy(() -> Detector.builder(RuleSet.builtIn()).patternBudget(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }

  @Test
  void it_knows_its_rules_and_its_key() {
    assertThat(DETECTOR.rules()).isSameAs(FewRules.ALL);
    assertThat(DETECTOR.fingerprintKey()).isSameAs(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\n", "password", "AccountKey=", "ghp_", "-----BEGIN ", "\u0000"})
  void nothing_is_found_where_nothing_is(String text) throws IOException {
    assertThat(DETECTOR.detect(text)).isEmpty();
    assertThat(see(text)).isEqualTo(new Seen(List.of(), List.of()));
  }

  @Test
  void an_empty_rule_set_finds_nothing() {
    Detector none = Detector.builder(RuleSet.empty()).fingerprintKey(KEY).build();
    assertThat(none.detect("token " + new GeneratedSecrets(1).gitHubToken())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "🎉",
        "grüße ",
        "\ud83c",
        "\udf89\ud83c",
        "a\ud83c\n",
        "€\n\n🎉 ",
        "\u0000\uffff"
      })
  void offsets_are_utf_16_units_and_columns_are_code_points(String before) {
    String token = new GeneratedSecrets(2).gitHubToken();
    String text = before + " " + token + " 🎉";

    Finding finding = only(text);

    Location location = finding.place().location();
    assertThat(text.substring((int) location.start(), (int) location.end())).isEqualTo(token);
    String line = before.substring(before.lastIndexOf('\n') + 1);
    assertThat(location.column()).isEqualTo(line.codePointCount(0, line.length()) + 2);
    assertThat(location.line()).isEqualTo(before.chars().filter(c -> c == '\n').count() + 1);
    assertThat(finding.place().address()).isEmpty();
  }

  @Test
  void a_value_beyond_ascii_is_spanned_whole() {
    String password = "Grüße-€-🎉-77";
    String text = "🎉 password: \"" + password + "\"";
    Location location = only(text).place().location();
    assertThat(text.substring((int) location.start(), (int) location.end())).isEqualTo(password);
  }

  @Test
  void a_value_that_ends_within_a_character_spans_all_of_it() {
    Rule bytes = Rule.named("acme.bytes")
        .label("an Acme value")
        .keyword("acme:")
        .regex("acme:(?<secret>[^ ]{3})")
        .example("acme:abc")
        .build();
    Detector detector =
        Detector.builder(RuleSet.empty().plus(bytes)).fingerprintKey(KEY).build();
    Location location = detector.detect("acme:ab🎉 x").get(0).place().location();
    assertThat(location).isEqualTo(new Location(5, 9, 1, 6));
  }

  @Test
  void the_fixed_part_may_be_shown_and_nothing_else() {
    GeneratedSecrets secrets = new GeneratedSecrets(3);
    assertThat(only("x " + secrets.anyGitHubToken()).redacted()).matches("gh[pousr]_…\\(40\\)");
    assertThat(only("x " + secrets.storageKey()).redacted()).isEqualTo("…+ASt…(88)");
    assertThat(only("x " + secrets.commonAnnotatedKey(false)).redacted())
        .matches("…JQQJ9[9DH]…\\(84\\)");
    assertThat(only("password=" + secrets.plainPassword()).redacted()).isEqualTo("***");
    assertThat(only(secrets.privateKey(false)).redacted())
        .startsWith("-----BEGIN PRIVATE KEY-----…(");
  }

  @Test
  void no_finding_and_no_note_holds_the_value() throws IOException {
    GeneratedSecrets secrets = new GeneratedSecrets(4);
    for (String value :
        List.of(secrets.gitHubToken(), secrets.storageKey(), secrets.commonAnnotatedKey(true))) {
      Seen seen = see("Password=" + value + "\npassword: '" + value + "'\n");
      assertThat(seen.findings()).hasSize(2);
      assertThat(seen.toString()).doesNotContain(value.substring(4, 30));
      assertThat(seen.notes()).isNotEmpty();
    }
  }

  @Test
  void the_connection_string_is_reported_and_not_the_bare_key() throws IOException {
    GeneratedSecrets secrets = new GeneratedSecrets(5);
    Seen seen = see(
        "AccountName=acme;AccountKey=" + secrets.storageKey() + ";EndpointSuffix=core.windows.net");

    assertThat(seen.findings())
        .extracting(Finding::rule)
        .containsExactly("azure.storage-connection-string");
    assertThat(seen.findings().get(0).attributes())
        .containsAllEntriesOf(
            Map.of("account", "acme", "suffix", "core.windows.net", "signature", "+ASt"));
    assertThat(seen.notes())
        .containsExactly(new Note(
            Note.Kind.YIELDED,
            "azure.storage-account-key",
            "also found by azure.storage-connection-string",
            1));
  }

  @Test
  void a_part_never_holds_the_value() {
    Rule greedy = Rule.named("acme.greedy")
        .label("an Acme key")
        .keyword("key=")
        .regex("key=(?<secret>[a-z0-9]{12})")
        .part("user", "user=([^;]{1,99})")
        .part("rest", "(key=.*)")
        .example("key=<<[a-z]{12}>>")
        .build();
    Detector detector =
        Detector.builder(RuleSet.empty().plus(greedy)).fingerprintKey(KEY).build();
    assertThat(detector.detect("user=app&key=abcdefghijkl;").get(0).attributes())
        .isEmpty();
    assertThat(detector.detect("user=app;key=abcdefghijkl;").get(0).attributes())
        .containsExactly(Map.entry("user", "app"));
  }

  @Test
  void parts_are_found_on_either_side_but_not_on_another_line() {
    String key = new GeneratedSecrets(6).storageKey();
    assertThat(only("AccountKey=" + key + ";AccountName=after").attributes())
        .containsEntry("account", "after");
    assertThat(only("AccountName=other\nAccountKey=" + key + "\n").attributes())
        .doesNotContainKey("account");
    assertThat(only("{\"c\":\"AccountName\\u003Dacme;AccountKey\\u003D"
                + key.replace("=", "\\u003D") + "\"}")
            .attributes())
        .containsEntry("account", "acme");
  }

  @Test
  void what_is_on_the_line_does_not_depend_on_the_cut() throws IOException {
    String key = new GeneratedSecrets(7).storageKey();
    String text =
        "AccountKey=" + key + ";" + "x".repeat(900) + ";AccountName=far;\n" + "y".repeat(40_000);
    for (int piece : new int[] {1, 100, 1_000, 16_384}) {
      List<Finding> found = new ArrayList<>();
      DETECTOR.detect(trickle(text, piece), "", (finding, secret) -> found.add(finding));
      assertThat(found).as("pieces of %d", piece).hasSize(1);
      assertThat(found.get(0).attributes()).containsEntry("account", "far");
    }
  }

  @Test
  void a_token_in_an_assignment_is_a_token_and_not_a_password() throws IOException {
    Seen seen = see("password = \"" + new GeneratedSecrets(8).gitHubToken() + "\"");
    assertThat(seen.findings()).extracting(Finding::rule).containsExactly("github.token");
    assertThat(seen.notes())
        .containsExactly(
            new Note(Note.Kind.YIELDED, "generic.password", "also found by github.token", 1));
  }

  @Test
  void placeholders_and_references_are_rejected_with_their_reason() throws IOException {
    assertRejected("password: \"changeme\"", "a placeholder word");
    assertRejected("password: \"<the password>\"", "a placeholder");
    assertRejected("DB_PASSWORD=${DB_PASSWORD}", "a reference to a value kept elsewhere");
    assertRejected("password: %DB_PASSWORD%", "a reference to a value kept elsewhere");
    assertRejected("password = os.environ['DB_PASSWORD']", "an expression, not a value");
    assertRejected("password=************", "a mask of one or two characters");
    assertRejected("password=abcabcabcabc", "too regular: its entropy is below 2.5 bits a byte");
  }

  private static void assertRejected(String text, String reason) throws IOException {
    Seen seen = see(text);
    assertThat(seen.findings()).as(text).isEmpty();
    assertThat(seen.notes())
        .as(text)
        .containsExactly(new Note(Note.Kind.REJECTED, "generic.password", reason, 1));
  }

  @Test
  void the_published_key_of_an_emulator_is_no_secret() throws IOException {
    // In pieces, so that nothing here looks like a key; Microsoft prints it in its documentation.
    String key = String.join(
        "",
        "Eby8vdM02xNOcqFl",
        "qUwJPLlmEtlCDXJ1",
        "OUzFT50uSRZ6IFsu",
        "Fq2UVErCz4I6tq/K",
        "1SZFPTOtr/KBHBek",
        "soGMGw=",
        "=");
    Seen seen = see("AccountName=devstoreaccount1;AccountKey=" + key);
    assertThat(seen.findings()).isEmpty();
    assertThat(seen.notes())
        .containsExactly(new Note(
            Note.Kind.REJECTED,
            "azure.storage-connection-string",
            "the published key of an emulator",
            1));
  }

  @Test
  void a_cosmos_db_key_beside_a_storage_key_is_found_as_what_it_is() throws IOException {
    GeneratedSecrets secrets = new GeneratedSecrets(9);
    String cosmos = secrets.text(GeneratedSecrets.BASE64, 86) + "==";
    String storage = secrets.storageKey();
    Seen seen = see("{\"a\":\"AccountEndpoint=https://x.documents.azure.com:443/;AccountKey="
        + cosmos + ";\",\"b\":\"AccountName=acme;AccountKey=" + storage + "\"}");
    assertThat(seen.findings())
        .extracting(Finding::rule)
        .containsExactly("azure.cosmos-connection-string", "azure.storage-connection-string");
    assertThat(seen.findings())
        .extracting(Finding::fingerprint)
        .containsExactly(
            KEY.fingerprint(cosmos.getBytes(StandardCharsets.US_ASCII)),
            KEY.fingerprint(storage.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void a_legacy_storage_key_has_no_checksum() {
    Finding finding =
        only("AccountKey=" + new GeneratedSecrets(10).text(GeneratedSecrets.BASE64, 86) + "==");
    assertThat(finding.checksum()).isEqualTo(Checksum.NONE);
    assertThat(finding.confidence()).isEqualTo(0.95);
  }

  @Test
  void counterexamples_give_nothing_in_the_whole_set_too() {
    Detector all = Detector.builder(RuleSet.builtIn()).fingerprintKey(KEY).build();
    for (Rule rule : RuleSet.builtIn().rules()) {
      for (String counterexample : rule.counterexamples()) {
        assertThat(all.detect(counterexample))
            .as(counterexample)
            .noneMatch(finding -> finding.rule().equals(rule.id()));
      }
    }
  }

  @Test
  void a_long_stream_takes_constant_memory_and_loses_nothing() throws IOException {
    String token = new GeneratedSecrets(11).gitHubToken();
    long length = 200L * 1024 * 1024;
    long[] count = new long[1];
    List<Note> notes = DETECTOR.detect(
        endless(length, ("token " + token + "\n").getBytes(StandardCharsets.US_ASCII)),
        "long",
        (finding, secret) -> count[0]++);
    assertThat(count[0]).isEqualTo(length / (1024 * 1024));
    assertThat(notes).isEmpty();
  }

  @Test
  void a_flood_of_costly_near_misses_is_cut_and_said() throws IOException {
    String flood = "+ASt".repeat(20_000);
    Seen seen = see(flood);
    assertThat(seen.findings()).isEmpty();
    assertThat(seen.notes())
        .anySatisfy(note -> assertThat(note.kind()).isEqualTo(Note.Kind.EXHAUSTED));
  }

  @Test
  void a_file_of_nothing_but_passwords_is_read_to_its_end() throws IOException {
    GeneratedSecrets secrets = new GeneratedSecrets(12);
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      file.append("pwd=").append(secrets.plainPassword()).append('\n');
    }
    Seen seen = see(file.toString());
    assertThat(seen.notes()).isEmpty();
    assertThat(seen.findings().size()).isEqualTo(5_000);
  }

  @Test
  void a_receiver_that_throws_is_not_called_again() {
    String text = "a " + new GeneratedSecrets(13).gitHubToken() + "\nb "
        + new GeneratedSecrets(14).gitHubToken() + "\n";
    int[] calls = new int[1];
    assertThatThrownBy(() -> DETECTOR.detect(trickle(text, 1), "", (finding, secret) -> {
          calls[0]++;
          throw new IllegalStateException("full");
        }))
        .hasMessage("full");
    assertThat(calls[0]).isEqualTo(1);
  }

  @Test
  void random_bytes_are_normal_input() throws IOException {
    for (long seed = 0; seed < 50; seed++) {
      byte[] noise = new byte[20_000];
      new Random(seed).nextBytes(noise);
      List<Finding> found = new ArrayList<>();
      DETECTOR.detect(new ByteArrayInputStream(noise), "", (f, s) -> found.add(f));
      assertThat(found).as("seed %d", seed).isEmpty();
    }
  }

  private static Finding only(String text) {
    List<Finding> found = DETECTOR.detect(text);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static Seen see(String text) throws IOException {
    List<Finding> found = new ArrayList<>();
    List<Note> notes = DETECTOR.detect(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        "",
        (finding, secret) -> found.add(finding));
    return new Seen(found, notes);
  }

  /** A stream that gives so many bytes at a time. */
  private static InputStream trickle(String text, int piece) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, piece));
      }
    };
  }

  /** Dots, with a line at the start of each MiB. */
  private static InputStream endless(long length, byte[] line) {
    return new InputStream() {
      private long position;

      @Override
      public int read() {
        return position == length ? -1 : at(position++);
      }

      @Override
      public int read(byte[] into, int offset, int wanted) {
        int n = (int) Math.min(wanted, length - position);
        for (int i = 0; i < n; i++) {
          into[offset + i] = at(position++);
        }
        return n == 0 && wanted > 0 ? -1 : n;
      }

      private byte at(long at) {
        int in = (int) (at % (1024 * 1024));
        return in < line.length ? line[in] : (byte) '.';
      }
    };
  }
}
