package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.LogsClient;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.UsageSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * The uses of credentials that the logs in a Log Analytics workspace tell.
 *
 * <p>What counts as a use:
 *
 * <ul>
 *   <li><em>Keys of storage accounts</em>: entries of the blob, queue, table and file service that name
 *       the key in {@code AuthenticationHash}, which are those of requests that the key signed, and of
 *       shared access signatures that it signed. Callers are IP addresses. Only what happened since the
 *       key has its present value counts.
 *   <li><em>Client secrets of Entra</em>: sign-ins of service principals that name the key id, those
 *       that were refused for another reason than the secret too. Callers are IP addresses. Sign-ins of
 *       users don't name the secret with which their application redeemed them: where there are such of
 *       the application, and none by the secret, it is unknown.
 *   <li><em>Authorization rules of Service Bus and Event Hubs</em>, and all else: unknown. Their logs
 *       name the rule, and not which of its two keys was used.
 * </ul>
 *
 * <p>A request that was refused because its key is dead or wrong names no slot and is no use. A request
 * that Rekey makes to try a credential is a use like any other, and its address a caller.
 *
 * <p>Silence is not zero: where no entry at all of the issuer arrived, from the start of the question
 * and in the last eight days, it is unknown. That can't be told for each kind of logs: what a diagnostic
 * setting leaves out is not seen. Send the categories {@code StorageRead}, {@code StorageWrite} and
 * {@code StorageDelete} of all four services of an account, and of the tenant {@code
 * ServicePrincipalSignInLogs}, {@code SignInLogs} and {@code NonInteractiveUserSignInLogs}.
 *
 * <p>Storage logs its requests <a
 * href="https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage">on a best-effort
 * basis</a>: a use may be missing, and a count is none that a bill could rest on.
 *
 * <p>Needs {@code Microsoft.OperationalInsights/workspaces/query/read} on the workspace, and {@code
 * Microsoft.OperationalInsights/workspaces/query/TABLE/read} for the tables {@code StorageBlobLogs},
 * {@code StorageQueueLogs}, {@code StorageTableLogs}, {@code StorageFileLogs}, {@code
 * AADServicePrincipalSignInLogs}, {@code SigninLogs} and {@code AADNonInteractiveUserSignInLogs}, which
 * the role Log Analytics Reader has; a service principal needs the application permission {@code
 * Data.Read} of the <a
 * href="https://learn.microsoft.com/azure/azure-monitor/logs/api/access-api">Log Analytics API</a>
 * besides. A workspace that can't be asked does not know, and says why, with
 * Azure's request id; so a plan can be made all the same.
 *
 * <p>Immutable and thread-safe.
 *
 * @see <a
 *     href="https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference">Storage's
 *     logs</a>; the form of the hash is in {@code MicrosoftDocs/azure-docs},
 *     includes/azure-storage-logs-properties-authentication.md
 */
public final class WorkspaceLogs implements UsageSource {
  /**
   * Resource logs are usually there in <a
   * href="https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time">3 to 10 minutes</a>.
   */
  private static final Duration DELAY = Duration.ofMinutes(15);

  /** A nightly and a weekly job are seen in it. */
  private static final Duration LOOK_BACK = Duration.ofDays(8);

  /** Clocks that are ahead date entries later than now. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private static final String NAMELESS = "an address that is not shown";

  private final LogsClient logs;
  private final String workspaceId;
  private final Clock clock;
  private final Duration delay;

  private WorkspaceLogs(LogsClient logs, String workspaceId, Clock clock, Duration delay) {
    this.logs = logs;
    this.workspaceId = workspaceId;
    this.clock = clock;
    this.delay = delay;
  }

  /**
   * Returns the logs of a workspace.
   *
   * @param workspaceId the workspace's GUID: its {@code customerId}
   * @param clock tells whether what is asked for can have arrived
   * @throws IllegalArgumentException if the id is no GUID
   */
  public static WorkspaceLogs of(LogsClient logs, String workspaceId, Clock clock) {
    return new WorkspaceLogs(logs, LogsClient.requireWorkspaceId(workspaceId), clock, DELAY);
  }

  /**
   * Returns these logs with another time that an entry may take to arrive; 15 minutes if not set.
   *
   * <p>Uses since a moment are known from this long after it. What was used later than this long ago may
   * be missing still, so a gate that asks for the uses since everybody was moved watches for as long as
   * this is longer than entries take. Set an hour where a job that runs each hour must be seen.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public WorkspaceLogs delay(Duration longest) {
    if (longest.isNegative()) {
      throw new IllegalArgumentException("an entry can't arrive before it is written: " + longest);
    }
    return new WorkspaceLogs(logs, workspaceId, clock, longest);
  }

  @Override
  public Usage usesOf(SecretIssuer issuer, String slot, Snapshot.Slot held, Instant since)
      throws RotationException {
    Question question;
    try {
      if (issuer instanceof StorageAccountKeys keys) {
        question = ofKey(keys, slot, held.issuedAt().filter(since::isBefore).orElse(since));
      } else if (issuer instanceof ApplicationSecrets secrets) {
        question = ofSecret(secrets, slot, since);
      } else if (issuer instanceof AuthorizationRuleKeys) {
        return new Usage.Unknown(
            "the logs of " + issuer.label() + " name the rule, and not which of its keys was used");
      } else {
        return new Usage.Unknown("no logs are known that tell the uses of " + issuer.label());
      }
    } catch (IllegalArgumentException unaskable) {
      return new Usage.Unknown("the logs can't be asked for " + Failures.plainText(issuer.label())
          + ": " + unaskable.getMessage());
    }
    try {
      return answer(question, issuer);
    } catch (ArmException failed) {
      if (failed.reason() == ArmException.Reason.INTERRUPTED) {
        throw Failures.of("asking the logs in workspace " + workspaceId, failed);
      }
      return new Usage.Unknown(
          "the logs in workspace " + workspaceId + " can't be asked: " + failed.getMessage());
    }
  }

  /**
   * What is asked.
   *
   * @param tables where the entries are
   * @param ours what the entries of the issuer have, which are the evidence that any arrive
   * @param use what those of a use have besides
   * @param caller who made it
   * @param blind what entries have that are uses of some secret and don't say of which
   * @param since from when on uses count
   */
  private record Question(
      String tables, String ours, String use, String caller, String blind, Instant since) {
    /** Counts by caller, all entries in which no use is told under one empty name. */
    String query() {
      return tables + " | where " + ours + " | extend Used = TimeGenerated >= "
          + Kql.datetime(since) + " and " + use + ", Blind = TimeGenerated >= "
          + Kql.datetime(since) + " and " + blind + " | extend Caller = iif(Used, " + caller
          + ", '') | summarize Entries = count(), Uses = countif(Used), Unclear = countif(Blind)"
          + " by Caller";
    }
  }

  /** {@code key1(…)} is the key's hash, alone or before that of a signature which it signed. */
  private static Question ofKey(StorageAccountKeys keys, String slot, Instant since) {
    return new Question(
        "union isfuzzy=true StorageBlobLogs, StorageQueueLogs, StorageTableLogs, StorageFileLogs",
        "AccountName =~ " + Kql.string(keys.account()),
        "AuthenticationHash contains " + Kql.string(slot + "("),
        "replace_regex(CallerIpAddress, ':[0-9]+$', '')",
        "Type == ''",
        since);
  }

  private static Question ofSecret(ApplicationSecrets secrets, String keyId, Instant since) {
    return new Question(
        "union isfuzzy=true AADServicePrincipalSignInLogs, SigninLogs,"
            + " AADNonInteractiveUserSignInLogs",
        "AppId =~ " + Kql.string(secrets.clientId()),
        "ServicePrincipalCredentialKeyId =~ " + Kql.string(keyId),
        "IPAddress",
        "Type != 'AADServicePrincipalSignInLogs'",
        since);
  }

  private Usage answer(Question question, SecretIssuer issuer) {
    Instant now = clock.instant();
    Instant back = now.minus(LOOK_BACK);
    Instant from = question.since().isBefore(back) ? question.since() : back;
    List<ObjectNode> rows = logs.query(workspaceId, question.query(), from, now.plus(AHEAD));
    long entries = 0;
    long uses = 0;
    long unclear = 0;
    TreeSet<String> callers = new TreeSet<>();
    for (ObjectNode row : rows) {
      JsonNode caller = row.path("Caller");
      boolean whole = caller.isTextual()
          && List.of("Entries", "Uses", "Unclear").stream()
              .allMatch(name -> row.path(name).canConvertToExactIntegral());
      if (!whole) {
        return new Usage.Unknown(
            "the logs in workspace " + workspaceId + " were answered without counts");
      }
      entries += row.path("Entries").asLong();
      uses += row.path("Uses").asLong();
      unclear += row.path("Unclear").asLong();
      if (row.path("Uses").asLong() > 0) {
        callers.add(caller.asText().isBlank() ? NAMELESS : caller.asText());
      }
    }
    if (entries == 0) {
      return new Usage.Unknown("no entries of " + issuer.label() + " arrive in workspace "
          + workspaceId + "; send its diagnostic logs there");
    }
    Instant known = question.since().plus(delay);
    if (now.isBefore(known)) {
      return new Usage.Later("the logs in workspace " + workspaceId + " may take " + delay, known);
    }
    if (uses == 0 && unclear > 0) {
      return new Usage.Unknown("users signed in to " + issuer.label() + ", " + unclear
          + " times, and the logs in workspace " + workspaceId
          + " don't tell with which of its secrets");
    }
    return new Usage.Counted(uses, List.copyOf(callers));
  }
}
