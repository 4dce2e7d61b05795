package dev.rekey.detect.scan;

import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.AssetContext;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The files below a folder.
 *
 * <p>Walked with a stack of its own, so that depth costs heap and not the thread's stack; one folder's
 * names are held at a time for each level.
 */
final class Folder implements ContentSource {
  private static final AssetContext CONTEXT =
      AssetContext.unknown("a file does not tell where it is used");

  private final Path root;

  Folder(Path root) {
    this.root = root;
  }

  @Override
  public void read(Sink sink) throws IOException, InterruptedException {
    Deque<Path> rest = new ArrayDeque<>(); // The first is next.
    pushAll(rootChildren(), rest);
    while (!rest.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Path path = rest.removeFirst();
      visit(path, sink, rest);
    }
  }

  @Override
  public void reread(Place place, Sink sink) throws IOException, InterruptedException {
    requireFolder();
    String address = place.address();
    try {
      Path path = path(address);
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        sink.gap(address, new Outcome.Failed("it is a folder now"));
      } else {
        hand(path, address, attributes, sink);
      }
    } catch (IOException unreadable) {
      sink.gap(address, Unreadable.outcome(unreadable));
    }
  }

  /**
   * Returns the path of an address, which may come from a stored report: it must stay below the root,
   * through no symbolic link.
   */
  private Path path(String address) throws IOException {
    Path relative;
    try {
      relative = root.getFileSystem().getPath(address);
    } catch (InvalidPathException malformed) {
      throw new FileSystemException(address, null, "its address is not a path");
    }
    Path path = root;
    boolean out = relative.isAbsolute();
    for (Path segment : relative) {
      String name = segment.toString();
      out |= name.equals("..") || name.equals(".");
      out |= !path.equals(root) && Files.isSymbolicLink(path);
      path = path.resolve(segment);
    }
    if (out) {
      throw new FileSystemException(address, null, "its address leads out of the folder");
    }
    return path;
  }

  private List<Path> rootChildren() throws IOException {
    requireFolder();
    try {
      return children(root);
    } catch (AccessDeniedException denied) {
      throw new AccessDeniedException(
          root.toString(), null, "no permission to list the folder; grant it, or leave it out");
    }
  }

  private void requireFolder() throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(root, BasicFileAttributes.class);
    } catch (NoSuchFileException absent) {
      throw new NoSuchFileException(root.toString(), null, "no such folder; check the path");
    } catch (AccessDeniedException denied) {
      throw new AccessDeniedException(
          root.toString(), null, "no permission to reach the folder; grant it, or leave it out");
    }
    if (!attributes.isDirectory()) {
      throw new NotDirectoryException(root + ": not a folder; name the folder that holds it");
    }
  }

  private void visit(Path path, Sink sink, Deque<Path> rest) throws InterruptedException {
    String address = address(path);
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        pushAll(children(path), rest);
        return;
      }
    } catch (AccessDeniedException denied) {
      sink.gap(address, new Outcome.Refused("permission to list the folder"));
      return;
    } catch (IOException unreadable) {
      sink.gap(address, Unreadable.outcome(unreadable));
      return;
    }
    hand(path, address, attributes, sink);
  }

  private static void hand(Path path, String address, BasicFileAttributes attributes, Sink sink)
      throws InterruptedException {
    if (attributes.isSymbolicLink()) {
      sink.gap(address, new Outcome.Skipped("a symbolic link, which is not followed"));
    } else if (!attributes.isRegularFile()) {
      sink.gap(address, new Outcome.Skipped("a pipe, socket or device, which is not opened"));
    } else {
      sink.accept(Content.of(
          address,
          CONTEXT,
          () -> Channels.newInputStream(Files.newByteChannel(
              path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))));
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    Collections.sort(children);
    return children;
  }

  private static void pushAll(List<Path> children, Deque<Path> rest) {
    for (int i = children.size() - 1; i >= 0; i--) {
      rest.addFirst(children.get(i));
    }
  }

  private String address(Path path) {
    String relative = root.relativize(path).toString();
    return path.getFileSystem().getSeparator().equals("/")
        ? relative
        : relative.replace(path.getFileSystem().getSeparator(), "/");
  }
}
