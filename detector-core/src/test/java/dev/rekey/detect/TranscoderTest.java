package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text in UTF-16 gives the findings of its characters, at the offsets of its bytes. */
class TranscoderTest {
  private static final Detector DETECTOR = Detector.builder(FewRules.ALL)
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();
  private static final String FILLER = "abc =:;\n\r\t\"'é€ßж漢🎉𝄞\u0000\ufeff\ufffd";
  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private record Seen(List<Finding> findings, List<String> values, List<Note> notes) {}

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void utf_16_gives_what_the_whole_text_gives_at_the_offsets_of_its_bytes(boolean little)
      throws IOException {
    int total = 0;
    for (long seed = 0; seed < 60; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String text = hostile(secrets);
      List<Finding> expected = DETECTOR.detect(repaired(text));

      Seen seen = see(pieces(utf16(text, little), secrets.random(), 1 + (int) seed * 7));

      total += expected.size();
      assertThat(seen.findings())
          .as("seed %d", seed)
          .isEqualTo(expected.stream().map(TranscoderTest::inBytes).toList());
      assertThat(seen.values())
          .as("seed %d", seed)
          .allSatisfy(value -> assertThat(repaired(text)).contains(value));
    }
    assertThat(total).isGreaterThan(180);
  }

  @Test
  void a_secret_in_utf_16_is_the_same_secret_as_in_utf_8() throws IOException {
    String password = "Grüße-€-🎉-77";
    String text = "🎉\r\n  🎉password: \"" + password + "\"\r\n";
    Finding utf8 = see(whole(text.getBytes(StandardCharsets.UTF_8))).findings().get(0);
    for (boolean little : new boolean[] {true, false}) {
      byte[] bytes = utf16(text, little);
      Seen seen = see(whole(bytes));
      Finding finding = seen.findings().get(0);
      Location location = finding.place().location();

      assertThat(seen.values()).containsExactly(password);
      assertThat(finding.fingerprint()).isEqualTo(utf8.fingerprint());
      assertThat(location.line()).isEqualTo(2);
      assertThat(location.column()).isEqualTo(15);
      assertThat(utf8.place().location().column()).isEqualTo(15);
      byte[] there = Arrays.copyOfRange(bytes, (int) location.start(), (int) location.end());
      assertThat(new String(there, charset(little))).isEqualTo(password);
    }
  }

  @Test
  void a_file_that_windows_powershell_redirected_into_is_read() throws IOException {
    // Its > writes UTF-16, little-endian, with a mark, and lines that end in \r\n.
    String key = new GeneratedSecrets(3).storageKey();
    String line = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=" + key
        + ";EndpointSuffix=core.windows.net";
    Seen seen = see(whole(utf16("connectionString\r\n----------------\r\n" + line + "\r\n", true)));

    assertThat(seen.findings())
        .extracting(Finding::rule)
        .containsExactly("azure.storage-connection-string");
    assertThat(seen.findings().get(0).checksum()).isEqualTo(Checksum.VALID);
    assertThat(seen.findings().get(0).attributes()).containsEntry("account", "acme");
    assertThat(seen.findings().get(0).place()).hasToString("a:3:" + (1 + line.indexOf(key)));
    assertThat(seen.notes()).extracting(Note::kind).doesNotContain(Note.Kind.UNDECODED);
  }

  @Test
  void a_long_text_takes_constant_memory_and_keeps_its_offsets() throws IOException {
    String token = new GeneratedSecrets(4).gitHubToken();
    byte[] block = ByteBuffer.allocate(1024 * 1024)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(
            ("token " + token + "\n" + "🎉é.".repeat(262_000)).getBytes(StandardCharsets.UTF_16LE),
            0,
            1024 * 1024 - 2)
        .putChar('\n')
        .array();
    int blocks = 100;
    InputStream endless = new InputStream() {
      private long position = -2;

      @Override
      public int read() {
        int b = position == -2
            ? 0xff
            : position == -1
                ? 0xfe
                : position == (long) blocks * block.length
                    ? -1
                    : block[(int) (position % block.length)] & 0xff;
        position += b < 0 ? 0 : 1;
        return b;
      }
    };
    List<Long> starts = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    DETECTOR.detect(endless, "", (finding, secret) -> {
      starts.add(finding.place().location().start());
      lines.add(finding.place().location().line());
    });
    assertThat(starts).hasSize(blocks);
    for (int i = 0; i < blocks; i++) {
      assertThat(starts.get(i)).isEqualTo(2 + 12 + (long) i * block.length);
      assertThat(lines.get(i)).isEqualTo(1 + 2L * i);
    }
  }

  @Test
  void a_mark_of_utf_8_moves_nothing() throws IOException {
    String token = new GeneratedSecrets(5).gitHubToken();
    byte[] text = token.getBytes(StandardCharsets.UTF_8);
    for (int piece : new int[] {1, 2, 3, 4, 1000}) {
      Seen seen = see(trickle(join(UTF_8_MARK, text), piece));
      assertThat(seen.findings()).as("pieces of %d", piece).hasSize(1);
      assertThat(seen.findings().get(0).place().location())
          .as("pieces of %d", piece)
          .isEqualTo(new Location(3, 43, 1, 1));
    }
  }

  @Test
  void a_mark_alone_is_an_empty_text() throws IOException {
    for (byte[] mark : List.of(UTF_8_MARK, utf16("", true), utf16("", false))) {
      Seen nothing = new Seen(List.of(), List.of(), List.of());
      assertThat(see(whole(mark))).isEqualTo(nothing);
      assertThat(see(trickle(mark, 1))).isEqualTo(nothing);
      assertThat(see(whole(Arrays.copyOf(mark, 1)))).isEqualTo(nothing);
      assertThat(see(whole(Arrays.copyOf(mark, mark.length + 1)))).isEqualTo(nothing);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void half_a_unit_at_the_end_loses_nothing_before_it(boolean little) throws IOException {
    String token = new GeneratedSecrets(6).gitHubToken();
    byte[] whole = utf16("x " + token + " y", little);
    Location location = see(whole(Arrays.copyOf(whole, whole.length - 1)))
        .findings()
        .get(0)
        .place()
        .location();
    assertThat(location).isEqualTo(new Location(6, 86, 1, 3));

    byte[] password = utf16("password=Unfinished77", little);
    Seen half = see(whole(Arrays.copyOf(password, password.length + 1)));
    assertThat(half.values()).containsExactly("Unfinished77\ufffd");
    assertThat(half.findings().get(0).place().location().end()).isEqualTo(password.length + 1);
    Seen high = see(whole(utf16("password=Unfinished77\ud83c", little)));
    assertThat(high.values()).containsExactly("Unfinished77\ufffd");
    assertThat(high.findings().get(0).place().location().end()).isEqualTo(password.length + 2);
  }

  @Test
  void an_unpaired_surrogate_swallows_nothing() throws IOException {
    String token = new GeneratedSecrets(7).gitHubToken();
    for (String odd : List.of("\ud83c", "\udf89", "\udf89\ud83c", "\ud83c\ud83c\udf89")) {
      Seen seen = see(whole(utf16(odd + token + odd, true)));
      assertThat(seen.values()).as("%d surrogates", odd.length()).containsExactly(token);
      assertThat(seen.findings().get(0).place().location().start())
          .isEqualTo(2 + 2L * odd.length());
    }
  }

  @Test
  void a_mark_in_the_middle_is_a_character() throws IOException {
    String token = new GeneratedSecrets(8).gitHubToken();
    Seen seen = see(whole(utf16("\ufeff\ufeff" + token + "\ufeff", true)));
    assertThat(seen.values()).containsExactly(token);
    assertThat(seen.findings().get(0).place().location()).isEqualTo(new Location(6, 86, 1, 3));
    byte[] later = join(" ".getBytes(StandardCharsets.UTF_8), utf16(token, true));
    assertThat(see(whole(later)).findings()).isEmpty();
  }

  @Test
  void a_value_that_ends_or_starts_within_a_character_spans_all_of_it() throws IOException {
    Rule rule = Rule.named("acme.bytes")
        .label("an Acme value")
        .keyword("acme:")
        .regex("acme:.(?<secret>[^ ]{3})")
        .example("acme:abcd")
        .build();
    Detector detector = Detector.builder(RuleSet.empty().plus(rule))
        .fingerprintKey(FingerprintKey.random())
        .build();
    assertThat(one(detector, "acme:🎉 x").place().location()).isEqualTo(new Location(12, 16, 1, 7));
    assertThat(one(detector, "acme:ab🎉 x").place().location())
        .isEqualTo(new Location(14, 20, 1, 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void utf_16_without_a_mark_is_said_and_read_as_it_is(String charset) throws IOException {
    String token = new GeneratedSecrets(9).gitHubToken();
    byte[] unmarked =
        ("a first line\r\nß ".repeat(20) + token + "\r\n").getBytes(Charset.forName(charset));
    byte[] plain = ("\n" + token).getBytes(StandardCharsets.UTF_8);
    for (int piece : new int[] {1, 3, 100_000}) {
      Seen seen = see(trickle(join(unmarked, plain), piece));
      assertThat(seen.notes())
          .as("pieces of %d", piece)
          .containsExactly(new Note(
              Note.Kind.UNDECODED,
              "",
              "it looks like UTF-16 without a byte-order mark; it was scanned as the bytes that it is",
              1));
      assertThat(seen.findings()).as("pieces of %d", piece).hasSize(1);
      assertThat(seen.findings().get(0).place().location().start()).isEqualTo(unmarked.length + 1L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-32LE", "UTF-32BE"})
  void utf_32_with_a_mark_is_said(String charset) throws IOException {
    assertThat(see(whole("\ufeffpassword".getBytes(Charset.forName(charset)))).notes())
        .extracting(Note::kind)
        .containsExactly(Note.Kind.UNDECODED);
  }

  @Test
  void a_mark_that_lies_hides_nothing() throws IOException {
    String token = new GeneratedSecrets(11).gitHubToken();
    byte[] ascii = ("# settings\ntoken: " + token + "\n").getBytes(StandardCharsets.UTF_8);
    for (boolean little : new boolean[] {true, false}) {
      Seen seen = see(trickle(join(utf16("", little), ascii), 1));
      assertThat(seen.values()).containsExactly(token);
      assertThat(seen.findings().get(0).place().location().start()).isEqualTo(2 + 18);
      assertThat(seen.notes())
          .containsExactly(new Note(
              Note.Kind.UNDECODED,
              "",
              "its mark says UTF-16, but what follows is ASCII; it was scanned as the bytes that it is",
              1));
    }
  }

  @Test
  void chinese_text_is_not_taken_for_ascii() throws IOException {
    for (long seed = 0; seed < 200; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      StringBuilder text = new StringBuilder();
      int length = 8 + secrets.random().nextInt(400);
      for (int i = 0; i < length; i++) {
        text.append((char) (0x4e00 + secrets.random().nextInt(0x5000)));
      }
      String token = secrets.gitHubToken();
      assertThat(see(whole(utf16(text + " " + token, true))).values())
          .as("seed %d", seed)
          .containsExactly(token);
    }
  }

  @Test
  void binary_content_is_not_taken_for_text() throws IOException {
    byte[] zeros = new byte[4096];
    byte[] numbers = new byte[4096]; // little-endian, small
    byte[] noise = new byte[4096];
    new Random(10).nextBytes(noise);
    for (int i = 0; i < numbers.length; i += 4) {
      numbers[i] = (byte) i;
    }
    for (byte[] bytes : List.of(zeros, numbers, noise, "a\0b\0".getBytes(StandardCharsets.UTF_8))) {
      assertThat(see(whole(bytes)).notes()).isEmpty();
    }
  }

  private Finding one(Detector detector, String text) throws IOException {
    List<Finding> found = new ArrayList<>();
    detector.detect(whole(utf16(text, true)), "", (finding, secret) -> found.add(finding));
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  /** Secrets between characters of all lengths, surrogates without partners, and long stretches. */
  private static String hostile(GeneratedSecrets secrets) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(secrets.text(FILLER, secrets.random().nextInt(300)));
      text.append(
          List.of("", "\ud83c", "\udf89", "\udf89\ud83c").get(secrets.random().nextInt(4)));
      text.append(i == 2 ? "漢é🎉".repeat(secrets.random().nextInt(4_000)) : "").append('\n');
      text.append(
          switch (secrets.random().nextInt(3)) {
            case 0 -> " " + secrets.anyGitHubToken() + " ";
            case 1 -> "🎉 password: \"" + secrets.text("aä€🎉1x", 30) + "Zq7\"";
            default -> secrets.pem();
          });
    }
    return text.toString();
  }

  /** The text with a replacement character for each unpaired surrogate. */
  private static String repaired(String text) {
    StringBuilder repaired = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
        i++;
      } else if (Character.isSurrogate(text.charAt(i))) {
        repaired.setCharAt(i, '\ufffd');
      }
    }
    return repaired.toString();
  }

  private static Finding inBytes(Finding finding) {
    Location in = finding.place().location();
    return finding.at(new Place(
        "a", "", new Location(2 + 2 * in.start(), 2 + 2 * in.end(), in.line(), in.column())));
  }

  private static Charset charset(boolean little) {
    return little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
  }

  /** The units as they are, after a mark. */
  private static byte[] utf16(String text, boolean little) {
    ByteBuffer bytes = ByteBuffer.allocate(2 + 2 * text.length())
        .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
        .putChar('\ufeff');
    text.chars().forEach(unit -> bytes.putChar((char) unit));
    return bytes.array();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static Seen see(InputStream bytes) throws IOException {
    List<Finding> found = new ArrayList<>();
    List<String> values = new ArrayList<>();
    List<Note> notes = DETECTOR.detect(bytes, "a", (finding, secret) -> {
      found.add(finding);
      values.add(secret.reveal(String::new));
    });
    return new Seen(found, values, notes);
  }

  private static InputStream whole(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static InputStream trickle(byte[] bytes, int piece) {
    return pieces(bytes, new Random(0), piece == 1 ? 1 : -piece);
  }

  /** A stream that gives 1 to {@code most} bytes at a time, or always {@code -most}. */
  private static InputStream pieces(byte[] bytes, Random random, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        int piece = most < 0 ? -most : 1 + random.nextInt(most);
        return super.read(into, offset, Math.min(length, piece));
      }
    };
  }
}
