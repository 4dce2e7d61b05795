package dev.rekey.rotation.azure;

import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.Rewriter;
import dev.rekey.rotation.RotationException;
import java.util.ArrayList;
import java.util.List;

/**
 * The web apps, function apps and slots that a caller sees, as dependents.
 *
 * <p>An app depends on a credential if an app setting or a connection string holds it, bare or inside
 * a longer value. If one app can't be read, nobody can say who depends: so that is an error, not a
 * gap. Needs the role Reader, and for reading and writing settings {@code
 * Microsoft.Web/sites/config/list/action} and {@code Microsoft.Web/sites/config/write}, for slots
 * the same under {@code sites/slots}.
 *
 * <p>Immutable and thread-safe.
 */
public final class WebApps implements DependentFinder {
  private final ArmClient arm;
  private final Rewriter rewriter;
  private final Resources apps;

  private WebApps(ArmClient arm, Rewriter rewriter) {
    this.arm = arm;
    this.rewriter = rewriter;
    this.apps = new Resources(arm, "web app", "Microsoft.Web/sites", "Microsoft.Web/sites/slots");
  }

  /**
   * Returns the apps that the caller of a client sees.
   *
   * @param detector finds credentials in settings; it fingerprints with the rotation's key
   */
  public static WebApps in(ArmClient arm, Detector detector) {
    return new WebApps(arm, new Rewriter(detector));
  }

  @Override
  public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
    List<Dependent> using = new ArrayList<>();
    for (ResourceId app : apps.all()) {
      Dependent dependent = new WebApp(arm, rewriter, app);
      if (uses(dependent, app, fingerprint)) {
        using.add(dependent);
      }
    }
    return using;
  }

  private boolean uses(Dependent dependent, ResourceId app, Fingerprint fingerprint)
      throws RotationException {
    try {
      return dependent.observe().contains(fingerprint);
    } catch (RotationException unreadable) {
      if (apps.isGone(app, WebApp.API_VERSION)) {
        return false;
      }
      throw unreadable;
    }
  }

  @Override
  public PlannedCall describeFind() {
    PlannedCall call = PlannedCall.of("POST /providers/Microsoft.ResourceGraph/resources, and POST"
            + " /config/appsettings/list and /config/connectionstrings/list of each app and slot")
        .needing("Microsoft.ResourceGraph/resources/read", Permission.EVERYWHERE);
    for (String type : List.of("Microsoft.Web/sites", "Microsoft.Web/sites/slots")) {
      call = call.needing(type + "/Read", Permission.EVERYWHERE)
          .needing(type + "/config/list/Action", Permission.EVERYWHERE);
    }
    return call;
  }

  @Override
  public Dependent dependent(String id) throws RotationException {
    return new WebApp(arm, rewriter, apps.existing(id, WebApp.API_VERSION));
  }
}
