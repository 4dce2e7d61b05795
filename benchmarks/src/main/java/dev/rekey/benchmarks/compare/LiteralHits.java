package dev.rekey.benchmarks.compare;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Counts where literals stand in a text, each at each place, by looking up every three bytes: simple
 * and slow, and not in the measured path.
 */
final class LiteralHits {
  private static final int BITS = 16;

  private final List<byte[]> literals = new ArrayList<>();
  private final List<Boolean> caseless = new ArrayList<>();
  private final int[] first = new int[1 << BITS];
  private final int[] next;

  LiteralHits(List<BenchRule> rules) {
    Arrays.fill(first, -1);
    next = new int[rules.size()];
    for (BenchRule rule : rules) {
      String text = rule.caseless() ? rule.literal().toLowerCase(Locale.ROOT) : rule.literal();
      byte[] literal = text.getBytes(StandardCharsets.US_ASCII);
      int slot = slot(literal, 0);
      next[literals.size()] = first[slot];
      first[slot] = literals.size();
      literals.add(literal);
      caseless.add(rule.caseless());
    }
  }

  long in(Corpus corpus) {
    return corpus.files().stream().mapToLong(this::in).sum();
  }

  long in(byte[] text) {
    long hits = 0;
    for (int at = 0; at + 3 <= text.length; at++) {
      for (int one = first[slot(text, at)]; one >= 0; one = next[one]) {
        if (stands(one, text, at)) {
          hits++;
        }
      }
    }
    return hits;
  }

  private boolean stands(int one, byte[] text, int at) {
    byte[] literal = literals.get(one);
    if (at + literal.length > text.length) {
      return false;
    }
    boolean anyCase = caseless.get(one);
    for (int i = 0; i < literal.length; i++) {
      byte b = text[at + i];
      if (literal[i] != (anyCase ? lower(b) : b)) {
        return false;
      }
    }
    return true;
  }

  private static int slot(byte[] text, int at) {
    int gram = (lower(text[at]) << 16) ^ (lower(text[at + 1]) << 8) ^ lower(text[at + 2]);
    return (gram * 0x9E3779B1) >>> (32 - BITS);
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }
}
