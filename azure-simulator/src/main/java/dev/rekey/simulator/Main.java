package dev.rekey.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the simulator as a process of its own: {@code --scenario FILE --state FOLDER [--idle-minutes
 * N] [--throttling FILE] [--chance FILE]}. The last two are the JSON forms of {@link Throttling} and
 * {@link Chance}, which have the names of their record components.
 *
 * <p>Standard input gives the clients' secrets as one JSON object by client id, so that they are in
 * no argument list. When the simulator answers, {@code FOLDER/simulator.json} and {@code
 * FOLDER/ca.pem} are there and one line is on standard output. It outlives the process that started
 * it, and stops after ten idle minutes or on {@code POST /_simulator/stop}.
 */
public final class Main {
  private static final String USAGE =
      "usage: --scenario FILE --state FOLDER [--idle-minutes N] [--throttling FILE]"
          + " [--chance FILE] < secrets.json";

  private Main() {}

  /** Starts; the exit code is 0 after an orderly stop and 2 for wrong arguments or input. */
  public static void main(String[] args) throws InterruptedException {
    ignoreHangup();
    System.exit(run(args, System.in, System.out, System.err));
  }

  static int run(String[] args, InputStream in, PrintStream out, PrintStream err)
      throws InterruptedException {
    try {
      Map<String, String> options = options(args);
      Path state = Path.of(needed(options, "--state"));
      Duration idle = idle(options.getOrDefault("--idle-minutes", "10"));
      Scenario scenario;
      try (Reader reader = Files.newBufferedReader(Path.of(needed(options, "--scenario")))) {
        scenario = Scenario.parse(reader);
      }
      Simulator.Builder builder = Simulator.of(scenario);
      secrets(in).forEach(builder::clientSecret);
      if (options.containsKey("--throttling")) {
        builder.throttled(read(Path.of(needed(options, "--throttling")), Throttling.class));
      }
      if (options.containsKey("--chance")) {
        builder.chance(read(Path.of(needed(options, "--chance")), Chance.class));
      }
      Files.createDirectories(state);
      try (Simulator simulator = builder.start()) {
        serve(simulator, state, idle, out);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      err.println("The simulator cannot start: " + e);
      return 2;
    }
  }

  private static void serve(Simulator simulator, Path state, Duration idle, PrintStream out)
      throws IOException, InterruptedException {
    ObjectNode json = Json.object();
    json.put("pid", ProcessHandle.current().pid());
    json.put("started", Instant.now().toString());
    json.put("cloud", simulator.cloud().toString());
    write(state.resolve("ca.pem"), simulator.certificatePem().getBytes(StandardCharsets.US_ASCII));
    Path file = state.resolve("simulator.json");
    write(file, Json.bytes(json));
    out.println("The simulator answers at " + simulator.cloud());
    out.flush();
    try {
      long left = idle.toNanos();
      while (left > 0 && !simulator.awaitStop(left, TimeUnit.NANOSECONDS)) {
        left = idle.toNanos() - simulator.idleNanos();
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      if (!args[i].matches("--(scenario|state|idle-minutes|throttling|chance)")) {
        throw new IllegalArgumentException("Unknown argument " + args[i] + "\n" + USAGE);
      }
      options.put(args[i], args[i + 1]);
    }
    if (args.length % 2 != 0) {
      throw new IllegalArgumentException("An argument lacks its value\n" + USAGE);
    }
    return options;
  }

  private static String needed(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The argument " + name + " is missing\n" + USAGE);
    }
    return value;
  }

  private static <T> T read(Path file, Class<T> type) throws IOException {
    try {
      return Json.MAPPER.readValue(Files.readString(file), type);
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException(
          "Not a " + type.getSimpleName() + ": " + file + ": " + cause.getMessage(), e);
    }
  }

  /** Minutes, decimal fractions allowed. */
  private static Duration idle(String text) {
    if (!text.matches("\\d{1,6}(\\.\\d{1,4})?") || Double.parseDouble(text) <= 0) {
      throw new IllegalArgumentException("--idle-minutes must be a number above 0");
    }
    return Duration.ofMillis(Math.max(1, Math.round(Double.parseDouble(text) * 60_000)));
  }

  /** Reads one JSON object and stops there: the starter may keep its end of the pipe open. */
  private static Map<String, String> secrets(InputStream in) {
    try {
      JsonParser parser = Json.MAPPER.getFactory().createParser(in);
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      Map<String, String> secrets = Json.MAPPER
          .readerFor(new TypeReference<Map<String, String>>() {})
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readValue(parser);
      return secrets == null ? Map.of() : secrets;
    } catch (IOException e) {
      // The cause could quote a secret, so it is left out.
      throw new IllegalArgumentException(
          "Standard input must be one JSON object of client secrets by client id, {} if there are"
              + " none");
    }
  }

  /** Writes beside the target and renames, so that a reader sees all of it or nothing. */
  private static void write(Path target, byte[] content) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    FileAttribute<?>[] owner =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Path temporary = Files.createTempFile(folder, "simulator", ".tmp", owner);
    try {
      Files.write(temporary, content, StandardOpenOption.WRITE);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Lets the process outlive its terminal. The JDK offers this only through an unsupported class, so
   * it is looked up; where it is absent, start the simulator under {@code nohup}.
   */
  private static void ignoreHangup() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ignoring = Proxy.newProxyInstance(
          handler.getClassLoader(),
          new Class<?>[] {handler},
          (unusedProxy, unusedMethod, unusedArguments) -> null);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ignoring);
    } catch (ReflectiveOperationException | RuntimeException e) {
      System.err.println("SIGHUP cannot be ignored here: " + e.getClass().getSimpleName());
    }
  }
}
