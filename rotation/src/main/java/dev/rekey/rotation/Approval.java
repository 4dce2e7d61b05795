package dev.rekey.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * A person's consent to one plan, as data: it can be made anywhere, stored, and used hours later.
 *
 * @param planHash the {@link RotationPlan#hash} of the plan that was read
 * @param requester who asked
 * @param approver who agreed
 * @param expires from when on it is void
 * @param accepted the risks that are accepted by name
 */
public record Approval(
    String planHash, String requester, String approver, Instant expires, Set<Risk> accepted) {
  private static final String SCHEMA = "rekey.approval/1";

  /**
   * Checks that nothing is missing.
   *
   * @throws IllegalArgumentException if a name is blank
   */
  public Approval {
    Objects.requireNonNull(planHash, "planHash");
    Objects.requireNonNull(expires, "expires");
    if (requester.isBlank() || approver.isBlank()) {
      throw new IllegalArgumentException("an approval names who asked and who agreed");
    }
    accepted = Set.copyOf(accepted);
  }

  /** Returns the approval as one line of JSON. */
  public String toJson() {
    ObjectNode node = Json.object();
    node.put("schema", SCHEMA);
    node.put("planHash", planHash);
    node.put("requester", requester);
    node.put("approver", approver);
    node.put("expires", expires.toString());
    Set<Risk> ordered = EnumSet.noneOf(Risk.class);
    ordered.addAll(accepted);
    Json.put(node, "accepted", ordered, risk -> TextNode.valueOf(risk.name()));
    return Json.write(node);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is of another form: the message names the field
   */
  public static Approval parse(String json) {
    JsonNode node = Json.read("the approval", json);
    if (!Json.text(node, "schema").equals(SCHEMA)) {
      throw new IllegalArgumentException("the approval has another schema than " + SCHEMA);
    }
    return new Approval(
        Json.text(node, "planHash"),
        Json.text(node, "requester"),
        Json.text(node, "approver"),
        Json.time(node, "expires"),
        Json.choices(node, "accepted", Risk.class));
  }

  /**
   * Checks that this approval is good for a plan at a moment.
   *
   * @throws ApprovalException if it is not: the message says why and what to do
   */
  void check(RotationPlan plan, Instant now) {
    if (!plan.blockers().isEmpty()) {
      throw new ApprovalException(
          "a plan with blockers can't be executed: " + plan.blockers().get(0));
    }
    if (!planHash.equals(plan.hash())) {
      throw new ApprovalException("the approval is for another plan ("
          + planHash
          + ", not "
          + plan.hash()
          + "): have this plan read and approved");
    }
    if (!now.isBefore(expires)) {
      throw new ApprovalException(
          "the approval expired at " + expires + ": plan and approve again");
    }
    for (Risk risk : plan.orderedRisks()) {
      if (!accepted.contains(risk)) {
        throw new ApprovalException("the approval does not accept "
            + risk
            + " ("
            + risk.meaning()
            + "): accept it by name, or remove its cause and plan again");
      }
    }
  }
}
