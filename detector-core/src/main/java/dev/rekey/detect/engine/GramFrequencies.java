package dev.rekey.detect.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.InflaterInputStream;

/**
 * How often grams come in source text, by their slots: measured once, in text of others, and shipped.
 *
 * <p>For each of 2<sup>17</sup> slots the resource {@code grams}, deflated, has a byte: 0 for a slot
 * that was never seen, else 1 more than twice the binary logarithm of how often it was, rounded.
 * {@code GramCount} in the benchmarks wrote it.
 *
 * <p>Immutable and thread-safe.
 */
final class GramFrequencies {
  /** The bits of a slot's number here. */
  static final int BITS = 17;

  private static final int SLOTS = 1 << BITS;

  private final float[] shares;

  private GramFrequencies(float[] shares) {
    this.shares = shares;
  }

  /** Returns those that are shipped. */
  static GramFrequencies shipped() {
    return Shipped.FREQUENCIES;
  }

  /** Returns the share of the grams of a text that fall into a slot. */
  float share(int slot) {
    return shares[slot & SLOTS - 1];
  }

  /** Reads the bytes of the resource. */
  static GramFrequencies of(byte[] logarithms) {
    if (logarithms.length != SLOTS) {
      throw new IllegalStateException("the jar's resource grams is damaged");
    }
    float[] powers = new float[256];
    for (int log = 1; log < powers.length; log++) {
      powers[log] = (float) Math.pow(2, (log - 1) / 2.0);
    }
    float[] counts = new float[SLOTS];
    double sum = 0;
    for (int i = 0; i < SLOTS; i++) {
      counts[i] = powers[logarithms[i] & 0xff];
      sum += counts[i];
    }
    for (int i = 0; i < SLOTS; i++) {
      counts[i] /= (float) sum;
    }
    return new GramFrequencies(counts);
  }

  /** Loaded when rules are compiled that come without tables. */
  private static final class Shipped {
    static final GramFrequencies FREQUENCIES = load();

    private static GramFrequencies load() {
      try (InputStream deflated = GramFrequencies.class.getResourceAsStream("grams")) {
        if (deflated == null) {
          throw new IllegalStateException("the jar lacks its resource grams");
        }
        return of(new InflaterInputStream(deflated).readAllBytes());
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }
}
