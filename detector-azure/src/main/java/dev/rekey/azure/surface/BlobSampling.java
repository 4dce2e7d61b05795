package dev.rekey.azure.surface;

import dev.rekey.azure.BlobClient.Blob;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which blobs of each container are read, and how much of each. What is left out is counted, and is a
 * gap of the container. Immutable and thread-safe.
 *
 * @param names what the last part of a blob's name may be, letter case aside: {@code *} is any number of
 *     characters and {@code ?} is one, as in {@code *.json}; {@code *} alone is all
 * @param largest the largest blob that is read, in bytes; of an append blob only what is new counts
 * @param most how many blobs are read in each container
 * @param listed how many blobs are listed in each container, 5000 by one request
 * @param changedSince only blobs that were written to at this time or later; empty is all
 * @param bytes how many bytes are read of each blob, from its start, by one ranged request
 */
public record BlobSampling(
    List<String> names,
    long largest,
    int most,
    int listed,
    Optional<Instant> changedSince,
    int bytes) {
  private static final int MOST_BYTES = 32 << 20;

  /**
   * Names that configuration, scripts, keys and state have; 1 MiB at most, all of which is read; 100
   * blobs in each container, of the first 50,000.
   */
  public static final BlobSampling DEFAULT = new BlobSampling(
      List.of(
          ".env",
          "*.env",
          "*.json",
          "*.yml",
          "*.yaml",
          "*.config",
          "*.properties",
          "*.ini",
          "*.tfstate",
          "*.tfvars",
          "*.pem",
          "*.pfx",
          "*.ps1",
          "*.sh",
          "*.bicepparam",
          "*.publishsettings"),
      1 << 20,
      100,
      50_000,
      Optional.empty(),
      1 << 20);

  /**
   * Copies the names.
   *
   * @throws IllegalArgumentException if there is no name, a number is not positive, or more than 32 MiB
   *     of each blob are to be read, which are in memory while they are scanned
   */
  public BlobSampling {
    names = List.copyOf(names);
    Objects.requireNonNull(changedSince, "changedSince");
    if (names.isEmpty() || names.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("say which names are read; * is all");
    }
    if (largest < 1 || most < 1 || listed < 1 || bytes < 1 || bytes > MOST_BYTES) {
      throw new IllegalArgumentException("sizes and numbers are positive, and at most " + MOST_BYTES
          + " bytes of each blob are read: " + largest + ", " + most + ", " + listed + ", "
          + bytes);
    }
  }

  /** Returns it with other names. */
  public BlobSampling names(String... globs) {
    return new BlobSampling(List.of(globs), largest, most, listed, changedSince, bytes);
  }

  /** Returns it with another largest size, in bytes. */
  public BlobSampling largest(long size) {
    return new BlobSampling(names, size, most, listed, changedSince, bytes);
  }

  /** Returns it with another number of blobs that are read in each container. */
  public BlobSampling most(int blobs) {
    return new BlobSampling(names, largest, blobs, listed, changedSince, bytes);
  }

  /** Returns it with another number of blobs that are listed in each container. */
  public BlobSampling listed(int blobs) {
    return new BlobSampling(names, largest, most, blobs, changedSince, bytes);
  }

  /** Returns it for blobs that were written to at a time or later. */
  public BlobSampling changedSince(Instant time) {
    return new BlobSampling(names, largest, most, listed, Optional.of(time), bytes);
  }

  /** Returns it with another number of bytes that are read of each blob. */
  public BlobSampling bytes(int each) {
    return new BlobSampling(names, largest, most, listed, changedSince, each);
  }

  /** Tells which blobs it wants. */
  Choice choice() {
    return new Choice(names.stream().map(BlobSampling::pattern).toList(), largest, changedSince);
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (String part : glob.toLowerCase(Locale.ROOT).split("(?<=[*?])|(?=[*?])", -1)) {
      regex.append(part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /** The sampling, made ready. */
  record Choice(List<Pattern> names, long largest, Optional<Instant> changedSince) {
    /**
     * Whether a blob is to be read.
     *
     * @param known how many bytes of it need not be read
     */
    boolean wants(Blob blob, long known) {
      String last =
          blob.name().substring(blob.name().lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
      boolean old = changedSince
          .filter(since -> blob.changed().filter(at -> at.isBefore(since)).isPresent())
          .isPresent();
      return !old
          && blob.length() - known <= largest
          && names.stream().anyMatch(name -> name.matcher(last).matches());
    }
  }
}
