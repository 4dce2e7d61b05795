package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Swaps what two slots of an app hold, but for what sticks to them: at once, or with a preview, in
 * whose first phase the source runs with what sticks to the target.
 */
final class SlotSwap {
  private final SiteAsset production;
  private final SiteAsset source;
  private final SiteAsset target;

  private SlotSwap(SiteAsset production, SiteAsset source, SiteAsset target) {
    this.production = production;
    this.source = source;
    this.target = target;
  }

  /** The swap that a request asks for; its body names the target, its path the source. */
  static SlotSwap of(SiteAsset production, SiteAsset source, Call call) {
    ObjectNode body = Arm.content(call);
    String name = body.path("targetSlot").asText("");
    Optional<SiteAsset> target =
        name.equalsIgnoreCase("production") ? Optional.of(production) : production.slot(name);
    if (target.isEmpty() || target.get() == source) {
      throw ArmProblem.appService(
          404, "NotFound", "51004", "Cannot find Slot with name " + name + ".");
    }
    return new SlotSwap(production, source, target.get());
  }

  /** The first phase of a swap with preview. */
  void preview() {
    requireNothingPending(Optional.empty());
    StickyNames sticky = production.sticky();
    source.pending(Optional.of(new SiteAsset.PendingSwap(
        target.swapName(),
        source.appSettings().deepCopy(),
        source.connectionStrings().deepCopy())));
    source.appSettings(joined(
        sticky.part(source.appSettings(), false, false),
        sticky.part(target.appSettings(), false, true)));
    source.connectionStrings(joined(
        sticky.part(source.connectionStrings(), true, false),
        sticky.part(target.connectionStrings(), true, true)));
  }

  /** Swaps at once, or completes a swap that was begun with a preview. */
  void swap() {
    requireNothingPending(Optional.of(source));
    cancel(source);
    StickyNames sticky = production.sticky();
    for (boolean strings : List.of(false, true)) {
      ObjectNode there = strings ? source.connectionStrings() : source.appSettings();
      ObjectNode here = strings ? target.connectionStrings() : target.appSettings();
      ObjectNode intoSource =
          joined(sticky.part(here, strings, false), sticky.part(there, strings, true));
      ObjectNode intoTarget =
          joined(sticky.part(there, strings, false), sticky.part(here, strings, true));
      if (strings) {
        source.connectionStrings(intoSource);
        target.connectionStrings(intoTarget);
      } else {
        source.appSettings(intoSource);
        target.appSettings(intoTarget);
      }
    }
    for (SiteAsset slot : List.of(source, target)) {
      slot.swapped(shown(source), shown(target));
    }
  }

  /** Ends a swap with preview: the slot holds again what it held before. */
  static void cancel(SiteAsset source) {
    Optional<SiteAsset.PendingSwap> pending = source.pending();
    if (pending.isPresent()) {
      source.pending(Optional.empty());
      source.appSettings(pending.get().appSettings().deepCopy());
      source.connectionStrings(pending.get().connectionStrings().deepCopy());
    }
  }

  /** Only the swap that is pending may go on. */
  private void requireNothingPending(Optional<SiteAsset> but) {
    boolean busy = production.slots().stream()
            .anyMatch(slot -> slot.pending().isPresent()
                && !(but.filter(slot::equals).isPresent()
                    && slot.pending().get().target().equals(target.swapName())))
        || (production.pending().isPresent() && but.filter(production::equals).isEmpty());
    if (busy) {
      throw ArmProblem.appService(
          409, "Conflict", "04401", "Another swap of the slots of this app is pending.");
    }
  }

  private static String shown(SiteAsset slot) {
    return slot.slotName().isEmpty() ? "Production" : slot.slotName();
  }

  private static ObjectNode joined(ObjectNode first, ObjectNode second) {
    ObjectNode all = first.deepCopy();
    all.setAll(second);
    return all;
  }
}
