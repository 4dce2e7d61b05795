package dev.rekey.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What a test decides about the logs in the workspaces. Thread-safe.
 *
 * <p>At the start entries arrive at once. The lag is counted by the simulator's clock.
 */
public final class Logs {
  private final World world;
  private Duration lag = Duration.ZERO;

  Logs(World world) {
    this.world = world;
  }

  /**
   * Sets how long entries take to arrive, those that were written before too.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public void lag(Duration each) {
    if (each.isNegative()) {
      throw new IllegalArgumentException("No lag can be negative");
    }
    synchronized (world) {
      lag = each;
    }
  }

  /** How long entries take; the caller holds the world. */
  Duration lag() {
    return lag;
  }

  /**
   * Writes an entry of what the simulator does not do itself, for example a request with a shared access
   * signature.
   *
   * @param table one of the tables that are known here
   * @param at when it happened
   * @param columns its columns but {@code TimeGenerated}; texts
   * @throws IllegalArgumentException if there is no such workspace, table or column
   */
  public void write(String workspace, String table, Instant at, Map<String, String> columns) {
    synchronized (world) {
      WorkspaceAsset to = world
          .workspace(workspace)
          .orElseThrow(() -> new IllegalArgumentException("There is no workspace " + workspace));
      if (!LogQuery.schema(table).keySet().containsAll(columns.keySet())) {
        throw new IllegalArgumentException(
            table + " has the columns " + LogQuery.schema(table).keySet());
      }
      to.write(table, at, Json.tree(columns));
    }
  }
}
