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
import dev.rekey.rotation.SecretStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The web apps and function apps that a caller sees, each with all of its slots as one dependent.
 *
 * <p>An app depends on a credential if an app setting or a connection string of one of its slots holds
 * it, bare or inside a longer value; or, where a vault is {@linkplain #following followed}, if one
 * refers to a secret there whose version it has now. If one app can't be read, nobody can say who
 * depends: so that is an error, not a gap.
 *
 * <p>After a change of a function app, its triggers are synced; it works if its host says so.
 *
 * <p>Needs the role Reader, and for reading and writing settings {@code
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

  /**
   * Returns the same, following Key Vault references into a vault: what an app uses by one is the
   * version that App Service has fetched, whatever the vault holds since.
   *
   * <p>A reference without a version is moved by having App Service fetch it again, when the store holds
   * the new value; one with a version is rewritten to the version that does. Where secrets of the
   * same vault are dependents too ({@link VaultSecrets}), name their finder before this one: an app
   * can't have what they do not hold yet.
   *
   * @param store the vault
   * @throws IllegalArgumentException if the store's id is no address of a vault
   */
  public WebApps following(SecretStore store) {
    if (!store.id().matches("https://[^/?#\\s]+")) {
      throw new IllegalArgumentException("the store is no vault that an app could refer to");
    }
    return new WebApps(service.following(store, Optional.empty()));
  }

  /**
   * Returns the same, making references of values: where a setting is the credential itself and not a
   * longer value, and the newest version of a secret in the followed vault is the new one, it refers to
   * that secret afterwards. Each slot must prove first that it can: a setting {@code
   * REKEY_REFERENCE_PROOF} of its own refers to a harmless secret of the vault, and must be resolved;
   * where it is not, nothing else is changed, and that is an error. Each slot restarts twice.
   *
   * @param harmless the name of a secret in the followed vault that anybody may know
   * @throws IllegalStateException if no vault is {@linkplain #following followed}
   * @throws IllegalArgumentException if it can't be the name of a secret
   */
  public WebApps makingReferences(String harmless) {
    Followed followed =
        service.followed().orElseThrow(() -> new IllegalStateException("no vault is followed"));
    if (!harmless.matches("[0-9a-zA-Z-]{1,127}")) {
      throw new IllegalArgumentException("a secret has 1 to 127 letters, digits and hyphens");
    }
    return new WebApps(service.following(followed.store(), Optional.of(harmless)));
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
    String text = "POST /providers/Microsoft.ResourceGraph/resources, GET each app and its /slots,"
        + " and POST /config/appsettings/list and /config/connectionstrings/list of each";
    boolean follows = service.followed().isPresent();
    PlannedCall call = PlannedCall.of(
            follows
                ? text + "; GET /config/configreferences where one refers to "
                    + service.followed().get().address()
                : text)
        .needing("Microsoft.ResourceGraph/resources/read", Permission.EVERYWHERE);
    for (String type : List.of(WebApp.SITES, AppSlot.SLOTS)) {
      call = call.needing(type + "/Read", Permission.EVERYWHERE)
          .needing(type + "/config/list/Action", Permission.EVERYWHERE);
      if (follows) {
        call = call.needing(type + "/config/Read", Permission.EVERYWHERE);
      }
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
