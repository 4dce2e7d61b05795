package dev.rekey.detect.scan;

import dev.rekey.detect.exposure.AssetContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/**
 * Something to scan: bytes under an address, and what surrounds them.
 *
 * <p>Immutable; {@link #open} may be called more than once where its source allows that.
 */
public final class Content {
  private final String address;
  private final AssetContext context;
  private final Opening opening;
  private final List<String> lineNames;

  private Content(String address, AssetContext context, Opening opening, List<String> lineNames) {
    this.address = Objects.requireNonNull(address, "address");
    this.context = Objects.requireNonNull(context, "context");
    this.opening = Objects.requireNonNull(opening, "opening");
    this.lineNames = List.copyOf(lineNames);
  }

  /** Opens the bytes of a content. */
  @FunctionalInterface
  public interface Opening {
    /**
     * Returns the bytes from the first; the caller closes the stream.
     *
     * @throws java.nio.file.AccessDeniedException if the permission is missing; its message names it
     * @throws IOException if the content can't be read
     */
    InputStream open() throws IOException;
  }

  /**
   * Returns a content.
   *
   * @param address a path relative to what is scanned, {@code /}-separated, or a resource id
   */
  public static Content of(String address, AssetContext context, Opening opening) {
    return new Content(address, context, opening, List.of());
  }

  /** Returns the same content with a name for each line: findings on the line carry it. */
  public Content withLineNames(List<String> names) {
    return new Content(address, context, opening, names);
  }

  /** Returns the address. */
  public String address() {
    return address;
  }

  /** Returns what surrounds it. */
  public AssetContext context() {
    return context;
  }

  /** Returns the name of a line, counted from 1, or an empty text where it has none. */
  public String nameOf(long line) {
    return line <= lineNames.size() ? lineNames.get((int) line - 1) : "";
  }

  /**
   * Opens the bytes; the caller closes the stream.
   *
   * @throws IOException if the content can't be read
   */
  public InputStream open() throws IOException {
    return opening.open();
  }

  /** Returns the address. */
  @Override
  public String toString() {
    return address;
  }
}
