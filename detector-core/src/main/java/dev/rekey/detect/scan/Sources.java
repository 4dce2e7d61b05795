package dev.rekey.detect.scan;

import java.nio.file.Path;
import java.util.Objects;

/** The sources of contents that come with the core. */
public final class Sources {
  private Sources() {}

  /**
   * Returns a source of the files in a folder and the folders below it, in the order of their names.
   *
   * <p>Everything that is no folder is a content or a gap: symbolic links are skipped, not followed;
   * pipes, sockets and devices are skipped, not opened. A folder below it that can't be listed is a
   * gap. Addresses are relative to the folder and {@code /}-separated. Reading it again refuses
   * addresses that lead out of the folder, by {@code ..} or through a symbolic link. Immutable and
   * thread-safe; nothing is read before the source is.
   */
  public static ContentSource directory(Path folder) {
    return new Folder(Objects.requireNonNull(folder, "folder"));
  }
}
