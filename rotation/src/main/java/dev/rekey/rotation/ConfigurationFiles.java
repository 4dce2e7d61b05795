package dev.rekey.rotation;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration files in a folder and the folders below it, as dependents: {@code .env} and {@code
 * .env.*}, {@code *.properties}, {@code *.json}, {@code *.yaml} and {@code *.yml}.
 *
 * <p>A file depends on a credential if one of its values holds it, bare or inside a longer value. Only
 * that is changed: comments, order, quotes, line ends and all else stay byte for byte. A value that is
 * seen and can't be written safely, such as the name of a field, a number, or a value whose quotes
 * can't hold the new one, is refused before anything is written. Comments are no values.
 *
 * <p>If one file can't be read, nobody can say whether it depends: so that is an error that names it,
 * not a gap. {@link #except} leaves out what is not wanted. Symbolic links are not followed; one that
 * leads out of the folder, or to a file that is not looked at by itself, is such an error too.
 *
 * <p>The ids are paths relative to the folder, with {@code /}, as {@link
 * dev.rekey.detect.scan.Sources#directory} writes its addresses. For several folders, take the one
 * that holds them all, and {@link #only}.
 *
 * <p>Immutable and thread-safe.
 */
public final class ConfigurationFiles implements DependentFinder {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFiles.class);
  private static final int LARGEST = 4 * 1024 * 1024;
  private static final int MOST = 10_000;
  private static final int TOLD = 10;

  private final Disk disk;
  private final Rewriter rewriter;
  private final List<PathMatcher> only;
  private final List<PathMatcher> except;
  private final int largest;
  private final int most;

  private ConfigurationFiles(
      Disk disk,
      Rewriter rewriter,
      List<PathMatcher> only,
      List<PathMatcher> except,
      int largest,
      int most) {
    this.disk = disk;
    this.rewriter = rewriter;
    this.only = only;
    this.except = except;
    this.largest = largest;
    this.most = most;
  }

  /**
   * Returns the files in a folder: 10,000 at most, each of 4 MiB at most.
   *
   * @param detector finds credentials in values; it fingerprints with the rotation's key
   */
  public static ConfigurationFiles in(Path folder, Detector detector) {
    return on(new Disk(folder), detector);
  }

  static ConfigurationFiles on(Disk disk, Detector detector) {
    return new ConfigurationFiles(
        disk, new Rewriter(detector), List.of(), List.of(), LARGEST, MOST);
  }

  /**
   * Returns those of the files whose paths match one of some globs, such as {@code config/**}.
   *
   * @throws IllegalArgumentException if one is no glob, as {@link FileSystem#getPathMatcher} says
   */
  public ConfigurationFiles only(String... globs) {
    return new ConfigurationFiles(disk, rewriter, matchers(globs), except, largest, most);
  }

  /**
   * Returns these files without those whose paths, or whose folders' paths, match one of some globs,
   * such as {@code **}{@code /node_modules}. They are not read: whether they use a credential is not
   * known.
   *
   * @throws IllegalArgumentException if one is no glob, as {@link FileSystem#getPathMatcher} says
   */
  public ConfigurationFiles except(String... globs) {
    return new ConfigurationFiles(disk, rewriter, only, matchers(globs), largest, most);
  }

  /**
   * Returns the same with other limits, beyond which it is an error.
   *
   * @param bytes of one file
   * @param files that are read
   * @throws IllegalArgumentException if one is not positive
   */
  public ConfigurationFiles limits(int bytes, int files) {
    if (bytes <= 0 || files <= 0) {
      throw new IllegalArgumentException("limits are positive");
    }
    return new ConfigurationFiles(disk, rewriter, only, except, bytes, files);
  }

  private List<PathMatcher> matchers(String... globs) {
    FileSystem system = disk.root().getFileSystem();
    List<PathMatcher> matchers = new ArrayList<>();
    for (String glob : globs) {
      matchers.add(system.getPathMatcher("glob:" + glob));
      if (glob.startsWith("**/")) { // Which wants a folder; in the folder itself there is none.
        matchers.add(system.getPathMatcher("glob:" + glob.substring("**/".length())));
      }
    }
    return List.copyOf(matchers);
  }

  @Override
  public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
    Walk walk = new Walk();
    walk.walk();
    List<Dependent> using = new ArrayList<>();
    for (ConfigurationFile file : walk.files) {
      try {
        requireNotInterrupted();
        if (file.observe().contains(fingerprint)) {
          using.add(file);
        }
      } catch (RotationException unreadable) {
        if (!isGone(file.id())) {
          walk.problems.add(unreadable.problem());
        }
      }
    }
    requireNotInterrupted();
    walk.requireNoProblems();
    return using;
  }

  @Override
  public Dependent dependent(String id) throws RotationException {
    String what = "file " + ConfigurationFile.plain(id) + ": ";
    try {
      Path path = disk.path(id);
      Optional<ConfigurationFile> file = selected(path);
      if (file.isEmpty() || !file.get().id().equals(id) || isLeftOut(path)) {
        throw new RotationException(what + "it is not among the files that are looked at");
      }
      if (!Disk.attributes(path).isRegularFile()) {
        throw new RotationException(what + "it is not a file any more");
      }
      return file.get();
    } catch (IOException unreachable) {
      throw new RotationException(what + Disk.problem(unreachable));
    }
  }

  /** Returns the file of a path if its name and its place are among those that are looked at. */
  private Optional<ConfigurationFile> selected(Path path) {
    Path relative = disk.root().relativize(path);
    String name = String.valueOf(path.getFileName());
    if (Disk.isTemporary(name) || (!only.isEmpty() && !matches(only, relative))) {
      return Optional.empty();
    }
    return FileFormat.of(name)
        .map(format -> new ConfigurationFile(disk, largest, rewriter, format, disk.id(path)));
  }

  /** Whether a path, or a folder on the way to it, is left out. */
  private boolean isLeftOut(Path path) {
    Path relative = disk.root().relativize(path);
    for (int i = 1; i <= relative.getNameCount(); i++) {
      if (matches(except, relative.subpath(0, i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(List<PathMatcher> matchers, Path relative) {
    return matchers.stream().anyMatch(matcher -> matcher.matches(relative));
  }

  private boolean isGone(String id) {
    try {
      Disk.attributes(disk.path(id));
      return false;
    } catch (NoSuchFileException gone) {
      return true;
    } catch (IOException unknown) {
      return false;
    }
  }

  private static void requireNotInterrupted() throws RotationException {
    if (Thread.currentThread().isInterrupted()) {
      throw new RotationException("looking for configuration files was interrupted");
    }
  }

  /** Returns the folder. */
  @Override
  public String toString() {
    return "ConfigurationFiles(" + disk + ")";
  }

  /** A look at what there is, with a stack of its own. Not thread-safe. */
  private final class Walk {
    private final List<ConfigurationFile> files = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Deque<Path> rest = new ArrayDeque<>(); // The first is next.

    void walk() throws RotationException {
      try {
        pushAll(disk.children(disk.root()));
      } catch (IOException unreadable) {
        throw new RotationException("folder " + ConfigurationFile.plain(disk.toString()) + ": "
            + Disk.problem(unreadable) + "; check the path and the permission to list it");
      }
      while (!rest.isEmpty()) {
        requireNotInterrupted();
        Path path = rest.removeFirst();
        try {
          visit(path);
        } catch (NoSuchFileException gone) {
          // Whoever is not there depends on nothing.
        } catch (IOException unreadable) {
          problems.add(shown(path) + ": " + Disk.problem(unreadable));
        }
      }
    }

    private void visit(Path path) throws IOException, RotationException {
      if (isLeftOut(path)) {
        return;
      }
      BasicFileAttributes attributes = Disk.attributes(path);
      if (attributes.isDirectory()) {
        pushAll(disk.children(path));
        return;
      }
      if (attributes.isSymbolicLink()) {
        visitLink(path);
        return;
      }
      if (Disk.isTemporary(String.valueOf(path.getFileName()))) {
        LOG.warn(
            "{} was left by a run that was killed, and holds a secret: resume that run, or delete"
                + " it",
            shown(path));
        return;
      }
      Optional<ConfigurationFile> file = selected(path);
      if (file.isPresent()) {
        if (files.size() == most) {
          throw new RotationException("more than " + most + " configuration files in "
              + ConfigurationFile.plain(disk.toString())
              + ": name some with only or except, or raise the limit");
        }
        files.add(file.get());
      }
    }

    /** A link is not followed: is what it leads to looked at by itself? */
    private void visitLink(Path link) throws IOException {
      Path real = link.toRealPath(); // Not there if it leads nowhere.
      boolean folder = Files.isDirectory(real);
      if (!folder && selected(link).isEmpty()) {
        return;
      }
      if (!isSeenItself(real, folder)) {
        problems.add(shown(link) + ": a symbolic link to what is not looked at by itself");
      }
    }

    private boolean isSeenItself(Path real, boolean folder) throws IOException {
      Path realRoot = disk.root().toRealPath();
      if (!real.startsWith(realRoot)) {
        return false;
      }
      Path inside = disk.root().resolve(realRoot.relativize(real));
      return !isLeftOut(inside) && (folder || selected(inside).isPresent());
    }

    private void pushAll(List<Path> children) {
      for (int i = children.size() - 1; i >= 0; i--) {
        rest.addFirst(children.get(i));
      }
    }

    private String shown(Path path) {
      return "file " + ConfigurationFile.plain(disk.id(path));
    }

    void requireNoProblems() throws RotationException {
      if (!problems.isEmpty()) {
        List<String> told = problems.subList(0, Math.min(TOLD, problems.size()));
        String more = problems.size() > TOLD ? "; and " + (problems.size() - TOLD) + " more" : "";
        throw new RotationException("files in " + ConfigurationFile.plain(disk.toString())
            + " can't be read, and may use the credential: " + String.join("; ", told) + more
            + ". Mend them, or leave them out with except");
      }
    }
  }
}
