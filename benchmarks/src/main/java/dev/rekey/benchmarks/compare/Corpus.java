package dev.rekey.benchmarks.compare;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Text files in memory, one array each. */
final class Corpus {
  private static final int LARGEST = 1 << 20;
  private static final int HEAD = 8 * 1024;
  private static final long SEED = 1;

  private final List<byte[]> files;

  Corpus(List<byte[]> files) {
    this.files = List.copyOf(files);
  }

  /**
   * Takes so many bytes of a folder's files, in an order that the seed alone decides: no file above
   * 1 MiB, none that is empty or binary (a zero byte in its first 8 KiB), none in UTF-16, which Rekey
   * would decode and others would not.
   *
   * @param kinds the folders in it that are taken
   * @throws IOException if the folder has fewer
   */
  static Corpus of(Path folder, List<String> kinds, long bytes) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (String kind : kinds) {
      paths.addAll(paths(folder, kind));
    }
    Collections.sort(paths);
    Collections.shuffle(paths, new Random(SEED));
    List<byte[]> files = new ArrayList<>();
    long total = 0;
    for (Path path : paths) {
      if (total >= bytes) {
        break;
      }
      byte[] file = Files.readAllBytes(folder.resolve(path));
      if (isText(file)) {
        files.add(file);
        total += file.length;
      }
    }
    if (total < bytes) {
      throw new IOException(folder + " holds " + total + " bytes of text, fewer than " + bytes);
    }
    return new Corpus(files);
  }

  private static List<Path> paths(Path folder, String kind) throws IOException {
    List<Path> paths = new ArrayList<>();
    Files.walkFileTree(folder.resolve(kind), new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile() && attributes.size() > 0 && attributes.size() <= LARGEST) {
          paths.add(folder.relativize(file));
        }
        return FileVisitResult.CONTINUE;
      }
    });
    return paths;
  }

  static boolean isText(byte[] file) {
    for (int i = 0; i < Math.min(HEAD, file.length); i++) {
      if (file[i] == 0) {
        return false;
      }
    }
    boolean utf16 = file.length >= 2 && (file[0] & file[1] & 0xff) == 0xfe && file[0] != file[1];
    return !utf16;
  }

  List<byte[]> files() {
    return files;
  }

  long bytes() {
    return files.stream().mapToLong(file -> file.length).sum();
  }

  /**
   * Chooses files of about so many bytes in all, for what stays in the caches.
   *
   * @return their indexes
   */
  List<Integer> sample(long bytes, long seed) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, files.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    List<Integer> chosen = new ArrayList<>();
    long total = 0;
    for (int index : order) {
      int length = files.get(index).length;
      if (total + length <= bytes) {
        chosen.add(index);
        total += length;
      }
    }
    return chosen;
  }

  Corpus only(List<Integer> indexes) {
    return new Corpus(indexes.stream().map(files::get).toList());
  }

  /** Writes the files one after another, and their number and lengths, for others to read. */
  void write(Path bin, Path idx) throws IOException {
    try (OutputStream bytes = Files.newOutputStream(bin);
        DataOutputStream index =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(idx)))) {
      index.writeInt(files.size());
      for (byte[] file : files) {
        index.writeInt(file.length);
        bytes.write(file);
      }
    }
  }

  /** Writes each file by itself. */
  void writeFiles(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < files.size(); i++) {
      Files.write(folder.resolve(name(i)), files.get(i));
    }
  }

  static String name(int index) {
    return "f" + index + ".txt";
  }
}
