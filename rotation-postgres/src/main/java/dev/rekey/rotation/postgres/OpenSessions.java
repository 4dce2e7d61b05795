package dev.rekey.rotation.postgres;

import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.UsageSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * The sessions that users have open now. They die when the password is revoked; whoever logged out
 * before is not seen.
 */
final class OpenSessions implements UsageSource {
  /** Sessions of this user but ours; names of applications are whatever clients say. */
  private static final String OPEN =
      "SELECT coalesce(pg_catalog.host(client_addr), ''), coalesce(application_name, ''),"
          + " pg_catalog.count(*) FROM pg_catalog.pg_stat_activity"
          + " WHERE usename = ? AND pid <> pg_catalog.pg_backend_pid()"
          + " GROUP BY 1, 2 ORDER BY 1, 2";

  private static final int MOST_TOLD = 20;

  private final DataSource admin;

  OpenSessions(DataSource admin) {
    this.admin = admin;
  }

  /**
   * Sessions that are open.
   *
   * @param count how many
   * @param callers by whom, as far as the administrator may see that
   */
  record Open(long count, List<String> callers) {}

  Open of(String user) throws RotationException {
    try (Connection connection = admin.getConnection();
        PreparedStatement statement = connection.prepareStatement(OPEN)) {
      statement.setString(1, user);
      long count = 0;
      List<String> callers = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          count += row.getLong(3);
          String address =
              row.getString(1).isEmpty() ? "an address that is not shown" : row.getString(1);
          String application = Quoted.shown(row.getString(2));
          callers.add(row.getLong(3) + " from " + address
              + (application.isEmpty() ? "" : " (" + application + ")"));
        }
      }
      return new Open(count, callers.size() > MOST_TOLD ? callers.subList(0, MOST_TOLD) : callers);
    } catch (SQLException failed) {
      throw Failures.of("looking for sessions of " + Quoted.shown(user), failed);
    }
  }

  @Override
  public Usage usesOf(SecretIssuer issuer, String slot, Snapshot.Slot held, Instant since)
      throws RotationException {
    if (!(issuer instanceof PostgresUserPair)) {
      return new Usage.Unknown(issuer.label() + " is no pair of PostgreSQL users");
    }
    Open open = of(slot);
    return open.count() > 0
        ? new Usage.Counted(open.count(), open.callers())
        : new Usage.Unknown("no session of " + Quoted.shown(slot)
            + " is open now, and those of the past are not seen");
  }
}
