package dev.rekey.detect.scan;

import java.nio.file.Path;

/** The sources of contents that come with the core. */
public final class Sources {
  private Sources() {}

  /**
   * Returns a source of the files in a folder and the folders below it, in the order of their names.
   *
   * <p>Everything that is no folder is a content or a gap: symbolic links are skipped, not followed;
   * pipes, sockets and devices are skipped, not opened. Addresses are relative to the folder and
   * {@code /}-separated.
   */
  public static ContentSource directory(Path folder) {
    return new Folder(folder);
  }
}
