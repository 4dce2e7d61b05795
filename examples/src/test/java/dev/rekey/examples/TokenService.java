package dev.rekey.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service that makes tokens, over HTTP on the loopback interface, with what can go wrong there. */
public final class TokenService implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int BYTES = 30;

  /** What goes wrong with the next change. */
  public enum Trouble {
    /** It is not made, and not answered. */
    LOST_REQUEST,
    /** It is made, and not answered. */
    LOST_ANSWER,
    /** It is refused for the moment. */
    BUSY
  }

  private record Token(String text, String attempt) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Map<String, Token> tokens = new TreeMap<>();
  private final Random random;
  private Optional<Trouble> trouble = Optional.empty();
  private int made;

  /** Starts it on a free port. */
  public TokenService(long seed) throws IOException {
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true"); // Else each answer takes 40 ms.
    }
    random = new Random(seed);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Returns its address. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Lets the next change go wrong. */
  public synchronized void arrange(Trouble next) {
    trouble = Optional.of(next);
  }

  /** Lets nothing go wrong any more. */
  public synchronized void mend() {
    trouble = Optional.empty();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getPath();
      Optional<String> answer = answer(exchange, method, path, body);
      if (answer.isPresent()) {
        byte[] bytes = answer.get().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  /** Empty where there is nothing more to be said. */
  private synchronized Optional<String> answer(
      HttpExchange exchange, String method, String path, String body) throws IOException {
    boolean changes = method.equals("DELETE") || path.equals("/tokens") && method.equals("POST");
    Optional<Trouble> now = changes ? trouble : Optional.empty();
    if (now.isPresent()) {
      mend();
    }
    if (now.filter(Trouble.BUSY::equals).isPresent()) {
      exchange.sendResponseHeaders(503, -1);
      return Optional.empty();
    }
    if (now.filter(Trouble.LOST_REQUEST::equals).isPresent()) {
      return Optional.empty();
    }
    Optional<String> answer = answer(method, path, attempt(exchange), body);
    if (answer.isEmpty()) {
      exchange.sendResponseHeaders(404, -1);
    }
    return now.isPresent() ? Optional.empty() : answer;
  }

  private static String attempt(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("").replace("for=", "");
  }

  private Optional<String> answer(String method, String path, String attempt, String body) {
    switch (method + " " + path) {
      case "GET /tokens" -> {
        StringBuilder names = new StringBuilder();
        tokens.forEach((name, token) -> {
          if (attempt.isEmpty() || token.attempt().equals(attempt)) {
            names.append(name).append('\n');
          }
        });
        return Optional.of(names.toString());
      }
      case "POST /tokens" -> {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String text = Base64.getUrlEncoder().encodeToString(bytes);
        tokens.put("t" + ++made, new Token(text, attempt));
        return Optional.of("t" + made + "\n" + text);
      }
      case "POST /try" -> {
        boolean good = tokens.values().stream().anyMatch(token -> token.text().equals(body));
        return Optional.of(good ? "good" : "unknown token");
      }
      default -> {
        String name = path.replace("/tokens/", "");
        return method.equals("DELETE") && tokens.remove(name) != null
            ? Optional.of("")
            : Optional.empty();
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
