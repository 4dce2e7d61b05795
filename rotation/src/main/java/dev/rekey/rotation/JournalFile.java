package dev.rekey.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A journal in a file: one line of JSON for each entry, each with its own hash, taken over its bytes
 * up to that field, and with that of the line before.
 */
final class JournalFile implements RotationJournal {
  private static final String SCHEMA = "rekey.journal/1";
  private static final byte[] BEGINNING =
      ("{\"schema\":\"" + SCHEMA + "\",").getBytes(StandardCharsets.US_ASCII);
  private static final String FIRST = "0".repeat(64);
  private static final String HASH_FIELD = ",\"hash\":\"";
  private static final String LAST = "\"}";

  private final Path file;

  JournalFile(Path file) {
    this.file = file;
  }

  /**
   * What a file holds: its entries, the hash of its last whole line, where that ends, how many bytes of
   * a torn line follow, and what is wrong with the line after that.
   */
  private record Chain(
      List<JournalEntry> entries,
      String head,
      long length,
      long torn,
      Optional<JournalCheck.Broken> damage) {}

  @Override
  public Lease lease(String runId) {
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    RandomAccessFile lockedFile = open(lockFile);
    boolean leased = false;
    try {
      FileLock lock = lockedFile.getChannel().tryLock();
      if (lock == null) {
        throw held(runId);
      }
      FileLease lease = new FileLease(runId, lockedFile);
      leased = true;
      return lease;
    } catch (OverlappingFileLockException sameProcess) {
      throw held(runId);
    } catch (IOException unlockable) {
      throw new JournalException(
          lockFile + " can't be locked: " + unlockable.getMessage(), unlockable);
    } finally {
      if (!leased) {
        closeQuietly(lockedFile);
      }
    }
  }

  private JournalException held(String runId) {
    return new JournalException("another worker is writing to "
        + file
        + ": wait until it has ended, then resume run "
        + runId);
  }

  @Override
  public List<JournalEntry> entries(String runId) {
    return read().entries().stream()
        .filter(entry -> entry.runId().equals(runId))
        .toList();
  }

  @Override
  public List<String> unfinished() {
    Set<String> runs = new LinkedHashSet<>();
    for (JournalEntry entry : read().entries()) {
      if (entry.phase() == JournalEntry.Phase.STARTED) {
        runs.add(entry.runId());
      } else if (entry.phase() == JournalEntry.Phase.ENDED) {
        runs.remove(entry.runId());
      }
    }
    return List.copyOf(runs);
  }

  JournalCheck verify() {
    if (!Files.exists(file)) {
      throw new JournalException("there is no journal " + file);
    }
    Chain chain = readAsFarAsWhole();
    if (chain.damage().isPresent()) {
      return chain.damage().get();
    }
    int entries = chain.entries().size();
    return chain.torn() == 0
        ? new JournalCheck.Whole(entries, chain.head())
        : new JournalCheck.Torn(entries, chain.head(), chain.torn());
  }

  private Chain read() {
    if (!Files.exists(file)) {
      return new Chain(List.of(), FIRST, 0, 0, Optional.empty());
    }
    Chain chain = readAsFarAsWhole();
    if (chain.damage().isPresent()) {
      throw new JournalException(file
          + ":"
          + chain.damage().get().line()
          + ": not a journal as it was written: "
          + chain.damage().get().why()
          + ". Restore it; nothing is rotated by a journal that can't be trusted");
    }
    return chain;
  }

  private Chain readAsFarAsWhole() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new JournalException(file + " can't be read: " + unreadable.getMessage(), unreadable);
    }
    List<JournalEntry> entries = new ArrayList<>();
    String head = FIRST;
    int from = 0;
    Optional<JournalCheck.Broken> damage = Optional.empty();
    try {
      for (int to = 0; to < bytes.length; to++) {
        if (bytes[to] == '\n') {
          byte[] line = Arrays.copyOfRange(bytes, from, to);
          entries.add(parse(line, head, entries.size() + 1));
          head = hashIn(line);
          from = to + 1;
        }
      }
      requireTorn(Arrays.copyOfRange(bytes, from, bytes.length));
    } catch (IllegalArgumentException wrong) {
      damage = Optional.of(
          new JournalCheck.Broken(entries.size() + 1, String.valueOf(wrong.getMessage())));
    }
    return new Chain(List.copyOf(entries), head, from, bytes.length - from, damage);
  }

  /**
   * What follows the last line end is the beginning of a line, torn by a crash, which may leave zeros
   * for what it did not write. Nothing else is dropped, least of all somebody's other file.
   */
  private static void requireTorn(byte[] rest) {
    if (rest.length > 0 && isWhole(Arrays.copyOf(rest, rest.length - 1))) {
      throw new IllegalArgumentException("its line end was changed");
    }
    boolean begun = true;
    boolean zeros = true;
    for (int i = 0; i < rest.length; i++) {
      begun &= i >= BEGINNING.length || rest[i] == BEGINNING[i];
      zeros &= rest[i] == 0;
    }
    if (!begun && !zeros) {
      throw new IllegalArgumentException("it does not begin as a line of a journal does");
    }
  }

  private static boolean isForeign(byte[] line) {
    return !Arrays.equals(BEGINNING, Arrays.copyOf(line, Math.min(line.length, BEGINNING.length)));
  }

  private static JournalEntry parse(byte[] line, String previous, int number) {
    if (!isWhole(line)) {
      throw new IllegalArgumentException(
          isForeign(line)
              ? "it does not begin as a line of a journal does: another file, or it was changed"
              : "it was changed");
    }
    JsonNode node = Json.read("line " + number, new String(line, StandardCharsets.UTF_8));
    if (!Json.text(node, "schema").equals(SCHEMA)) {
      throw new IllegalArgumentException("it is not of the form " + SCHEMA);
    }
    if (!Json.text(node, "previous").equals(previous)) {
      throw new IllegalArgumentException(
          "the line before it was changed, removed or put in from elsewhere");
    }
    Map<String, String> facts = new TreeMap<>();
    node.path("facts")
        .properties()
        .forEach(f -> facts.put(f.getKey(), f.getValue().asText()));
    return JournalEntry.of(
        Json.text(node, "runId"),
        Json.number(node, "epoch"),
        Json.text(node, "step"),
        Json.choice(node, "phase", JournalEntry.Phase.class),
        facts,
        Json.time(node, "at"));
  }

  private static String format(JournalEntry entry, String previous) {
    ObjectNode node = Json.object();
    node.put("schema", SCHEMA);
    node.put("previous", previous);
    node.put("at", entry.at().toString());
    node.put("runId", entry.runId());
    node.put("epoch", entry.epoch());
    node.put("step", entry.step());
    node.put("phase", entry.phase().name());
    ObjectNode facts = node.putObject("facts");
    entry.facts().forEach(facts::put);
    String json = Json.write(node);
    String content = json.substring(0, json.length() - 1);
    return content + HASH_FIELD + sha256(content.getBytes(StandardCharsets.UTF_8)) + LAST;
  }

  /** Whether a line ends with the hash of what stands before that. */
  private static boolean isWhole(byte[] line) {
    int content = line.length - HASH_FIELD.length() - FIRST.length() - LAST.length();
    if (content < 0) {
      return false;
    }
    String hash = sha256(Arrays.copyOf(line, content));
    byte[] tail = (HASH_FIELD + hash + LAST).getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(Arrays.copyOfRange(line, content, line.length), tail);
  }

  private static String hashIn(byte[] wholeLine) {
    int to = wholeLine.length - LAST.length();
    return new String(wholeLine, to - FIRST.length(), FIRST.length(), StandardCharsets.US_ASCII);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /**
   * Opens a file for writing, made for its owner only. Not a channel, which an interrupt would close
   * in the middle of an entry.
   */
  private static RandomAccessFile open(Path path) {
    try {
      if (!Files.exists(path)) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
        Files.createFile(path, ownerOnly);
      }
    } catch (FileAlreadyExistsException another) {
      // Somebody was first; the lock decides who writes.
    } catch (IOException unwritable) {
      throw new JournalException(path + " can't be made: " + unwritable, unwritable);
    }
    try {
      return new RandomAccessFile(path.toFile(), "rw");
    } catch (IOException unwritable) {
      throw new JournalException(path + " can't be opened for writing: " + unwritable, unwritable);
    }
  }

  private static void closeQuietly(Closeable file) {
    try {
      file.close();
    } catch (IOException alreadyGone) {
      // The operating system frees the lock with the process at the latest.
    }
  }

  private final class FileLease implements Lease {
    private final RandomAccessFile lock;
    private final RandomAccessFile journal;
    private final long epoch;
    private String head;
    private boolean open = true;

    FileLease(String runId, RandomAccessFile lock) throws IOException {
      this.lock = lock;
      Chain chain = read();
      this.journal = open(file);
      journal.setLength(chain.length());
      journal.seek(chain.length());
      this.head = chain.head();
      this.epoch = 1
          + chain.entries().stream()
              .filter(entry -> entry.runId().equals(runId))
              .mapToLong(JournalEntry::epoch)
              .max()
              .orElse(0);
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public synchronized void append(JournalEntry entry) {
      if (!open) {
        throw new JournalException("the lease on run " + entry.runId() + " is closed");
      }
      String line = format(entry, head);
      try {
        journal.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        journal.getFD().sync();
      } catch (IOException unwritten) {
        open = false; // Half a line may stand there, which the next lease drops.
        throw new JournalException(
            file + " can't be written: " + unwritten.getMessage() + "; nothing more is called",
            unwritten);
      }
      head = hashIn(line.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void close() {
      open = false;
      closeQuietly(journal);
      closeQuietly(lock);
    }
  }
}
