package dev.rekey.rotation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The files below a folder: reads them, and replaces one as a whole or not at all. Never through a
 * symbolic link.
 *
 * <p>Its ids are paths relative to the folder, with {@code /}. Not final, so that a test can come in
 * between.
 */
class Disk {
  private static final String TEMPORARY = ".rekey-";

  private final Path root;

  Disk(Path root) {
    this.root = root;
  }

  /** Returns the folder. */
  Path root() {
    return root;
  }

  /** Whether a file is one that a replacement left behind when its process was killed. */
  static boolean isTemporary(String name) {
    return name.startsWith(TEMPORARY) && name.endsWith(".tmp");
  }

  /** Returns the id of a path. */
  String id(Path path) {
    return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  /** Returns what is in a folder, in the order of the names. */
  List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    Collections.sort(children);
    return children;
  }

  /**
   * Returns the path of an id, which may come from a stored plan: it stays below the folder, and goes
   * through no symbolic link.
   */
  Path path(String id) throws IOException {
    Path relative;
    try {
      relative = root.getFileSystem().getPath(id);
    } catch (InvalidPathException malformed) {
      throw new FileSystemException(id, null, "it is not a path");
    }
    if (relative.isAbsolute()) {
      throw new FileSystemException(id, null, "it leads out of the folder");
    }
    Path path = root;
    for (Path segment : relative) {
      String name = segment.toString();
      if (name.equals("..") || name.equals(".")) {
        throw new FileSystemException(id, null, "it leads out of the folder");
      }
      path = path.resolve(segment);
      if (Files.isSymbolicLink(path)) {
        throw new FileSystemException(id, null, "there is a symbolic link, which is not followed");
      }
    }
    return path;
  }

  /** Returns the bytes of a file, which the caller wipes. */
  byte[] read(String id, int largest) throws IOException {
    Path path = path(id);
    if (!attributes(path).isRegularFile()) {
      throw new FileSystemException(id, null, "it is not a file");
    }
    try (InputStream in = Channels.newInputStream(
        Files.newByteChannel(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
      byte[] bytes = in.readNBytes(largest);
      if (in.read() >= 0) {
        Arrays.fill(bytes, (byte) 0);
        throw new FileSystemException(id, null, "it is larger than " + largest + " bytes");
      }
      return bytes;
    }
  }

  static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Replaces a file, unless it is another than it was.
   *
   * @param before what it must hold up to the moment in which it is replaced
   * @param attempt names the temporary file, so that what a killed attempt left is known
   */
  void replace(String id, byte[] before, byte[] after, AttemptId attempt)
      throws IOException, RotationException {
    Path path = path(id);
    removeLeft(path.resolveSibling(""), attempt);
    if (names(path) > 1) {
      throw new RotationException("it has several names (hard links), of which only this one would"
          + " get the new value; make it a file of its own");
    }
    Path temporary = path.resolveSibling(left(attempt) + attempt.step() + ".tmp");
    try {
      write(temporary, after);
      makeAlike(path, temporary);
      requireUnchanged(id, before);
      move(temporary, path);
    } catch (IOException | RotationException | RuntimeException failed) {
      discard(temporary, failed);
      throw failed;
    }
    sync(path.resolveSibling(""));
  }

  private static void discard(Path temporary, Exception failed) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException kept) {
      failed.addSuppressed(kept);
    }
  }

  /** Removes what killed attempts of the same run left: only its lease holder writes for it. */
  private void removeLeft(Path folder, AttemptId attempt) throws IOException {
    for (Path path : children(folder)) {
      String name = path.getFileName().toString();
      if (isTemporary(name) && name.startsWith(left(attempt))) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** How the names of a run's temporary files begin: no id has an underscore. */
  private static String left(AttemptId attempt) {
    return TEMPORARY + attempt.runId() + "_";
  }

  /** Writes a new file that only its owner can read. */
  void write(Path temporary, byte[] bytes) throws IOException {
    FileAttribute<?>[] ownerOnly = isPosix(temporary)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
    try (FileChannel channel = FileChannel.open(
        temporary,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        ownerOnly)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** Gives a file the owner, group and permissions of another. */
  private static void makeAlike(Path model, Path temporary) throws IOException, RotationException {
    if (!isPosix(model)) {
      return;
    }
    PosixFileAttributes wanted =
        Files.readAttributes(model, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributeView view = Files.getFileAttributeView(
        temporary, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributes has = view.readAttributes();
    try {
      if (!has.owner().equals(wanted.owner())) {
        view.setOwner(wanted.owner());
      }
      if (!has.group().equals(wanted.group())) {
        view.setGroup(wanted.group());
      }
    } catch (FileSystemException refused) {
      throw new RotationException("it belongs to another user or group, to whom a new file can't be"
          + " given; run as its owner");
    }
    view.setPermissions(wanted.permissions());
  }

  private void requireUnchanged(String id, byte[] before) throws IOException, RotationException {
    byte[] now = new byte[0];
    try {
      now = read(id, before.length);
    } catch (FileSystemException another) {
      if (another instanceof NoSuchFileException || another instanceof AccessDeniedException) {
        throw another;
      }
      throw changed();
    }
    boolean same = Arrays.equals(now, before);
    Arrays.fill(now, (byte) 0);
    if (!same) {
      throw changed();
    }
  }

  static RotationException changed() {
    return new RotationException(
        "somebody else changes it at this moment; wait until that is done," + " and plan again");
  }

  void move(Path temporary, Path path) throws IOException {
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Writes down that a name leads to another file now. Windows has no such call. */
  private static void sync(Path folder) throws IOException {
    if (isPosix(folder)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static int names(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? (Integer) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
        : 1;
  }

  /** Returns what went wrong, for people. */
  static String problem(IOException failed) {
    if (failed instanceof NoSuchFileException) {
      return "it is not there any more";
    }
    if (failed instanceof AccessDeniedException) {
      return "no permission to read it, or to write in its folder; grant it";
    }
    if (failed instanceof ClosedByInterruptException) {
      return "its thread was interrupted";
    }
    return failed instanceof FileSystemException known && known.getReason() != null
        ? known.getReason()
        : failed.getClass().getSimpleName();
  }

  /** Returns the folder. */
  @Override
  public String toString() {
    return root.toString();
  }
}
