package dev.rekey.rotation.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import dev.rekey.azure.ArmClient;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An ARM that knows sites of any type, slots included, which the simulator has not. */
final class FakeSite implements HttpClient {
  final Map<String, String> documents = new TreeMap<>();
  final List<String> asked = new ArrayList<>();

  /** Sets what a GET of a path, or a POST of the path with {@code /list}, answers. */
  FakeSite with(String path, String document) {
    documents.put(path, document);
    return this;
  }

  ArmClient arm() {
    return ArmClient.builder()
        .credential(request -> Mono.just(new AccessToken("token", OffsetDateTime.MAX)))
        .httpClient(this)
        .build();
  }

  @Override
  public Mono<HttpResponse> send(HttpRequest request) {
    return Mono.fromCallable(() -> sendSync(request, Context.NONE));
  }

  @Override
  public HttpResponse sendSync(HttpRequest request, Context context) {
    String path = request.getUrl().getPath();
    asked.add(request.getHttpMethod() + " " + path);
    String document = path.replaceFirst("/list$", "");
    if (request.getHttpMethod().toString().equals("PUT")) {
      documents.put(document, request.getBodyAsBinaryData().toString());
    }
    String found = documents.get(document);
    return new Answer(request, found == null ? 404 : 200, found == null ? "{}" : found);
  }

  private static final class Answer extends HttpResponse {
    private final int status;
    private final byte[] body;

    Answer(HttpRequest request, int status, String body) {
      super(request);
      this.status = status;
      this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int getStatusCode() {
      return status;
    }

    @Override
    @Deprecated
    public String getHeaderValue(String name) {
      return getHeaders().getValue(HttpHeaderName.fromString(name));
    }

    @Override
    public HttpHeaders getHeaders() {
      return new HttpHeaders();
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
