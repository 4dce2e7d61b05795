package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnchorsTest {
  private static final ByteClass NO_WORD = ByteClass.WORD.complement();

  private static final List<String> PIECES = List.of(
      "abc",
      "key",
      "Key",
      "_",
      "=",
      "\\b",
      "\\b",
      "(?:ab|cd)",
      "(?:key|tok|[0-9])",
      "(?:abc)?",
      "[0-9]{2}",
      "[0-9a-f]{1,3}",
      "[0-9]*",
      "x+",
      "\"?",
      "(?:^|[^a-z])",
      "(?:k=|tok){1,2}",
      "(?:ke){4}",
      ".{0,3}?",
      "(?:(?:ab)?c)",
      "(?:t)",
      "(?:xx|)",
      "(?i:ab)",
      "[Aa]bc",
      "k{3}");

  @Test
  void a_prefix_is_an_anchor_with_what_stands_beside_it() {
    List<List<Anchor>> ways = ways("\\b(?P<secret>ghp_[A-Za-z0-9]{36})\\b");
    Anchor anchor = ways.get(0).get(0);
    assertThat(ways.get(0)).hasSize(1);
    assertThat(anchor.left()).isEqualTo(NO_WORD);
    assertThat(anchor.bytes()).hasSize(12).startsWith(plain("ghp_"));
    assertThat(anchor.bytes().get(11)).hasToString("[0-9A-Za-z]");
    assertThat(anchor.farthest()).isZero();
  }

  @Test
  void a_signature_in_the_middle_is_an_anchor_with_its_distance() {
    Anchor anchor = ways("(?P<secret>[a-z]{3,5}[0-9]JQQJ99)").get(0).get(0);
    assertThat(anchor.nearest()).isEqualTo(3);
    assertThat(anchor.farthest()).isEqualTo(5);
    assertThat(anchor.before()).isEqualTo(ByteClass.LOWER);
    assertThat(anchor.bytes()).hasSize(7);
    assertThat(ways("(?P<secret>[a-z]{33}JQQJ99)").get(0).get(0).nearest()).isEqualTo(33);
  }

  @Test
  void alternatives_are_anchors_each_and_cases_of_a_letter_are_one() {
    assertThat(ways("(?:token|secret)=[a-z]+").get(0)).hasSize(2);
    assertThat(ways("(?:Token|token|tokens)[a-z]{9}").get(0)).hasSize(1);
    assertThat(ways("(?:^|[^a-z])\"?token=").get(0)).hasSizeBetween(1, 4);
    assertThat(ways("(?:[a-z]{0,9}key=|x?token)[0-9]+")).isNotEmpty();
  }

  @Test
  void what_tells_little_or_is_too_far_away_is_no_anchor() {
    assertThat(ways("[a-z]{20}")).isEmpty();
    assertThat(ways("(?:token|[a-z]+)")).isEmpty();
    assertThat(ways("[a-z]*token")).isEmpty();
    assertThat(ways("(?:[a-z]{9} ){0,100}[a-z]{100}token")).isEmpty();
    assertThat(ways("(?:token)?[a-z]")).isEmpty();
  }

  @Test
  void every_match_of_a_random_pattern_has_an_anchor_of_each_way() {
    int found = 0;
    for (long seed = 0; seed < 4_000; seed++) {
      Random random = new Random(seed);
      StringBuilder regex = new StringBuilder(random.nextInt(4) == 0 ? "(?i)" : "");
      for (int i = 2 + random.nextInt(5); i > 0; i--) {
        regex.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      Syntax syntax = Syntax.read(regex.toString()).orElseThrow();
      List<List<Anchor>> ways = Anchors.of(syntax);
      for (int n = 0; n < 12 && !ways.isEmpty(); n++) {
        byte[] text = text(random, regex.toString());
        for (int at = 0; at < text.length; at++) {
          Optional<Matched> matched = SyntaxWalk.match(syntax, text, at);
          if (matched.isPresent()) {
            found++;
            String shown = new String(text, StandardCharsets.ISO_8859_1);
            assertThat(missed(ways, text, at, matched.get().end()))
                .as("seed %d: %s at %d of %s", seed, regex, at, shown)
                .isEmpty();
          }
        }
      }
    }
    assertThat(found).isGreaterThan(2_000);
  }

  /** What the pattern says, more or less, with a few bytes changed. */
  private static byte[] text(Random random, String regex) {
    String text = regex
        .replaceAll("\\(\\?[a-z]*[:)]|\\\\b|\\{[^}]*}|[()?*+|^$]", "")
        .replaceAll("\\[[^]]*]", Integer.toString(random.nextInt(10)))
        .replaceAll("[.]", random.nextBoolean() ? " " : "q");
    StringBuilder changed = new StringBuilder(random.nextBoolean() ? " " : "");
    for (char c : text.toCharArray()) {
      int times = random.nextInt(8) == 0 ? random.nextInt(3) : 1;
      changed.append(Character.toString(c).repeat(times));
    }
    return changed.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns the ways that have no anchor in a match. */
  static List<List<Anchor>> missed(List<List<Anchor>> ways, byte[] text, int at, int end) {
    return ways.stream()
        .filter(way -> way.stream().noneMatch(anchor -> isIn(anchor, text, at, end)))
        .toList();
  }

  private static boolean isIn(Anchor anchor, byte[] text, int at, int end) {
    for (int i = at + anchor.nearest(); i <= Math.min(end, at + anchor.farthest()); i++) {
      if (stands(anchor, text, i, end)) {
        return true;
      }
      if (i < end && i >= at && !anchor.before().contains(text[i] & 0xff)) {
        return false;
      }
    }
    return false;
  }

  private static boolean stands(Anchor anchor, byte[] text, int at, int end) {
    boolean stands = at + anchor.bytes().size() <= end
        && (at == 0 || anchor.left().contains(text[at - 1] & 0xff));
    for (int i = 0; stands && i < anchor.bytes().size(); i++) {
      stands = anchor.bytes().get(i).contains(text[at + i] & 0xff);
    }
    return stands;
  }

  private static List<List<Anchor>> ways(String regex) {
    return Anchors.of(Syntax.read(regex).orElseThrow());
  }

  private static ByteClass[] plain(String text) {
    return text.chars().mapToObj(ByteClass::of).toArray(ByteClass[]::new);
  }
}
