package dev.rekey.rotation.azure;

import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.Pause;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.RotationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The web apps and function apps that a caller sees, each with all of its slots as one dependent.
 *
 * <p>An app depends on a credential if an app setting or a connection string of one of its slots holds
 * it, bare or inside a longer value. If one app can't be read, nobody can say who depends: so that is an error, not a
 * gap.
 *
 * <p>After a change of a function app, its triggers are synced; it works if its host says so. Needs the
 * role Reader, and for reading and writing settings {@code
 * Microsoft.Web/sites/config/list/action} and {@code Microsoft.Web/sites/config/write}, for slots
 * the same under {@code sites/slots}.
 *
 * <p>Immutable and thread-safe.
 */
public final class WebApps implements DependentFinder {
  private final AppService service;
  private final Resources apps;

  private WebApps(AppService service) {
    this.service = service;
    this.apps = new Resources(service.arm(), "web app", WebApp.SITES);
  }

  /**
   * Returns the apps that the caller of a client sees.
   *
   * @param detector finds credentials in settings; it fingerprints with the rotation's key
   */
  public static WebApps in(ArmClient arm, Detector detector) {
    return new WebApps(AppService.of(arm, detector));
  }

  /**
   * Returns the same with another patience for what takes a while: a function host that starts, a
   * reference that is fetched. Five minutes, five seconds apart, if not set.
   *
   * @param looks how often it is looked at, once at least
   * @param between how long after one look the next one is
   * @param pause waits
   * @throws IllegalArgumentException if there is no look, or a negative wait
   */
  public WebApps patience(int looks, Duration between, Pause pause) {
    return new WebApps(service.with(new Patience(looks, between, pause)));
  }

  @Override
  public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
    List<Dependent> using = new ArrayList<>();
    for (ResourceId app : apps.all()) {
      using(app, fingerprint).ifPresent(using::add);
    }
    return using;
  }

  private Optional<WebApp> using(ResourceId app, Fingerprint fingerprint) throws RotationException {
    try {
      return new WebApp(service, app, AppKind.WEB_APP).using(fingerprint);
    } catch (RotationException unreadable) {
      if (apps.isGone(app, WebApp.API_VERSION)) {
        return Optional.empty();
      }
      throw unreadable;
    }
  }

  @Override
  public PlannedCall describeFind() {
    PlannedCall call = PlannedCall.of("POST /providers/Microsoft.ResourceGraph/resources, GET each"
            + " app and its /slots, and POST /config/appsettings/list and"
            + " /config/connectionstrings/list of each")
        .needing("Microsoft.ResourceGraph/resources/read", Permission.EVERYWHERE);
    for (String type : List.of(WebApp.SITES, AppSlot.SLOTS)) {
      call = call.needing(type + "/Read", Permission.EVERYWHERE)
          .needing(type + "/config/list/Action", Permission.EVERYWHERE);
    }
    return call;
  }

  /** Returns the app with an id; that of a slot stands for its app. */
  @Override
  public Dependent dependent(String id) throws RotationException {
    Resources.Existing app = apps.shown(app(id), WebApp.API_VERSION);
    return new WebApp(service, app.id(), AppKind.of(app.shown()));
  }

  private static String app(String id) {
    try {
      ResourceId parsed = ResourceId.parse(id);
      return parsed.isOf(AppSlot.SLOTS) ? parsed.parent().toString() : id;
    } catch (IllegalArgumentException malformed) {
      return id; // Which is refused where it is looked up.
    }
  }
}
