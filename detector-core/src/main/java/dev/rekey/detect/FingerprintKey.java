package dev.rekey.detect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * The key under which secret values are fingerprinted.
 *
 * <p>Whoever holds it can test guesses against fingerprints, so it deserves the care of the secrets
 * themselves. Fingerprints compare only under one key: keep it where baselines, journals and
 * inventories must be compared over time. There is no built-in key.
 *
 * <p>Immutable and thread-safe.
 */
public final class FingerprintKey {
  private static final int LENGTH = 32;
  private static final int LONGEST_FILE = 4096;

  /** Of SHA-256, in bytes. */
  private static final int BLOCK = 64;

  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  /** As HMAC uses it: a block, the key in front, zeros after it. */
  private final byte[] block;

  /** Digests that have taken the block, padded. They are only copied, which any threads may do. */
  private final MessageDigest inner;

  private final MessageDigest outer;
  private final String id;

  private FingerprintKey(byte[] key) {
    this.block = Arrays.copyOf(key.length > BLOCK ? sha256().digest(key) : key, BLOCK);
    this.inner = begun(INNER);
    this.outer = begun(OUTER);
    this.id = HexFormat.of()
        .formatHex(hmac("rekey fingerprint key id".getBytes(StandardCharsets.US_ASCII)), 0, 8);
  }

  /** Returns a new random key, for fingerprints that need not be compared with another run's. */
  public static FingerprintKey random() {
    byte[] bytes = new byte[LENGTH];
    new SecureRandom().nextBytes(bytes);
    return new FingerprintKey(bytes);
  }

  /**
   * Returns the key with the given bytes, which are copied.
   *
   * @throws IllegalArgumentException if there are fewer than 32 bytes
   */
  public static FingerprintKey of(byte[] bytes) {
    if (bytes.length < LENGTH) {
      throw new IllegalArgumentException(
          "a fingerprint key has at least 32 bytes, not " + bytes.length);
    }
    return new FingerprintKey(bytes.clone());
  }

  /**
   * Returns the key in a file, which is made with a random key, readable by its owner only, if it
   * does not exist.
   *
   * @throws IOException if the file can't be read or made, or holds no key
   */
  public static FingerprintKey file(Path file) throws IOException {
    try {
      return read(file);
    } catch (NoSuchFileException absent) {
      byte[] bytes = new byte[LENGTH];
      new SecureRandom().nextBytes(bytes);
      try {
        createOwnerOnly(file, bytes);
      } catch (FileAlreadyExistsException another) {
        return read(file); // Another process was first: its key counts.
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
      return read(file);
    }
  }

  private static FingerprintKey read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(LONGEST_FILE), StandardCharsets.ISO_8859_1);
      bytes = HexFormat.of().parseHex(text.strip());
    } catch (IllegalArgumentException malformed) {
      throw new IOException(notAKey(file)); // Without the cause: its message quotes the file.
    }
    if (bytes.length < LENGTH) {
      throw new IOException(notAKey(file));
    }
    return new FingerprintKey(bytes);
  }

  private static String notAKey(Path file) {
    return file
        + " is not a fingerprint key (at least 64 hexadecimal digits); restore it, or delete it to"
        + " start with a new key, under which no earlier fingerprint compares";
  }

  /** Writes a whole file at once under its name, so that no other process reads half a key. */
  private static void createOwnerOnly(Path file, byte[] bytes) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly = posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(
              Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
        }
        : new FileAttribute<?>[0];
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder, new LinkOption[0])) {
      throw new NoSuchFileException(file.toString(), null, "its folder does not exist");
    }
    Path written = Files.createTempFile(folder, ".fingerprint-key", ".tmp", ownerOnly);
    try {
      Files.writeString(
          written, HexFormat.of().formatHex(bytes) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
      Files.createLink(file, written);
    } catch (FileAlreadyExistsException another) {
      throw another;
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      Files.move(written, file); // Some file systems have no links; never replaces.
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /** Returns the id of this key: 16 hexadecimal digits that tell nothing about it. */
  public String id() {
    return id;
  }

  /**
   * Returns the fingerprint of a secret's value.
   *
   * @throws IllegalStateException if the secret is no longer open
   */
  public Fingerprint fingerprint(Secret secret) {
    return secret.withBytes(this::fingerprint);
  }

  Fingerprint fingerprint(byte[] canonical) {
    return new Fingerprint(id, Hex.of(hmac(canonical)));
  }

  /**
   * HMAC (RFC 2104) over SHA-256. The JDK's own does the same, but to ask for a {@code Mac} first
   * loads all security providers and the policies of its cipher framework: in a fresh JVM that takes
   * longer than to load all rules.
   */
  private byte[] hmac(byte[] message) {
    byte[] digest = copy(inner, INNER).digest(message);
    return copy(outer, OUTER).digest(digest);
  }

  /** Copies a digest, or where a security provider's can't be copied, begins another. */
  private MessageDigest copy(MessageDigest begun, byte pad) {
    try {
      return (MessageDigest) begun.clone();
    } catch (CloneNotSupportedException unable) {
      return begun(pad);
    }
  }

  private MessageDigest begun(byte pad) {
    byte[] padded = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      padded[i] = (byte) (block[i] ^ pad);
    }
    MessageDigest sha = sha256();
    sha.update(padded);
    return sha;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Returns the id, never the key. */
  @Override
  public String toString() {
    return "FingerprintKey(" + id + ")";
  }
}
