package dev.rekey.benchmarks.azure;

import dev.rekey.simulator.Simulator;
import dev.rekey.simulator.Throttling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The simulator in a process of its own, so that the client's CPU and heap are the client's alone. */
final class Server implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final PrintStream in;
  private final String cloud;

  private Server(Process process) throws IOException {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.cloud = answer();
  }

  /**
   * Starts it; when this returns, it answers.
   *
   * @param throttled whether it limits its callers as Azure does
   * @param folder where its certificate is put, as {@code ca.pem}, and the client's secret, as {@code
   *     secret}
   */
  static Server start(Tenant tenant, boolean throttled, Path folder) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("" + throttled, folder.toString()));
    arguments.addAll(tenant.arguments());
    return new Server(Jvm.start(Server.class, List.of("-Xmx2g"), arguments));
  }

  String cloud() {
    return cloud;
  }

  long leastRequests() throws IOException {
    in.println("least");
    return Long.parseLong(answer());
  }

  private String answer() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the simulator has ended");
    }
    return line;
  }

  @Override
  public void close() {
    in.close();
    process.destroy();
  }

  /** Serves until its standard input ends. */
  public static void main(String[] args) throws IOException {
    boolean throttled = Boolean.parseBoolean(args[0]);
    Path folder = Path.of(args[1]);
    try (Simulator azure = Simulator.of(Tenant.of(args, 2).seeded().scenario())
            .throttled(throttled ? Throttling.published() : Throttling.none().withoutGraphQuota())
            .start();
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Files.writeString(folder.resolve("ca.pem"), azure.certificatePem());
      Files.writeString(folder.resolve("secret"), azure.clientSecret(Tenant.CLIENT));
      System.out.println(azure.cloud());
      while (orders.readLine() != null) {
        System.out.println(azure.leastRequests());
      }
    }
  }
}
