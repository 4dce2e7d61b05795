package dev.rekey.rotation.azure.kill;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * HTTP/1.1 over TLS with connections that are kept, one for each host, of one thread; for requests
 * without a body that may be sent twice.
 *
 * <p>The JDK's client takes four times the processor for a request, and the dependents make hundreds in
 * a second beside a rotator that needs the processor too.
 */
final class Connections implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final SSLContext trust;
  private final Map<String, Connection> kept = new HashMap<>();

  Connections(SSLContext trust) {
    this.trust = trust;
  }

  /** An answer, whatever its status. */
  record Answer(int status, String body) {}

  private record Connection(Socket socket, InputStream in) {}

  Answer send(HttpRequest request) throws IOException {
    String authority = request.uri().getAuthority();
    Connection known = kept.get(authority);
    if (known != null) {
      try {
        return send(request, known);
      } catch (IOException closed) {
        close(authority); // The server closes those that it takes for idle.
      }
    }
    Connection fresh = open(request);
    kept.put(authority, fresh);
    try {
      return send(request, fresh);
    } catch (IOException failed) {
      close(authority);
      throw failed;
    }
  }

  private Connection open(HttpRequest request) throws IOException {
    Socket socket = trust
        .getSocketFactory()
        .createSocket(request.uri().getHost(), request.uri().getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return new Connection(socket, new BufferedInputStream(socket.getInputStream()));
  }

  private static Answer send(HttpRequest request, Connection connection) throws IOException {
    String query = request.uri().getRawQuery();
    StringBuilder head = new StringBuilder(request.method())
        .append(' ')
        .append(request.uri().getRawPath())
        .append(query == null ? "" : "?" + query)
        .append(" HTTP/1.1\r\nHost: ")
        .append(request.uri().getAuthority())
        .append("\r\nContent-Length: 0\r\n");
    request
        .headers()
        .map()
        .forEach((name, values) ->
            head.append(name).append(": ").append(values.get(0)).append("\r\n"));
    connection
        .socket()
        .getOutputStream()
        .write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    return read(connection.in());
  }

  private static Answer read(InputStream in) throws IOException {
    String[] status = line(in).split(" ", 3);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).trim());
      }
    }
    byte[] body = in.readNBytes(length);
    return new Answer(Integer.parseInt(status[1]), new String(body, StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private void close(String authority) throws IOException {
    Connection connection = kept.remove(authority);
    if (connection != null) {
      connection.socket().close();
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : kept.values()) {
      connection.socket().close();
    }
  }
}
