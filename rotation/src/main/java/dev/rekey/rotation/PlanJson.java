package dev.rekey.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.Signal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The JSON form of plans. The order of fields is part of the form: the hash is taken over it.
 */
final class PlanJson {
  private static final String SCHEMA = "rekey.plan/1";

  private PlanJson() {}

  static String write(RotationPlan plan) {
    ObjectNode node = Json.object();
    node.put("schema", SCHEMA);
    node.put("plannedAt", plan.plannedAt().toString());
    node.put("label", plan.label());
    node.put("exposed", plan.exposed().toString());
    node.putObject("production")
        .put("answer", plan.production().answer().name())
        .put("reason", plan.production().reason());
    node.put("issuer", plan.issuer());
    node.put("issuerLabel", plan.issuerLabel());
    node.put("exposedSlot", plan.exposedSlot());
    node.put("standbySlot", plan.standbySlot());
    node.set("snapshot", snapshot(plan.snapshot()));
    node.put("store", plan.store());
    node.put("secretName", plan.secretName());
    node.put("publish", plan.publish().name());
    Json.put(node, "retire", plan.retire(), PlanJson::version);
    Json.put(node, "dependents", plan.dependents(), PlanJson::user);
    Json.put(node, "standbyUsers", plan.standbyUsers(), PlanJson::user);
    Json.put(node, "opaque", plan.opaque(), PlanJson::opaque);
    Json.put(node, "found", plan.found(), PlanJson::place);
    Json.put(node, "residue", plan.residue(), PlanJson::place);
    node.put("gap", plan.gap().toString());
    Json.put(node, "gaps", plan.gaps(), TextNode::valueOf);
    Json.put(node, "windows", plan.windows(), TextNode::valueOf);
    Json.put(node, "unknowns", plan.unknowns(), TextNode::valueOf);
    Json.put(node, "risks", plan.orderedRisks(), risk -> TextNode.valueOf(risk.name()));
    Json.put(node, "blockers", plan.blockers(), PlanJson::blocker);
    Json.put(node, "ladder", plan.ladder(), PlanJson::rung);
    Json.put(node, "containment", plan.containment(), PlanJson::killSwitch);
    Json.put(node, "steps", plan.steps(), PlanJson::step);
    return Json.write(node);
  }

  static RotationPlan read(String text) {
    JsonNode node = Json.read("the plan", text);
    if (!Json.text(node, "schema").equals(SCHEMA)) {
      throw new IllegalArgumentException(
          "the plan has another schema than " + SCHEMA + "; plan again with this version");
    }
    RotationPlan plan = new RotationPlan(
        Json.time(node, "plannedAt"),
        Json.text(node, "label"),
        Json.fingerprint(node, "exposed"),
        readProduction(node),
        Json.text(node, "issuer"),
        Json.text(node, "issuerLabel"),
        Json.text(node, "exposedSlot"),
        Json.text(node, "standbySlot"),
        readSnapshot(node),
        Json.text(node, "store"),
        Json.text(node, "secretName"),
        Json.choice(node, "publish", Wave.class),
        Json.list(node, "retire", PlanJson::readVersion),
        Json.list(node, "dependents", PlanJson::readUser),
        Json.list(node, "standbyUsers", PlanJson::readUser),
        Json.list(node, "opaque", PlanJson::readOpaque),
        Json.list(node, "found", PlanJson::readPlace),
        Json.list(node, "residue", PlanJson::readPlace),
        Json.duration(node, "gap"),
        Json.texts(node, "gaps"),
        Json.texts(node, "windows"),
        Json.texts(node, "unknowns"),
        Json.choices(node, "risks", Risk.class),
        Json.list(node, "blockers", PlanJson::readBlocker),
        Json.list(node, "ladder", PlanJson::readRung),
        Json.list(node, "containment", PlanJson::readSwitch),
        Json.list(node, "steps", PlanJson::readStep));
    Json.requireKnown(node, Json.read("the plan", write(plan)));
    return plan;
  }

  private static Signal readProduction(JsonNode plan) {
    JsonNode node = plan.path("production");
    if (!node.isObject()) {
      throw new IllegalArgumentException("field production is missing or not an object");
    }
    return new Signal(Json.choice(node, "answer", Signal.Answer.class), Json.text(node, "reason"));
  }

  static JsonNode version(StoredVersion version) {
    return Json.object()
        .put("name", version.name())
        .put("version", version.version())
        .put("enabled", version.enabled())
        .put("newest", version.newest());
  }

  static StoredVersion readVersion(JsonNode node) {
    return new StoredVersion(
        Json.text(node, "name"),
        Json.text(node, "version"),
        Json.flag(node, "enabled"),
        Json.flag(node, "newest"));
  }

  private static JsonNode snapshot(Snapshot snapshot) {
    ObjectNode node = Json.object();
    snapshot.slots().forEach((name, slot) -> {
      ObjectNode held = node.putObject(name);
      held.put("identity", slot.identity());
      slot.fingerprint().ifPresent(value -> held.put("fingerprint", value.toString()));
      slot.issuedAt().ifPresent(at -> held.put("issuedAt", at.toString()));
    });
    return node;
  }

  private static Snapshot readSnapshot(JsonNode node) {
    if (!node.path("snapshot").isObject()) {
      throw new IllegalArgumentException("field snapshot is missing or not an object");
    }
    Map<String, Snapshot.Slot> slots = new TreeMap<>();
    for (Map.Entry<String, JsonNode> slot : node.path("snapshot").properties()) {
      JsonNode held = slot.getValue();
      slots.put(
          slot.getKey(),
          new Snapshot.Slot(
              Json.text(held, "identity"),
              held.has("fingerprint")
                  ? Optional.of(Json.fingerprint(held, "fingerprint"))
                  : Optional.empty(),
              held.has("issuedAt") ? Optional.of(Json.time(held, "issuedAt")) : Optional.empty()));
    }
    return Snapshot.of(slots);
  }

  private static JsonNode user(RotationPlan.User user) {
    return Json.object()
        .put("id", user.id())
        .put("label", user.label())
        .put("link", user.link().name())
        .put("wave", user.wave().name());
  }

  private static RotationPlan.User readUser(JsonNode node) {
    return new RotationPlan.User(
        Json.text(node, "id"),
        Json.text(node, "label"),
        Json.choice(node, "link", Link.class),
        Json.choice(node, "wave", Wave.class));
  }

  private static JsonNode opaque(OpaqueDependent opaque) {
    return Json.object()
        .put("id", opaque.id())
        .put("label", opaque.label())
        .put("link", opaque.link().name())
        .put("moving", opaque.moving());
  }

  private static OpaqueDependent readOpaque(JsonNode node) {
    return new OpaqueDependent(
        Json.text(node, "id"),
        Json.text(node, "label"),
        Json.choice(node, "link", Link.class),
        Json.text(node, "moving"));
  }

  private static JsonNode place(Place place) {
    Location in = place.location();
    return Json.object()
        .put("address", place.address())
        .put("name", place.name())
        .put("start", in.start())
        .put("end", in.end())
        .put("line", in.line())
        .put("column", in.column());
  }

  private static Place readPlace(JsonNode node) {
    return new Place(
        Json.text(node, "address"),
        Json.text(node, "name"),
        new Location(
            Json.number(node, "start"),
            Json.number(node, "end"),
            Json.number(node, "line"),
            Json.number(node, "column")));
  }

  private static JsonNode blocker(Blocker blocker) {
    return Json.object()
        .put("kind", blocker.kind().name())
        .put("problem", blocker.problem())
        .put("fix", blocker.fix());
  }

  private static Blocker readBlocker(JsonNode node) {
    return new Blocker(
        Json.choice(node, "kind", Blocker.Kind.class),
        Json.text(node, "problem"),
        Json.text(node, "fix"));
  }

  private static JsonNode rung(Rung rung) {
    ObjectNode node = Json.object().put("kind", rung.kind().name()).put("what", rung.what());
    Json.put(node, "who", rung.who(), TextNode::valueOf);
    Json.put(node, "others", rung.others(), TextNode::valueOf);
    return node;
  }

  private static Rung readRung(JsonNode node) {
    return new Rung(
        Json.choice(node, "kind", Rung.Kind.class),
        Json.text(node, "what"),
        Json.texts(node, "who"),
        Json.texts(node, "others"));
  }

  private static JsonNode killSwitch(PlannedSwitch planned) {
    ObjectNode node =
        Json.object().put("id", planned.id()).put("label", planned.label()).put("on", planned.on());
    Json.put(node, "breaks", planned.breaks(), TextNode::valueOf);
    node.set("turnOn", call(Json.object(), planned.turnOn()));
    node.set("toTurnOn", obstacles(planned.toTurnOn()));
    Json.put(
        node, "turnOff", planned.turnOff().stream().toList(), call -> call(Json.object(), call));
    node.set("toTurnOff", obstacles(planned.toTurnOff()));
    return node;
  }

  private static PlannedSwitch readSwitch(JsonNode node) {
    return new PlannedSwitch(
        Json.text(node, "id"),
        Json.text(node, "label"),
        Json.flag(node, "on"),
        Json.texts(node, "breaks"),
        readCall(node.path("turnOn")),
        readObstacles(node.path("toTurnOn")),
        Json.list(node, "turnOff", PlanJson::readCall).stream().findFirst(),
        readObstacles(node.path("toTurnOff")));
  }

  private static JsonNode obstacles(Obstacles obstacles) {
    ObjectNode node = Json.object();
    Json.put(node, "blockers", obstacles.blockers(), PlanJson::blocker);
    Json.put(node, "unknowns", obstacles.unknowns(), TextNode::valueOf);
    return node;
  }

  private static Obstacles readObstacles(JsonNode node) {
    return new Obstacles(
        Json.list(node, "blockers", PlanJson::readBlocker), Json.texts(node, "unknowns"));
  }

  private static JsonNode step(RotationStep step) {
    ObjectNode node = Json.object().put("kind", step.kind().name()).put("target", step.target());
    return call(node, step.call());
  }

  private static RotationStep readStep(JsonNode node) {
    return new RotationStep(
        Json.choice(node, "kind", RotationStep.Kind.class),
        Json.text(node, "target"),
        readCall(node));
  }

  private static ObjectNode call(ObjectNode node, PlannedCall call) {
    node.put("call", call.text());
    Json.put(node, "az", call.az(), TextNode::valueOf);
    Json.put(node, "permissions", call.permissions(), PlanJson::permission);
    Json.put(node, "effects", call.effects(), TextNode::valueOf);
    return node;
  }

  private static PlannedCall readCall(JsonNode node) {
    return new PlannedCall(
        Json.text(node, "call"),
        Json.texts(node, "az"),
        Json.list(node, "permissions", PlanJson::readPermission),
        Json.texts(node, "effects"));
  }

  private static JsonNode permission(Permission permission) {
    return Json.object()
        .put("action", permission.action())
        .put("scope", permission.scope())
        .put("data", permission.data());
  }

  private static Permission readPermission(JsonNode node) {
    return new Permission(
        Json.text(node, "action"), Json.text(node, "scope"), Json.flag(node, "data"));
  }
}
