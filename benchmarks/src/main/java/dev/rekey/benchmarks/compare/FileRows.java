package dev.rekey.benchmarks.compare;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Many small files: what scanning adds to reading them. */
final class FileRows {
  private static final int FILES = 10_000;
  private static final int LARGEST = 5_500;

  /** Up to so many bytes the JDK reads by way of the stack, and beyond by way of new memory. */
  private static final int BUFFER = 8 * 1024;

  private FileRows() {}

  static Row of(Settings settings, BenchRules rules, Corpus corpus) throws IOException {
    List<byte[]> small =
        corpus.files().stream().filter(file -> file.length <= LARGEST).toList();
    if (small.isEmpty()) {
      throw new IOException("the corpus has no small files: take more of it");
    }
    Corpus chosen = new Corpus(
        IntStream.range(0, FILES).mapToObj(i -> small.get(i % small.size())).toList());
    Path folder = settings.work().resolve("small");
    chosen.writeFiles(folder);
    List<File> files = IntStream.range(0, FILES)
        .mapToObj(i -> folder.resolve(Corpus.name(i)).toFile())
        .toList();
    Detector detector = Detector.builder(rules.ruleSet())
        .fingerprintKey(FingerprintKey.of(new byte[32]))
        .build();
    byte[] buffer = new byte[BUFFER];
    Rounds.Times times = settings
        .rounds()
        .run(List.of(
            () -> each(files, in -> fill(buffer, in)),
            () -> each(
                files,
                in -> detector.detect(buffer, 0, fill(buffer, in), "", (finding, secret) -> {}))));
    String title = String.format(
        Locale.ROOT,
        "%,d small files, %.1f KB on average: reading and scanning, against only reading",
        FILES,
        chosen.bytes() / 1e3 / FILES);
    return Row.of("files", title, times, 1, 0, chosen.bytes())
        .with("user and system time, the files in the page cache");
  }

  /** Reads to the end, and returns how many bytes. */
  private static int fill(byte[] buffer, InputStream in) throws IOException {
    int size = 0;
    for (int n = 0; n >= 0; n = in.read(buffer, size, buffer.length - size)) {
      size += n;
    }
    return size;
  }

  @FunctionalInterface
  private interface Reader {
    void read(InputStream in) throws IOException;
  }

  private static long each(List<File> files, Reader reader) {
    long start = Cpu.ofThread();
    try {
      for (File file : files) {
        try (InputStream in = new FileInputStream(file)) {
          reader.read(in);
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return Cpu.ofThread() - start;
  }
}
