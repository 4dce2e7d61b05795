package dev.rekey.detect.scan;

import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.AssetContext;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
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
    requireFolder();
    Deque<Path> rest = new ArrayDeque<>(); // The first is next.
    pushAll(children(root), rest);
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
    Path path;
    try {
      path = root.resolve(place.address()).normalize();
    } catch (InvalidPathException malformed) {
      sink.gap(place.address(), new Outcome.Failed("its address is not a path"));
      return;
    }
    if (!path.startsWith(root.normalize()) || throughLink(path)) {
      sink.gap(place.address(), new Outcome.Failed("its address leads out of " + root));
      return;
    }
    Deque<Path> below = new ArrayDeque<>();
    visit(path, sink, below);
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      sink.gap(place.address(), new Outcome.Failed("it is a folder now"));
    }
  }

  private void requireFolder() throws IOException {
    if (!Files.exists(root)) {
      throw new NoSuchFileException(root + ": no such folder; check the path");
    }
    if (!Files.isDirectory(root)) {
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
    } catch (NoSuchFileException gone) {
      sink.gap(address, new Outcome.Failed("it vanished while the folder was read"));
      return;
    } catch (IOException unreadable) {
      sink.gap(address, new Outcome.Failed(String.valueOf(unreadable.getMessage())));
      return;
    }
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

  private boolean throughLink(Path path) {
    for (Path p = path.getParent();
        p != null && p.startsWith(root) && !p.equals(root);
        p = p.getParent()) {
      if (Files.isSymbolicLink(p)) {
        return true;
      }
    }
    return false;
  }

  private String address(Path path) {
    String relative = root.relativize(path).toString();
    return path.getFileSystem().getSeparator().equals("/")
        ? relative
        : relative.replace(path.getFileSystem().getSeparator(), "/");
  }
}
