package dev.rekey.benchmarks.compare;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Puts literals and whole secrets into a corpus, the same for the same seed: others' text has few of
 * the literals of made-up rules, and real rules have one hit in each one or two KiB of it.
 */
final class Planter {
  /** How many bytes of text there are to be for each literal. */
  static final int BYTES_PER_HIT = 1536;

  private static final int MOST_SECRETS = 2000;
  private static final int SECRETS_PER_MEGABYTE = 10;
  private static final long SEED = 2;
  private static final List<String> FOLLOWING = List.of(" ", "\n", "s ", "Client ", "(", ": ");

  private final List<BenchRule> rules;
  private final Random random = new Random(SEED);

  Planter(List<BenchRule> rules) {
    this.rules = rules;
  }

  /** A planted corpus and what was counted in it. */
  record Planted(Corpus corpus, long natural, long literals, long secrets, long hits) {
    double hitsPerKib() {
      return hits * 1024.0 / corpus.bytes();
    }

    String told() {
      return String.format(
          Locale.ROOT,
          "%.1f MB in %,d files; %,d literal hits of its own, %,d literals and %,d whole secrets"
              + " planted; %.2f literal hits per KiB",
          corpus.bytes() / 1e6,
          corpus.files().size(),
          natural,
          literals,
          secrets,
          hitsPerKib());
    }
  }

  /** Returns a planted copy. */
  Planted plant(Corpus corpus) {
    LiteralHits counter = new LiteralHits(rules);
    long bytes = corpus.bytes();
    long natural = counter.in(corpus);
    long literals = Math.max(0, bytes / BYTES_PER_HIT - natural);
    long secrets = Math.min(MOST_SECRETS, bytes * SECRETS_PER_MEGABYTE / 1_000_000);
    List<byte[]> planted = new ArrayList<>();
    Share literalShare = new Share(literals, bytes);
    Share secretShare = new Share(secrets, bytes);
    for (byte[] file : corpus.files()) {
      List<String> pieces = new ArrayList<>();
      for (long n = literalShare.of(file.length); n > 0; n--) {
        pieces.add(rule().spelled(random) + FOLLOWING.get(random.nextInt(FOLLOWING.size())));
      }
      for (long n = secretShare.of(file.length); n > 0; n--) {
        pieces.add("\n" + rule().text(random) + "\n");
      }
      Collections.shuffle(pieces, random);
      planted.add(pieces.isEmpty() ? file : planted(file, pieces));
    }
    Corpus copy = new Corpus(planted);
    return new Planted(copy, natural, literals, secrets, counter.in(copy));
  }

  private BenchRule rule() {
    return rules.get(random.nextInt(rules.size()));
  }

  /** Puts the pieces after blanks and ends of lines, where words begin. */
  private byte[] planted(byte[] file, List<String> pieces) {
    int[] places = random.ints(pieces.size(), 0, file.length).sorted().toArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + 64 * pieces.size());
    int written = 0;
    for (int i = 0; i < places.length; i++) {
      int at = Math.max(places[i], written);
      while (at < file.length && file[at] != ' ' && file[at] != '\n') {
        at++;
      }
      at = Math.min(file.length, at + 1);
      out.write(file, written, at - written);
      out.writeBytes(pieces.get(i).getBytes(StandardCharsets.US_ASCII));
      written = at;
    }
    out.write(file, written, file.length - written);
    return out.toByteArray();
  }

  /** Divides a number among files by their lengths, without losing any by rounding. */
  private static final class Share {
    private final long wanted;
    private final long bytes;
    private long seen;
    private long given;

    private Share(long wanted, long bytes) {
      this.wanted = wanted;
      this.bytes = bytes;
    }

    private long of(int length) {
      seen += length;
      long due = wanted * seen / bytes - given;
      given += due;
      return due;
    }
  }
}
