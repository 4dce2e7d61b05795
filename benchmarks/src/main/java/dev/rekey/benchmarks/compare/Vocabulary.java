package dev.rekey.benchmarks.compare;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes up literals that look like those of real rules: prefixes of tokens, names of vendors, words
 * for secrets, markers. Each is made once.
 */
final class Vocabulary {
  private static final String CONSONANTS = "bcdfghjklmnprstvwz";
  private static final String VOWELS = "aeiou";
  private static final String DIGITS = "0123456789";
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";

  private static final List<String> PARTS =
      words("blue bold bright calm cargo cedar civic clear cloud copper crisp data "
          + "delta ever fern field fleet form frost gate glide grain green harbor "
          + "hatch iron kite lake lark lumen mail maple metric mint moss north "
          + "opal orbit pay pine plain prime quill raven relay river sage scout "
          + "ship sign silver slate spark stone swift tidal trail true vale wave");

  private static final List<String> ENDINGS =
      words("hub base desk flow grid kit labs line link loop mesh ops pad port "
          + "post send stack sync view works");

  private static final List<String> SECRETS =
      words("password passwd passphrase secret api_key apikey access_key "
          + "access_token auth_token private_key credential client_secret");

  private static final List<String> OWNERS =
      words("admin backup batch cache cluster db deploy ftp ldap mail master node "
          + "proxy queue redis root service smtp store sync user vpn web worker");

  private static final List<String> USES =
      words("live_ test_ pat_ prod_ key_ sk- api- v1. oauth_ bot-");

  private final Random random;
  private final Set<String> made = new HashSet<>();

  Vocabulary(Random random) {
    this.random = random;
  }

  /** A token's prefix of this length; of six characters and more if it is 6. */
  String prefix(int length) {
    return once(() -> switch (length) {
      case 3 -> prefixOfThree();
      case 4 -> prefixOfFour();
      case 5 -> prefixOfFive();
      default -> longPrefix();
    });
  }

  /** A vendor's name of this length; of six characters and more if it is 6. */
  String vendor(int length) {
    return once(() -> {
      if (length < 6) {
        return syllables(length);
      }
      return switch (random.nextInt(4)) {
        case 0 -> syllables(6 + random.nextInt(3));
        case 1 -> choice(PARTS) + choice(PARTS);
        default -> choice(PARTS) + choice(ENDINGS);
      };
    });
  }

  /** A word for a secret, plain ones first. */
  String secretWord(int number) {
    return number < SECRETS.size()
        ? SECRETS.get(number)
        : once(() -> number < 600
            ? choice(OWNERS) + choice(List.of("_", "-", "")) + choice(SECRETS)
            : choice(OWNERS) + "_" + choice(PARTS) + "_" + choice(SECRETS));
  }

  /** A line that marks a file. */
  String marker() {
    return once(() -> {
      String name = (choice(PARTS) + " " + choice(ENDINGS)).toUpperCase(Locale.ROOT);
      return switch (random.nextInt(3)) {
        case 0 -> "-----BEGIN " + name + " KEY-----";
        case 1 -> "[" + name + " CREDENTIALS]";
        default -> name.replace(' ', '-') + "-SECRET-FILE-V" + random.nextInt(10);
      };
    });
  }

  private String prefixOfThree() {
    return switch (random.nextInt(4)) {
      case 0 -> some(CONSONANTS, 2) + "_";
      case 1 -> some(UPPER, 2) + ".";
      case 2 -> some(DIGITS, 1) + some(UPPER, 1) + "~";
      default -> some(LOWER, 2) + some(UPPER, 1);
    };
  }

  private String prefixOfFour() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> some(LOWER, 3) + "_";
      case 2 -> some(LOWER, 3) + "-";
      case 3 -> some(UPPER, 4);
      case 4 -> "+" + some(UPPER, 2) + some(LOWER, 1);
      default -> some(UPPER, 2) + some(DIGITS, 1) + some(LOWER, 1);
    };
  }

  private String prefixOfFive() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> some(LOWER, 4) + "_";
      case 2 -> some(LOWER, 2) + "-" + some(LOWER, 2);
      case 3 -> some(UPPER, 5);
      default -> some(LOWER, 3) + some(DIGITS, 1) + ".";
    };
  }

  private String longPrefix() {
    return switch (random.nextInt(8)) {
      case 0 -> "https://" + vendor(6) + ".example/" + some(LOWER, 2) + "/";
      case 1 -> some(UPPER, 6 + random.nextInt(3));
      case 2 -> vendor(6) + "-";
      case 3 -> some(UPPER, 4) + some(DIGITS, 2);
      case 4 -> syllables(5) + "_" + choice(USES);
      default -> some(LOWER, 2 + random.nextInt(3)) + "_" + choice(USES);
    };
  }

  private String syllables(int length) {
    StringBuilder word = new StringBuilder();
    for (boolean vowel = random.nextInt(4) == 0; word.length() < length; vowel = !vowel) {
      word.append(some(vowel ? VOWELS : CONSONANTS, 1));
    }
    return word.toString();
  }

  private String some(String alphabet, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private String choice(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  private String once(Supplier<String> maker) {
    for (int tries = 0; tries < 100_000; tries++) {
      String literal = maker.get();
      if (made.add(literal)) {
        return literal;
      }
    }
    throw new IllegalStateException("no literal of this kind is left: ask for fewer rules");
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }
}
