package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan as one page that answers who breaks. Names come from the outside: they are made visible. */
final class PlanText {
  private final RotationPlan plan;
  private final StringBuilder page = new StringBuilder();

  PlanText(RotationPlan plan) {
    this.plan = plan;
  }

  String write() {
    line(
        0,
        "Rotate " + plan.label()
            + (plan.issuerLabel().isEmpty() ? "" : " of " + plan.issuerLabel()));
    line(1, "plan " + plan.hash() + " of " + plan.plannedAt());
    line(
        1,
        "production: " + plan.production().answer() + ", " + plan.production().reason());
    blockers();
    whoBreaks();
    sentences("What stays open, and until when", plan.windows());
    sentences("What can't be known", plan.unknowns());
    sentences(
        "Risks, each to be accepted by its name",
        plan.orderedRisks().stream().map(risk -> risk + ": " + risk.meaning()).toList());
    steps();
    needs();
    ladder();
    containment();
    sentences(
        "Where the value stays written, dead afterwards",
        plan.residue().stream().map(Object::toString).toList());
    return page.toString();
  }

  private void blockers() {
    sentences(
        "It can't be approved", plan.blockers().stream().map(Blocker::toString).toList());
  }

  private void whoBreaks() {
    if (plan.steps().isEmpty()) {
      users("Who uses it", plan.exposedSlot(), plan.dependents());
      users("Who uses it", plan.standbySlot(), plan.standbyUsers());
      movedByPeople();
      return;
    }
    List<String> effects = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      for (String effect : plan.steps().get(i).call().effects()) {
        effects.add("step " + (i + 1) + ": " + effect);
      }
    }
    sentences("Who breaks?", plan.gaps());
    users("Moved from the exposed slot", plan.exposedSlot(), plan.dependents());
    users("Moved from the standby slot", plan.standbySlot(), plan.standbyUsers());
    movedByPeople();
    sentences("What else happens", effects);
  }

  private void movedByPeople() {
    if (!plan.opaque().isEmpty()) {
      heading("Moved by people: nobody can look into these");
      plan.opaque().forEach(user -> {
        line(1, user.label() + ": " + user.link().meaning());
        line(2, user.moving());
      });
    }
  }

  private void users(String title, String slot, List<RotationPlan.User> users) {
    if (slot.isEmpty()) {
      return;
    }
    heading(title + " " + slot);
    if (users.isEmpty()) {
      line(1, "nobody that is known");
    }
    users.stream()
        .sorted(Comparator.comparing(RotationPlan.User::link))
        .forEach(user -> line(
            1, user.label() + ": " + user.link().meaning() + "; " + user.wave().word()));
  }

  private void steps() {
    if (plan.steps().isEmpty()) {
      return;
    }
    heading("Steps");
    int number = 1;
    for (RotationStep step : plan.steps()) {
      line(1, String.format("%2d %-8s %s", number++, step.kind().word(), step.target()));
      line(6, step.call().text());
      step.call().az().forEach(command -> line(6, "$ " + command));
    }
  }

  private void needs() {
    Map<String, List<String>> actions = new LinkedHashMap<>();
    for (Permission permission : plan.permissions()) {
      actions
          .computeIfAbsent(permission.scope(), scope -> new ArrayList<>())
          .add(permission.action() + (permission.data() ? " (data)" : ""));
    }
    if (actions.isEmpty()) {
      return;
    }
    heading("What it needs to be allowed");
    actions.forEach((scope, names) -> {
      line(1, scope.isEmpty() ? "wherever dependents may be" : scope);
      names.forEach(name -> line(2, name));
    });
  }

  /** The last rung is the remedy of the rule: alone it tells nothing that is better. */
  private void ladder() {
    if (plan.ladder().size() < 2) {
      return;
    }
    heading("What ends the danger, the best first");
    for (Rung rung : plan.ladder()) {
      line(1, rung.what());
      if (!rung.who().isEmpty()) {
        line(2, "for " + String.join(", ", rung.who()));
      }
      if (!rung.others().isEmpty()) {
        line(2, "not for " + String.join(", ", rung.others()) + ", as far as is known");
      }
    }
  }

  private void containment() {
    if (plan.containment().isEmpty()) {
      return;
    }
    heading("If it can't wait: kill switches, which no step of this plan uses");
    for (PlannedSwitch planned : plan.containment()) {
      line(1, planned.label() + (planned.on() ? ": turned off already" : ""));
      line(2, planned.turnOn().text());
      planned.turnOn().az().forEach(command -> line(2, "$ " + command));
      planned.breaks().forEach(sentence -> line(2, "breaks: " + sentence));
      told(planned.toTurnOn(), "can't be used");
      line(
          2,
          planned.turnOff().map(call -> "way back: " + call.text()).orElse("there is no way back"));
      told(planned.toTurnOff(), "can't be undone");
    }
  }

  private void told(Obstacles obstacles, String what) {
    obstacles.blockers().forEach(blocker -> line(2, what + ": " + blocker));
    obstacles.unknowns().forEach(sentence -> line(2, "not known: " + sentence));
  }

  private void sentences(String title, List<String> sentences) {
    if (!sentences.isEmpty()) {
      heading(title);
      sentences.forEach(sentence -> line(1, sentence));
    }
  }

  private void heading(String title) {
    page.append('\n');
    line(0, title);
  }

  private void line(int depth, String text) {
    page.append("  ".repeat(depth)).append(Line.shown(text)).append('\n');
  }
}
