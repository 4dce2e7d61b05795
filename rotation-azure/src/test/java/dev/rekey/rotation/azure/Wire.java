package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** What carries the requests of a test: it remembers them, and lets the process die with one. */
final class Wire implements HttpClient {
  /** Stands for a process that is killed: nothing that catches exceptions sees it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A request as it was sent. */
  record Sent(String line, String authorization, String correlation, String body) {}

  private final HttpClient inner;
  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private volatile Predicate<String> lethal = line -> false;
  private volatile Consumer<String> afterwards = line -> {};
  private final AtomicInteger untilDeath = new AtomicInteger();
  private volatile boolean answered;
  private volatile Predicate<Sent> counted = request -> true;

  Wire(HttpClient inner) {
    this.inner = inner;
  }

  /** Kills whoever sends a request whose answer is lost, if its method and URL match. */
  void killOnLostAnswer(String regex) {
    lethal = line -> line.matches(regex);
  }

  /** Does something once, right after the nth answer to what matches has come. */
  void afterAnswer(String regex, int nth, Runnable action) {
    AtomicInteger left = new AtomicInteger(nth);
    afterwards = line -> {
      if (line.matches(regex) && left.decrementAndGet() == 0) {
        action.run();
      }
    };
  }

  /** Does something right after each answer to what matches, but not after what that does itself. */
  void afterEachAnswer(String regex, Runnable action) {
    AtomicBoolean busy = new AtomicBoolean();
    afterwards = line -> {
      if (line.matches(regex) && busy.compareAndSet(false, true)) {
        action.run();
        busy.set(false);
      }
    };
  }

  /** Kills whoever sends the nth of these requests: before it is sent, or when it is answered. */
  void killAt(int nth, boolean whenAnswered, Predicate<Sent> ofThese) {
    counted = ofThese;
    answered = whenAnswered;
    untilDeath.set(nth);
  }

  void heal() {
    untilDeath.set(0);
    lethal = line -> false;
  }

  List<Sent> sent(String regex) {
    return sent.stream().filter(request -> request.line().matches(regex)).toList();
  }

  @Override
  public Mono<HttpResponse> send(HttpRequest request) {
    return Mono.fromCallable(() -> sendSync(request, Context.NONE));
  }

  @Override
  public HttpResponse sendSync(HttpRequest request, Context context) {
    String line = request.getHttpMethod() + " " + request.getUrl();
    Sent now = new Sent(
        line,
        header(request, "Authorization"),
        header(request, "x-ms-correlation-request-id"),
        request.getBodyAsBinaryData() == null
            ? ""
            : request.getBodyAsBinaryData().toString());
    boolean last = untilDeath.get() > 0 && counted.test(now) && untilDeath.decrementAndGet() == 0;
    if (last && !answered) {
      throw new Killed();
    }
    sent.add(now);
    try {
      HttpResponse response = inner.sendSync(request, context);
      if (last) {
        response.close();
        throw new Killed();
      }
      afterwards.accept(line);
      return response;
    } catch (RuntimeException lost) {
      if (lethal.test(line)) {
        throw new Killed();
      }
      throw lost;
    }
  }

  private static String header(HttpRequest request, String name) {
    String value = request.getHeaders().getValue(HttpHeaderName.fromString(name));
    return value == null ? "" : value;
  }
}
