package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For every rule with 32 bits of a checksum or more: its examples, signed anew, are valid, and with
 * any one character of the random part changed they are not. Azure's are in {@link
 * AzureChecksumsTest}: their keys are made with their signatures.
 */
class ChecksumPropertyTest {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  static Stream<Rule> rules() {
    return RuleSet.builtIn().rules().stream()
        .filter(rule -> ChecksumGroupsTest.ALL_BITS.contains(rule.id()))
        .filter(rule -> !rule.id().startsWith("azure."));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void one_changed_character_in_a_signed_example_is_never_valid(Rule rule) {
    RuleSet alone = FewRules.only(rule.id());
    Detector detector = Detector.builder(alone)
        .ignoringRequiredChecksums()
        .fingerprintKey(FingerprintKey.of(new byte[32]))
        .build();
    Detector strict =
        Detector.builder(alone).fingerprintKey(FingerprintKey.of(new byte[32])).build();
    int tried = 0;
    for (String example : rule.examples()) {
      Location place = detector.detect(example).get(0).place().location();
      String before = example.substring(0, (int) place.start());
      String after = example.substring((int) place.end());
      Optional<String> signed =
          signed(rule.checks().get(0), example.substring((int) place.start(), (int) place.end()));
      if (signed.isEmpty()) {
        continue; // An older form, which carries no checksum.
      }
      String value = signed.get();
      assertThat(strict.detect(before + value + after))
          .as("%s, signed", example)
          .singleElement()
          .extracting(Finding::checksum)
          .isEqualTo(Checksum.VALID);
      for (int i = prefix(rule, value); i < value.length(); i++) {
        if (!Character.isLetterOrDigit(value.charAt(i))) {
          continue; // It separates parts of the form: no random character.
        }
        String changed = value.substring(0, i) + other(value.charAt(i)) + value.substring(i + 1);
        for (Finding finding : detector.detect(before + changed + after)) {
          assertThat(finding.checksum())
              .as("%s, position %d", example, i)
              .isEqualTo(Checksum.INVALID);
          assertThat(finding.confidence()).isLessThan(0.5);
          tried++;
          if (rule.requiresChecksum()) {
            assertThat(strict.detect(before + changed + after)).isEmpty();
            assertThat(strict.explain(before + changed + after))
                .anyMatch(Explanation.Rejected.class::isInstance);
          }
        }
      }
    }
    assertThat(tried).as("changed characters that %s still matches", rule).isGreaterThan(20);
  }

  static Stream<Arguments> compiled() {
    GeneratedSecrets secrets = new GeneratedSecrets(3);
    Stream<Arguments> azure = Stream.of(
        Arguments.of("azure.cask", secrets.commonAnnotatedKey(false)),
        Arguments.of("azure.entra-client-secret", AzureSecrets.entraSecret(secrets)),
        Arguments.of("azure.devops-token", AzureSecrets.devOpsToken(new Random(3), true)));
    Map<String, String> others = new TreeMap<>();
    rules()
        .forEach(rule -> rule.examples().forEach(example -> {
          String check = rule.checks().get(0);
          Detector detector = Detector.builder(FewRules.only(rule.id()))
              .ignoringRequiredChecksums()
              .fingerprintKey(FingerprintKey.of(new byte[32]))
              .build();
          Location place = detector.detect(example).get(0).place().location();
          signed(check, example.substring((int) place.start(), (int) place.end()))
              .ifPresent(value -> others.putIfAbsent(check, value));
        }));
    return Stream.concat(
        azure, others.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue())));
  }

  /** As in {@link AzureSecretsTest}: a compiler of a JVM has got one check wrong. */
  @ParameterizedTest
  @MethodSource("compiled")
  void a_check_says_the_same_when_it_is_compiled(String name, String value) {
    Check check = RuleSet.builtIn().check(name);
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 40_000; i++) {
      Checksum checksum = check.check(new Candidate(name, bytes, new byte[0])).checksum();
      assertThat(checksum == Checksum.VALID).as("call %d", i).isTrue();
    }
  }

  /** Where the fixed part ends that the value begins with. */
  private static int prefix(Rule rule, String value) {
    return rule.signatures().stream()
        .filter(value::startsWith)
        .mapToInt(String::length)
        .max()
        .orElse(1);
  }

  /** Another character of the same class, of base 58 too. */
  private static char other(char c) {
    if (c >= '0' && c <= '9') {
      return c == '7' ? '8' : '7';
    }
    if (c >= 'a' && c <= 'f') {
      return c == 'b' ? 'c' : 'b';
    }
    if (c >= 'g' && c <= 'z') {
      return c == 'r' ? 's' : 'r';
    }
    return c == 'R' ? 'S' : 'R';
  }

  /** Returns the value with the checksum that its issuer would give it, written down once more. */
  private static Optional<String> signed(String check, String value) {
    int length = value.length();
    return switch (check) {
      case "github.token", "npm.token", "netbird.token" ->
        length == 40 ? Optional.of(base62(value, 4, 6)) : Optional.empty();
      case "jsr.token" -> Optional.of(base62(value, 0, 6));
      case "polar.token" -> Optional.of(base62(value, length - 43, 6));
      case "matrix.token" -> Optional.of(matrix(value));
      case "gitlab.token" -> value.contains(".01.") ? Optional.of(gitLab(value)) : Optional.empty();
      case "grafana.token" -> {
        String body = value.substring(0, length - 9);
        int swapped = Integer.reverseBytes((int) crc(body));
        yield Optional.of(body + "_" + String.format(Locale.ROOT, "%08x", swapped));
      }
      case "packagist.token" -> {
        String body = value.substring(0, length - 8);
        yield Optional.of(body + String.format(Locale.ROOT, "%08x", crc(body)));
      }
      case "base58" -> Optional.of(base58(value, false));
      case "cb58" -> {
        int digits = value.lastIndexOf('-') + 1;
        yield Optional.of(value.substring(0, digits) + base58(value.substring(digits), true));
      }
      default -> throw new AssertionError("who signs for " + check + "?");
    };
  }

  private static long crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue();
  }

  private static String digits(long number, int base, int width) {
    StringBuilder digits = new StringBuilder();
    for (long rest = number; rest > 0; rest /= base) {
      digits.append(
          base == 62
              ? BASE62.charAt((int) (rest % 62))
              : Character.forDigit((int) (rest % 36), 36));
    }
    return "0".repeat(Math.max(0, width - digits.length())) + digits.reverse();
  }

  private static String base62(String value, int from, int width) {
    String body = value.substring(0, value.length() - width);
    return body + digits(crc(body.substring(from)), 62, width);
  }

  private static String gitLab(String value) {
    String body = value.substring(0, value.length() - 7);
    return body + digits(crc(body), 36, 7);
  }

  private static String matrix(String value) {
    String body = value.substring(0, value.length() - 7);
    String digits = digits(crc(body), 62, 1);
    String tail =
        value.startsWith("s") ? digits : new StringBuilder(digits).reverse().toString();
    return body + "_" + "0".repeat(6 - tail.length()) + tail;
  }

  private static String base58(String value, boolean once) {
    BigInteger number = BigInteger.ZERO;
    for (char c : value.toCharArray()) {
      number = number.multiply(BigInteger.valueOf(58)).add(BigInteger.valueOf(BASE58.indexOf(c)));
    }
    byte[] whole = number.toByteArray();
    byte[] bytes = whole[0] == 0 ? Arrays.copyOfRange(whole, 1, whole.length) : whole;
    byte[] digest = sha(Arrays.copyOf(bytes, bytes.length - 4));
    digest = once ? digest : sha(digest);
    System.arraycopy(digest, once ? digest.length - 4 : 0, bytes, bytes.length - 4, 4);
    StringBuilder text = new StringBuilder();
    for (BigInteger rest = new BigInteger(1, bytes); rest.signum() > 0; ) {
      BigInteger[] next = rest.divideAndRemainder(BigInteger.valueOf(58));
      text.append(BASE58.charAt(next[1].intValue()));
      rest = next[0];
    }
    return text.reverse().toString();
  }

  private static byte[] sha(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
