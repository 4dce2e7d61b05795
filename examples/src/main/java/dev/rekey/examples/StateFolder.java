package dev.rekey.examples;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.RotationJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The folder in which the tour keeps what it needs to go on after a crash, for its owner only.
 *
 * <p>The sample application in it holds secrets, as such applications do. Nothing else in it does but
 * the fingerprint key, from which the password of the simulated client is derived so that it need not
 * be written down.
 */
final class StateFolder {
  private final Path folder;

  private StateFolder(Path folder) {
    this.folder = folder;
  }

  static StateFolder open(Path folder) throws IOException {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly = posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Files.createDirectory(folder, ownerOnly);
    }
    return new StateFolder(folder.toAbsolutePath().normalize());
  }

  Path path() {
    return folder;
  }

  Path sample() {
    return folder.resolve("sample");
  }

  Path scenario() {
    return folder.resolve("scenario.json");
  }

  Path report(String name) throws IOException {
    return Files.createDirectories(folder.resolve("report")).resolve(name);
  }

  Path journalFile() {
    return folder.resolve("journal.jsonl");
  }

  RotationJournal journal() {
    return RotationJournal.file(journalFile());
  }

  FingerprintKey fingerprintKey() throws IOException {
    return FingerprintKey.file(keyFile());
  }

  /** The password of the simulated client: the same for the same fingerprint key. */
  String clientSecret() throws IOException {
    fingerprintKey(); // Makes it where it is not there.
    byte[] key = HexFormat.of().parseHex(Files.readString(keyFile()).strip());
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of()
          .formatHex(mac.doFinal("quick start client".getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    }
  }

  /** Puts the journal of runs whose simulated Azure is gone out of the way, and keeps it. */
  Path putJournalAside() throws IOException {
    int number = 1;
    while (Files.exists(folder.resolve("journal." + number + ".jsonl"))) {
      number++;
    }
    return Files.move(journalFile(), folder.resolve("journal." + number + ".jsonl"));
  }

  void deleteSample() throws IOException {
    if (Files.exists(sample())) {
      List<Path> all;
      try (Stream<Path> paths = Files.walk(sample())) {
        all = paths.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        Files.delete(path);
      }
    }
  }

  private Path keyFile() {
    return folder.resolve("fingerprint.key");
  }
}
