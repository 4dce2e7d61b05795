package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/**
 * One configuration file, as a dependent.
 *
 * <p>A file has no condition for a write. So it is read, edited at the places of the values that hold
 * the credential, written beside itself, read again and compared, replaced by a rename, and read once
 * more. What can't be seen is a change between the second reading and the rename, which is lost, and a
 * writer that has the old file open all the while: freeze deployments while a rotation runs. The new
 * file has the owner, group and permissions of the old one; access lists and extended attributes are
 * not carried over.
 *
 * <p>The bytes are wiped after use; the text is a string, which can't be.
 */
final class ConfigurationFile implements Dependent {
  private final Disk disk;
  private final int largest;
  private final Rewriter rewriter;
  private final FileFormat format;
  private final String id;

  ConfigurationFile(Disk disk, int largest, Rewriter rewriter, FileFormat format, String id) {
    this.disk = disk;
    this.largest = largest;
    this.rewriter = rewriter;
    this.format = format;
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String label() {
    return "file " + plain(id);
  }

  @Override
  public Set<Fingerprint> observe() throws RotationException {
    byte[] bytes = read();
    try {
      return document(bytes).fingerprints(rewriter);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
    byte[] before = read();
    byte[] after = new byte[0];
    try {
      Document document = document(before);
      Document adopted = document.adopt(rewriter, replacement);
      if (adopted == document) {
        return;
      }
      after = adopted.bytes();
      disk.replace(id, before, after, attempt);
      byte[] now = read();
      boolean same = Arrays.equals(now, after);
      Arrays.fill(now, (byte) 0);
      if (!same) {
        throw Disk.changed();
      }
    } catch (IOException failed) {
      throw wrong(Disk.problem(failed));
    } catch (RotationException failed) {
      throw wrong(failed.problem());
    } finally {
      Arrays.fill(before, (byte) 0);
      Arrays.fill(after, (byte) 0);
    }
  }

  /** Checks what is in the file. Whether its application has read it since, a file does not tell. */
  @Override
  public void verify(Fingerprint expected) throws RotationException {
    if (!observe().contains(expected)) {
      throw new RotationException(label() + " does not hold the expected credential");
    }
  }

  @Override
  public PlannedCall describeAdopt() {
    return PlannedCall.of("replace " + plain(id) + " in " + plain(disk.toString())
        + " (only the value; its application has to read it again)");
  }

  private Document document(byte[] bytes) throws RotationException {
    try {
      return Document.of(format, bytes);
    } catch (RotationException malformed) {
      throw wrong(malformed.problem());
    }
  }

  private byte[] read() throws RotationException {
    try {
      return disk.read(id, largest);
    } catch (IOException unreadable) {
      throw wrong(Disk.problem(unreadable));
    }
  }

  private RotationException wrong(String problem) {
    return new RotationException(label() + ": " + problem);
  }

  /** Returns a path as it may be shown: names of files hold anything. */
  static String plain(String path) {
    return path.replaceAll("\\p{Cntrl}|[\\u0080-\\u009f\\u2028\\u2029]", "?");
  }

  @Override
  public String toString() {
    return label();
  }
}
