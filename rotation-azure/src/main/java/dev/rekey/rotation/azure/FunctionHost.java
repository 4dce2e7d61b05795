package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The runtime of a function app, in one slot of it.
 *
 * <p>It keeps its own state in a storage account, and where the key for that is dead, nothing runs,
 * though the app's state says Running. While it starts, which each change of settings makes it do,
 * calls to it fail: so they are tried for a while.
 */
final class FunctionHost {
  /** Where the runtime finds its own storage, in lower case. */
  private static final Set<String> STORAGE = Set.of(
      "azurewebjobsstorage",
      "azurewebjobsdashboard",
      "website_contentazurefileconnectionstring",
      "deployment_storage_connection_string");

  private final AppService service;
  private final ResourceId slot;
  private final String label;

  FunctionHost(AppService service, ResourceId slot, String label) {
    this.service = service;
    this.slot = slot;
    this.label = label;
  }

  /** Returns whether a setting of a function app is of its runtime, and not of its code. */
  static boolean isStorage(String setting) {
    return STORAGE.contains(setting.toLowerCase(Locale.ROOT));
  }

  /** Has the platform read the triggers again, which listen with what the settings hold. */
  void syncTriggers(AttemptId attempt) throws RotationException {
    service
        .patience()
        .require(
            () -> {
              try {
                service
                    .arm()
                    .post(
                        slot + "/syncfunctiontriggers",
                        WebApp.API_VERSION,
                        MissingNode.getInstance(),
                        Failures.correlation(attempt));
                return Optional.empty();
              } catch (ArmException failed) {
                return stillStarting("syncing the triggers of " + label, failed);
              }
            },
            "; look at the host's log, and plan again");
  }

  void requireRunning() throws RotationException {
    service.patience().require(this::notRunning, "; look at the host's log");
  }

  private Optional<String> notRunning() throws RotationException {
    try {
      String state = service
          .arm()
          .get(slot + "/hostruntime/admin/host/status", WebApp.API_VERSION)
          .path("state")
          .asText();
      return state.equalsIgnoreCase("Running")
          ? Optional.empty()
          : Optional.of("the function host of " + label + " is not running: its state is "
              + Settings.plain(state));
    } catch (ArmException failed) {
      return stillStarting("asking the function host of " + label + " for its state", failed);
    }
  }

  /** A host that starts is answered for by errors; who may not ask will never be answered. */
  private static Optional<String> stillStarting(String doing, ArmException failed)
      throws RotationException {
    RotationException problem = Failures.of(doing, failed);
    boolean hopeless = failed.isForbidden()
        || failed.isUnauthenticated()
        || failed.reason() == ArmException.Reason.INTERRUPTED;
    if (hopeless) {
      throw problem;
    }
    return Optional.of(problem.problem());
  }
}
