package dev.rekey.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the blob service of one storage account, by the rules of {@link ArmClient}. {@link
 * AzureTenant} makes it.
 *
 * <p>Lists are read page after page as their iterators are used, and one page is held. Immutable and
 * thread-safe, its iterators are not; there is nothing to close.
 */
public final class BlobClient {
  private static final String VERSION = "2023-11-03";
  private static final int MOST_ANSWER_BYTES = 64 << 20;
  private static final int PAGE = 5000;
  private static final int LONGEST_MARKER = 16 * 1024;
  private static final Pattern CONTAINER = Pattern.compile("\\$?[a-z0-9-]{1,63}");
  private static final DateTimeFormatter HTTP_TIME = DateTimeFormatter.ofPattern(
          "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);

  private final URI endpoint;
  private final Exchange exchange;
  private final int page;

  private BlobClient(URI endpoint, Exchange exchange, int page) {
    this.endpoint = endpoint;
    this.exchange = exchange;
    this.page = page;
  }

  /** Returns it reading lists in smaller pages. */
  BlobClient pageSize(int items) {
    return new BlobClient(endpoint, exchange, items);
  }

  static BlobClient of(
      URI endpoint,
      String audience,
      TokenCredential credential,
      Optional<HttpClient> client,
      List<HttpPipelinePolicy> policies,
      ReadRetries retries,
      Pause pause) {
    String scope = audience + "/.default";
    return new BlobClient(
        account(endpoint),
        new Exchange(
            Service.BLOBS,
            Exchange.pipeline(credential, client, scope, policies),
            scope,
            retries,
            MOST_ANSWER_BYTES,
            pause,
            Pace.free()),
        PAGE);
  }

  /** An emulator has the account in the path and not in the host. */
  private static URI account(URI endpoint) {
    String path = String.valueOf(endpoint.getPath()).replaceFirst("/$", "");
    if (!path.matches("(/[a-z0-9]{3,24})?")) {
      throw new IllegalArgumentException(
          "the endpoint of a blob service has no path, or one that is the name of the account");
    }
    return URI.create(Origin.of(endpoint.resolve("/")) + path);
  }

  /**
   * A container.
   *
   * @param name its name
   * @param publicAccess {@code container} where anybody may list and read it, {@code blob} where anybody
   *     may read, if the account allows that; else empty
   */
  public record Container(String name, String publicAccess) {
    /** Checks that nothing is null. */
    public Container {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(publicAccess, "publicAccess");
    }
  }

  /**
   * A blob as its list shows it.
   *
   * @param name its name, which may have slashes
   * @param length how many bytes it has
   * @param created when it was made, if that is shown
   * @param changed when it was last written to, if that is shown
   * @param etag its mark, without quotes: another one after each change
   * @param appendable whether it is an append blob, which only grows
   */
  public record Blob(
      String name,
      long length,
      Optional<Instant> created,
      Optional<Instant> changed,
      String etag,
      boolean appendable) {
    /** Checks that nothing is null. */
    public Blob {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(created, "created");
      Objects.requireNonNull(changed, "changed");
      Objects.requireNonNull(etag, "etag");
    }
  }

  /**
   * Lists all containers.
   *
   * @throws ArmException while the iterator is used, if the service does not answer, or not with a list,
   *     or its pages run in a circle
   */
  public Iterator<Container> containers() {
    return new Pages<>("/", Map.of("comp", "list"), page -> page.containers().iterator());
  }

  /**
   * Lists all blobs of a container, in the order of their names.
   *
   * @throws ArmException while the iterator is used, as {@link #containers} does
   * @throws IllegalArgumentException if that can't be the name of a container
   */
  public Iterator<Blob> blobs(String container) {
    return new Pages<>(
        "/" + named(container),
        Map.of("comp", "list", "restype", "container"),
        page -> page.blobs().iterator());
  }

  /**
   * Reads a part of a blob.
   *
   * @param from the first byte that is read, counted from 0
   * @param most how many bytes are read at most, 1 or more; fewer where the blob ends before
   * @param etag what the blob must still be; empty where that does not matter
   * @throws ArmException if the service does not answer with it; its status is 412 if the blob is
   *     another by now
   * @throws IllegalArgumentException if a name can't be that of a container or blob, or would lead to
   *     another one
   */
  public byte[] bytes(String container, String blob, long from, int most, String etag) {
    if (from < 0 || most < 1) {
      throw new IllegalArgumentException("a part starts at 0 or later and has a byte or more");
    }
    Map<String, String> headers = headers();
    headers.put("Accept", "*/*");
    headers.put("x-ms-range", "bytes=" + from + "-" + (from + most - 1));
    if (!etag.isEmpty()) {
      headers.put("If-Match", '"' + etag + '"');
    }
    Answer answer = exchange.read(
        request("/" + named(container) + ArmPath.blob(blob), Map.of()).headed(headers));
    byte[] bytes = answer.bytes().toBytes();
    boolean whole = answer.status() != 206;
    if (!whole && bytes.length <= most) {
      return bytes;
    }
    // A range that was not kept to: all of it came.
    int start = (int) Math.min(whole ? from : 0, bytes.length);
    byte[] part = new byte[Math.min(most, bytes.length - start)];
    System.arraycopy(bytes, start, part, 0, part.length);
    return part;
  }

  /** Looks at one blob, as a list shows it; empty where its container has none of that name. */
  public Optional<Blob> find(String container, String blob) {
    Iterator<Blob> listed = new Pages<>(
        "/" + named(container),
        Map.of("comp", "list", "restype", "container", "prefix", blob, "maxresults", "1"),
        page -> page.blobs().iterator());
    // In the order of names, what is the prefix itself comes first.
    return listed.hasNext()
        ? Optional.of(listed.next()).filter(first -> first.name().equals(blob))
        : Optional.empty();
  }

  /** Looks at one container; empty where the account has none of that name. */
  public Optional<Container> find(String container) {
    Iterator<Container> listed = new Pages<>(
        "/",
        Map.of("comp", "list", "prefix", named(container), "maxresults", "1"),
        page -> page.containers().iterator());
    return listed.hasNext()
        ? Optional.of(listed.next()).filter(first -> first.name().equals(container))
        : Optional.empty();
  }

  private static String named(String container) {
    if (!CONTAINER.matcher(container).matches()) {
      throw new IllegalArgumentException(
          "a container has a name of lower case letters, digits and hyphens");
    }
    return container;
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Accept", "application/xml");
    headers.put("x-ms-version", VERSION);
    headers.put("x-ms-date", HTTP_TIME.format(Instant.now()));
    return headers;
  }

  private ArmClient.Request request(String path, Map<String, String> query) {
    return new ArmClient.Request(
            HttpMethod.GET,
            endpoint + path + ArmPath.query(new TreeMap<>(query)),
            "GET " + endpoint.getHost() + path,
            MissingNode.getInstance(),
            ArmClient.newId())
        .wantingBytes();
  }

  /** What a page of a list is made into. */
  private interface Items<T> {
    Iterator<T> of(BlobPage page);
  }

  /** The items of a list, of which one page is held. */
  private final class Pages<T> implements Iterator<T> {
    private final String path;
    private final Map<String, String> query;
    private final Items<T> items;
    private final LoopGuard guard = new LoopGuard();
    private Iterator<T> read = Collections.emptyIterator();
    private Optional<String> marker = Optional.of("");

    Pages(String path, Map<String, String> query, Items<T> items) {
      this.path = path;
      this.query = new TreeMap<>(query);
      this.query.putIfAbsent("maxresults", Integer.toString(page));
      this.items = items;
    }

    @Override
    public boolean hasNext() {
      while (!read.hasNext() && marker.isPresent()) {
        if (!marker.get().isEmpty()) {
          query.put("marker", marker.get());
        }
        ArmClient.Request request = request(path, query).headed(headers());
        Answer answer = exchange.read(request);
        try {
          BlobPage next = BlobPage.of(answer.bytes().toBytes());
          marker = following(request, answer, next.marker());
          read = items.of(next);
        } catch (BlobPage.Malformed malformed) {
          throw Problem.unreadable(answer, request.operation(), malformed.why());
        }
      }
      return read.hasNext();
    }

    private Optional<String> following(ArmClient.Request request, Answer answer, String next) {
      if (next.isEmpty()) {
        return Optional.empty();
      }
      String objection =
          next.length() > LONGEST_MARKER ? "its marker is none" : guard.objection(next);
      if (!objection.isEmpty()) {
        throw Problem.unreadable(
            answer, request.operation(), "the list has a next page, but " + objection);
      }
      return Optional.of(next);
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return read.next();
    }
  }

  /** Shows the endpoint. */
  @Override
  public String toString() {
    return endpoint.toString();
  }
}
