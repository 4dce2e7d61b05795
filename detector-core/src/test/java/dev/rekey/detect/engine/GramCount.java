package dev.rekey.detect.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;

/**
 * Counts the grams in the text files of a folder, and writes the resource that {@link
 * GramFrequencies} reads: {@code GramCount FOLDER FILE}. A file with a zero byte in its first 8 KiB
 * is no text, and one of more than 1 MiB is left out, since it is data.
 */
final class GramCount {
  private static final int HEAD = 8 * 1024;
  private static final long LONGEST = 1024 * 1024;

  private GramCount() {}

  public static void main(String[] arguments) throws IOException {
    long[] counts = new long[1 << GramFrequencies.BITS];
    try (Stream<Path> files = Files.walk(Path.of(arguments[0]))) {
      List<Path> texts = files
          .filter(Files::isRegularFile)
          .filter(file -> size(file) <= LONGEST)
          .sorted()
          .toList();
      for (Path text : texts) {
        count(Files.readAllBytes(text), counts);
      }
    }
    try (OutputStream out =
        new DeflaterOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
      out.write(logarithms(counts));
    }
  }

  /** Adds the grams of a text to the counts, unless it is none. */
  static void count(byte[] text, long[] counts) {
    for (int i = 0; i < Math.min(HEAD, text.length); i++) {
      if (text[i] == 0) {
        return;
      }
    }
    long word = 0;
    for (int i = 0; i < text.length; i++) {
      word = (word >>> Byte.SIZE) | (text[i] & 0xffL) << (Byte.SIZE * (GramSieve.GRAM - 1));
      if (i >= GramSieve.GRAM - 1) {
        counts[(int) GramSieve.slots(word) & counts.length - 1]++;
      }
    }
  }

  static byte[] logarithms(long[] counts) {
    byte[] logarithms = new byte[counts.length];
    for (int i = 0; i < counts.length; i++) {
      double log = Math.log(counts[i]) / Math.log(2);
      logarithms[i] = (byte) (counts[i] == 0 ? 0 : 1 + Math.round(2 * log));
    }
    return logarithms;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
