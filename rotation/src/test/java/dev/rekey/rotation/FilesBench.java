package dev.rekey.rotation;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A folder with configuration files, and who rotates what is in them. */
final class FilesBench {
  final FakeWorld world;
  final Detector detector;
  final Path folder;
  final String old;
  final String fresh;

  FilesBench(Path folder, long seed) {
    this.folder = folder;
    this.world = new FakeWorld(seed);
    this.detector = world.detector;
    this.old = world.newValue();
    this.fresh = world.newValue();
  }

  ConfigurationFiles files() {
    return ConfigurationFiles.in(folder, detector);
  }

  Fingerprint fingerprint(String value) {
    return world.fingerprint(value);
  }

  /** Writes a file; {@code %s} in its text is the old value. */
  void put(String id, String text) {
    put(id, text.replace("%s", old).getBytes(StandardCharsets.UTF_8));
  }

  void put(String id, byte[] bytes) {
    try {
      Path file = folder.resolve(id);
      Files.createDirectories(file.resolveSibling(""));
      Files.write(file, bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  String text(String id) {
    return new String(bytes(id), StandardCharsets.UTF_8);
  }

  byte[] bytes(String id) {
    try {
      return Files.readAllBytes(folder.resolve(id));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  void adopt(String id, String from, String to) throws RotationException {
    adopt(files().dependent(id), from, to);
  }

  void adopt(Dependent dependent, String from, String to) throws RotationException {
    try (Secret secret = Secret.of(to)) {
      dependent.adopt(new Replacement(fingerprint(from), secret), new AttemptId("run", "adopt.0"));
    }
  }

  /** Returns the file's text after it adopted a value in the place of another. */
  String adopted(String id, String text, String from, String to) throws RotationException {
    put(id, text.getBytes(StandardCharsets.UTF_8));
    adopt(id, from, to);
    return text(id);
  }

  /** Returns all that is in the folder, by names. */
  Map<String, String> everything() {
    Map<String, String> all = new TreeMap<>();
    try (var paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        all.put(
            folder.relativize(path).toString(),
            Files.readString(path, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return all;
  }
}
