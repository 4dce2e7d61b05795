package dev.rekey.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;

/** One listening port: reads a request, lets the faults have their way, answers and logs. */
final class Door {
  /** Stands for the status of a connection that is closed without an answer. */
  private static final int DROPPED = 0;

  private static final int LARGEST_BODY = 4 * 1024 * 1024;

  static {
    // The JDK's server sends headers and body apart, and Nagle's algorithm then costs 40 ms for
    // each
    // answer. Only this property turns it off; whoever has set it already keeps the choice.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final String service;
  private final HttpsServer server;
  private final Faults faults;
  private final RequestLog log;

  /** What answers here. */
  @FunctionalInterface
  interface Service {
    Reply answer(Call call);
  }

  private Door(String service, HttpsServer server, Faults faults, RequestLog log) {
    this.service = service;
    this.server = server;
    this.faults = faults;
    this.log = log;
  }

  /** Binds a free port of the loopback interface; nothing is answered before {@link #open}. */
  static Door bind(String service, SSLContext tls, Executor executor, Faults faults, RequestLog log)
      throws IOException {
    HttpsServer server = HttpsServer.create(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.setExecutor(executor);
    return new Door(service, server, faults, log);
  }

  String url() {
    return "https://localhost:" + server.getAddress().getPort() + "/";
  }

  /** Starts to answer; {@code stop} runs after the answer to a stop call has gone out. */
  void open(Service answering, Runnable stop) {
    server.createContext("/", exchange -> {
      if (handle(exchange, answering)) {
        stop.run();
      }
    });
    server.start();
  }

  void close() {
    server.stop(0);
  }

  /** Handles a request; returns whether it asked the simulator to stop. */
  private boolean handle(HttpExchange exchange, Service answering) throws IOException {
    try (exchange) {
      Call call = read(exchange);
      log.started();
      if (ControlPlane.owns(call)) {
        send(exchange, call, answering.answer(call));
        return ControlPlane.stops(call);
      }
      Reaction reaction = react(call, answering);
      Reply reply = reaction.reply();
      if (reply.status() == DROPPED) {
        log.add(call, 0);
        // Leaving without an answer makes the server close the connection.
        return false;
      }
      log.add(call, reply.status());
      if (reaction.cut()) {
        sendHalf(exchange, reply);
      } else {
        send(exchange, call, reply);
      }
      return false;
    }
  }

  /** What is answered, and whether only half of it. */
  private record Reaction(Reply reply, boolean cut) {}

  private Reaction react(Call call, Service answering) {
    Fault fault = faults.strike(call).orElse(null);
    if (fault == null) {
      return new Reaction(answer(call, answering), false);
    }
    return new Reaction(react(call, answering, fault), fault.effect() == Fault.Effect.CUT_AFTER);
  }

  private Reply react(Call call, Service answering, Fault fault) {
    return switch (fault.effect()) {
      case STATUS -> {
        faults.hit(fault);
        yield Reply.json(fault.status(), Json.object())
            .withAll(fault.headers())
            .withBody(fault.body());
      }
      case DROP_BEFORE -> {
        faults.hit(fault);
        yield Reply.empty(DROPPED);
      }
      case HOLD_BEFORE -> faults.hold(fault) ? answer(call, answering) : Reply.empty(DROPPED);
      case DROP_AFTER -> {
        answer(call, answering);
        faults.hit(fault);
        yield Reply.empty(DROPPED);
      }
      case HOLD_AFTER -> {
        Reply reply = answer(call, answering);
        faults.hold(fault);
        yield reply;
      }
      case CUT_AFTER -> {
        Reply reply = answer(call, answering);
        faults.hit(fault);
        yield reply;
      }
      case DELAY -> {
        faults.hit(fault);
        pause(fault.delayMillis());
        yield answer(call, answering);
      }
    };
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Reply answer(Call call, Service answering) {
    try {
      return answering.answer(call);
    } catch (Refusal refusal) {
      return refusal.reply();
    } catch (RuntimeException e) {
      // A defect of the simulator: named by type only, since a message could hold a value.
      return Reply.json(
          500,
          Json.error("SimulatorDefect", e.getClass().getName() + " at " + e.getStackTrace()[0]));
    }
  }

  private Call read(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    String path = uri.getRawPath() == null ? "/" : uri.getRawPath();
    if (uri.getScheme() == null && uri.getRawAuthority() != null) {
      // A request for "//a/b" is read as host "a": clients with a doubled slash send it.
      path = "//" + uri.getRawAuthority() + path;
    }
    String body =
        new String(exchange.getRequestBody().readNBytes(LARGEST_BODY), StandardCharsets.UTF_8);
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    InetSocketAddress remote = exchange.getRemoteAddress();
    return new Call(
        service,
        exchange.getRequestMethod(),
        path,
        query,
        exchange.getRequestHeaders(),
        body,
        remote.getAddress().getHostAddress() + ":" + remote.getPort());
  }

  private static void sendHalf(HttpExchange exchange, Reply reply) throws IOException {
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    byte[] body = reply.body().getBytes(reply.charset());
    exchange.sendResponseHeaders(reply.status(), Math.max(1, body.length));
    exchange.getResponseBody().write(body, 0, body.length / 2);
    // Leaving with bytes owed makes the server close the connection.
    exchange.getResponseBody().flush();
  }

  private static void send(HttpExchange exchange, Call call, Reply reply) throws IOException {
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    byte[] body = reply.body().getBytes(reply.charset());
    boolean bodiless = body.length == 0 || call.method().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : body.length);
    if (!bodiless) {
      exchange.getResponseBody().write(body);
    }
  }
}
