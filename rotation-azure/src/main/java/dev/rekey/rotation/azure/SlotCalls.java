package dev.rekey.rotation.azure;

import dev.rekey.azure.ResourceId;
import dev.rekey.rotation.PlannedCall;
import java.util.List;

/** The calls that move one slot from one value to another, for the plan. */
final class SlotCalls {
  private final ResourceId slot;
  private final AppKind kind;
  private final boolean writes;
  private final boolean refreshes;

  /** Takes what holds the value; where that is not known, it is taken to be written. */
  SlotCalls(ResourceId slot, AppKind kind, List<AppSlot.Holding> holdings) {
    this.slot = slot;
    this.kind = kind;
    this.writes = holdings.isEmpty() || holdings.stream().anyMatch(AppSlot.Holding::isWritten);
    this.refreshes = holdings.stream().anyMatch(holding -> holding.reference().isPresent());
  }

  String text() {
    String text = writes ? "PUT " + slot + "/config/appsettings, /config/connectionstrings" : "";
    if (refreshes) {
      text +=
          (writes ? ", POST " : "POST " + slot) + "/config/configreferences/appsettings/refresh";
    }
    return kind == AppKind.FUNCTION_APP ? text + ", POST /syncfunctiontriggers" : text;
  }

  /** Returns a call with the commands, permissions and effects of these. */
  PlannedCall addTo(PlannedCall call) {
    String label = AppSlot.label(slot, kind);
    PlannedCall more = needing(call, "config/list/Action");
    if (writes) {
      more = needing(more, "config/Write").withEffect(label + " restarts.");
      for (SettingsGroup group : SettingsGroup.values()) {
        more = more.withAz(
            rest("put", "config/" + group.word(), "--body", "@all-" + group.word() + ".json"));
      }
    }
    if (refreshes) {
      // Azure has no name for the action of a refresh, so that a role can't name it either.
      more = needing(more, "config/*")
          .withAz(rest("post", "config/configreferences/appsettings/refresh"))
          .withEffect(label + " fetches the newest version of whatever it refers to.");
    }
    if (kind == AppKind.FUNCTION_APP) {
      more = needing(needing(more, "syncfunctiontriggers/action"), "hostruntime/host/read")
          .withAz(rest("post", "syncfunctiontriggers"));
    }
    return more;
  }

  private PlannedCall needing(PlannedCall call, String action) {
    boolean production = !slot.isOf(AppSlot.SLOTS);
    ResourceId app = production ? slot : slot.parent();
    String type = production ? WebApp.SITES : AppSlot.SLOTS;
    return call.needing(type + "/" + action, app.toString());
  }

  private String rest(String method, String path, String... more) {
    String url = slot + "/" + path + "?api-version=" + WebApp.API_VERSION;
    String[] words = new String[5 + more.length];
    words[0] = "rest";
    words[1] = "--method";
    words[2] = method;
    words[3] = "--url";
    words[4] = url;
    System.arraycopy(more, 0, words, 5, more.length);
    return Az.command(words);
  }
}
