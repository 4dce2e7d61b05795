package dev.rekey.azure.surface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.BlobClient.Blob;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * How far blobs have been scanned, so that a later scan leaves out what has not changed and reads append
 * blobs on from where they ended. Give it to {@link AzureSurface#blobs(BlobSampling, BlobOffsets)},
 * store {@link #toJson} after the scan, and {@link #parse} it before the next.
 *
 * <p>It holds names, marks and numbers, and nothing of what is in a blob. A blob counts as scanned once
 * its content was, also where the scan ends later before its time. Thread-safe; one scan at a time
 * should use it.
 */
public final class BlobOffsets {
  private static final int VERSION = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper(new JsonFactory());

  private final Map<Key, Offset> offsets = new ConcurrentSkipListMap<>();

  /** Starts with nothing scanned. */
  public BlobOffsets() {}

  /** Which blob; the account's id is in lower case. */
  private record Key(String account, String container, String name) implements Comparable<Key> {
    static Key of(String account, String container, String name) {
      return new Key(account.toLowerCase(Locale.ROOT), container, name);
    }

    @Override
    public int compareTo(Key other) {
      int order = account.compareTo(other.account);
      order = order == 0 ? container.compareTo(other.container) : order;
      return order == 0 ? name.compareTo(other.name) : order;
    }
  }

  /**
   * How far a blob was scanned.
   *
   * @param etag its mark then
   * @param created when it was made, as text: another one is another blob
   * @param end the bytes that were scanned
   * @param from where to read on, some way before the end
   * @param lines how many lines end before {@code from}
   */
  record Offset(String etag, String created, long end, long from, long lines) {
    static final Offset START = new Offset("", "", 0, 0, 0);

    /** Whether a blob is the same as then. */
    boolean isUnchanged(Blob blob) {
      return !etag.isEmpty() && etag.equals(blob.etag());
    }

    /** Whether a blob is the same one, and has grown at its end only. */
    boolean isContinuedBy(Blob blob) {
      return blob.appendable() && end <= blob.length() && created.equals(creation(blob));
    }
  }

  static String creation(Blob blob) {
    return blob.created().map(Instant::toString).orElse("");
  }

  Offset of(String account, String container, String name) {
    return Optional.ofNullable(offsets.get(Key.of(account, container, name))).orElse(Offset.START);
  }

  void put(String account, String container, String name, Offset offset) {
    offsets.put(Key.of(account, container, name), offset);
  }

  /** Returns of how many blobs it knows. */
  public int size() {
    return offsets.size();
  }

  /** Returns it as JSON, in the order of the blobs' names. */
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    json.putArray("blobs");
    offsets.forEach((key, offset) -> json.withArray("blobs")
        .addObject()
        .put("account", key.account())
        .put("container", key.container())
        .put("name", key.name())
        .put("etag", offset.etag())
        .put("created", offset.created())
        .put("end", offset.end())
        .put("from", offset.from())
        .put("lines", offset.lines()));
    return json.toString();
  }

  /**
   * Returns what was stored.
   *
   * @throws IllegalArgumentException if the text is no such JSON
   */
  public static BlobOffsets parse(String text) {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw none();
    }
    if (json == null
        || json.path("version").asInt() != VERSION
        || !json.path("blobs").isArray()) {
      throw none();
    }
    BlobOffsets offsets = new BlobOffsets();
    for (JsonNode blob : json.path("blobs")) {
      Offset offset = new Offset(
          text(blob, "etag"),
          text(blob, "created"),
          number(blob, "end"),
          number(blob, "from"),
          number(blob, "lines"));
      if (offset.from() > offset.end() || offset.lines() > offset.from()) {
        throw none();
      }
      offsets.put(text(blob, "account"), text(blob, "container"), text(blob, "name"), offset);
    }
    return offsets;
  }

  private static String text(JsonNode blob, String field) {
    if (!blob.path(field).isTextual()) {
      throw none();
    }
    return blob.path(field).asText();
  }

  private static long number(JsonNode blob, String field) {
    if (!blob.path(field).canConvertToLong() || blob.path(field).asLong() < 0) {
      throw none();
    }
    return blob.path(field).asLong();
  }

  private static IllegalArgumentException none() {
    return new IllegalArgumentException(
        "these are no offsets that were stored; start without them, and all is read");
  }

  /** Returns of how many blobs it knows. */
  @Override
  public String toString() {
    return offsets.size() + " blobs";
  }
}
