package dev.rekey.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An ARM that answers as it was told, in order, and remembers what it was asked. */
public final class FakeArm implements HttpClient {
  public static final String TOKEN = "token-that-must-not-be-shown";
  public static final TokenCredential CREDENTIAL =
      request -> Mono.just(new AccessToken(TOKEN, OffsetDateTime.MAX));

  public final List<HttpRequest> asked = new ArrayList<>();
  public final List<Duration> pauses = new ArrayList<>();
  private final Deque<Function<HttpRequest, HttpResponse>> answers = new ArrayDeque<>();
  private volatile @Nullable Function<HttpRequest, HttpResponse> rest;

  /** Starts an ARM that expects no question. */
  public FakeArm() {}

  public FakeArm answers(int status, String body, String... headers) {
    answers.add(request -> new Response(request, status, body, headers));
    return this;
  }

  public FakeArm breaks() {
    answers.add(request -> {
      throw new UncheckedIOException(new IOException("connection reset"));
    });
    return this;
  }

  public FakeArm throwing(RuntimeException failure) {
    answers.add(request -> {
      throw failure;
    });
    return this;
  }

  /** Answers everything that comes after what it was told to answer. */
  public void always(Function<HttpRequest, String> body) {
    rest = request -> new Response(request, 200, body.apply(request));
  }

  /** Forgets how everything is answered. */
  public void forget() {
    answers.clear();
    rest = null;
  }

  /** A client of this ARM that retries without waiting. */
  public ArmClient client() {
    return builder().build();
  }

  public ArmClient.Builder builder() {
    return ArmClient.builder()
        .credential(CREDENTIAL)
        .httpClient(this)
        .pause(pauses::add)
        .nanos(this::now);
  }

  /** Time stands still but for the pauses. */
  private long now() {
    return pauses.stream().mapToLong(Duration::toNanos).sum();
  }

  /** A tenant that has this ARM. */
  public AzureTenant tenant() {
    return AzureTenant.of("00000000-0000-0000-0000-000000000900", CREDENTIAL)
        .httpClient(this)
        .pause(pauses::add)
        .nanos(this::now)
        .build();
  }

  public List<String> lines() {
    return asked.stream()
        .map(request -> request.getHttpMethod() + " " + request.getUrl())
        .toList();
  }

  public String body(int index) {
    return asked.get(index).getBodyAsBinaryData() == null
        ? ""
        : asked.get(index).getBodyAsBinaryData().toString();
  }

  public @Nullable String header(int index, String name) {
    return asked.get(index).getHeaders().getValue(HttpHeaderName.fromString(name));
  }

  @Override
  public Mono<HttpResponse> send(HttpRequest request) {
    return Mono.fromCallable(() -> sendSync(request, Context.NONE));
  }

  @Override
  public synchronized HttpResponse sendSync(HttpRequest request, Context context) {
    asked.add(request);
    Function<HttpRequest, HttpResponse> answer = answers.isEmpty() ? rest : answers.poll();
    if (answer == null) {
      throw new AssertionError("not expected: " + lines().get(asked.size() - 1));
    }
    return answer.apply(request);
  }

  private static final class Response extends HttpResponse {
    private final int status;
    private final byte[] body;
    private final HttpHeaders headers = new HttpHeaders();

    Response(HttpRequest request, int status, String body, String... pairs) {
      super(request);
      this.status = status;
      this.body = body.getBytes(StandardCharsets.UTF_8);
      headers.set(HttpHeaderName.X_MS_REQUEST_ID, "request-" + status);
      for (int i = 0; i < pairs.length; i += 2) {
        headers.set(HttpHeaderName.fromString(pairs[i]), pairs[i + 1]);
      }
    }

    @Override
    public int getStatusCode() {
      return status;
    }

    @Override
    @Deprecated
    public @Nullable String getHeaderValue(String name) {
      return headers.getValue(HttpHeaderName.fromString(name));
    }

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }

    @Override
    public Flux<ByteBuffer> getBody() {
      return Flux.just(ByteBuffer.wrap(body));
    }

    @Override
    public Mono<byte[]> getBodyAsByteArray() {
      return Mono.just(body);
    }

    @Override
    public Mono<String> getBodyAsString() {
      return getBodyAsString(StandardCharsets.UTF_8);
    }

    @Override
    public Mono<String> getBodyAsString(Charset charset) {
      return Mono.just(new String(body, charset));
    }
  }
}
