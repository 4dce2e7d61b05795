package dev.rekey.examples;

import dev.rekey.azure.ArmException;
import dev.rekey.detect.RuleException;
import dev.rekey.rotation.JournalException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The program that a newcomer runs first.
 *
 * <p>Exit codes: 0 the scan finished, or everything was proved; 1 the rotation gave another result
 * than a proof; 2 the job could not be done. Standard output carries the report only.
 */
public final class QuickStart {
  private static final int DONE = 0;
  private static final int NOT_DONE = 2;

  private QuickStart() {}

  /** Runs; the system property {@code rekey.state} names the folder that the tour keeps its state in. */
  public static void main(String[] arguments) {
    // Not System.out: its encoding is the locale's, and reports are UTF-8 everywhere.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int code =
        run(List.of(arguments), Path.of(System.getProperty("rekey.state", ".rekey")), out, err);
    out.flush();
    System.exit(code);
  }

  static int run(List<String> arguments, Path state, PrintStream out, PrintStream err) {
    try {
      if (arguments.equals(List.of("--help"))) {
        out.print(Options.USAGE);
        return DONE;
      }
      Options options = Options.parse(arguments);
      return options.folder().isPresent()
          ? new FolderScan(options, out, err).run()
          : new Tour(StateFolder.open(state), out, err).run();
    } catch (JournalException broken) {
      err.println("quickstart: " + broken.getMessage());
      err.println("quickstart: to start afresh, delete " + state);
    } catch (CommandException | RuleException | ArmException impossible) {
      err.println("quickstart: " + impossible.getMessage());
    } catch (IOException unreadable) {
      err.println("quickstart: " + message(unreadable));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      err.println("quickstart: interrupted; the same command goes on");
    }
    return NOT_DONE;
  }

  private static String message(IOException unreadable) {
    return unreadable.getMessage() == null ? unreadable.toString() : unreadable.getMessage();
  }
}
