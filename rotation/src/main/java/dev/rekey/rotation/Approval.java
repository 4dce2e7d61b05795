package dev.rekey.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * People's consent to one plan, as data: it can be made anywhere, stored, and used hours later.
 * Whether it is enough is for the {@link ApprovalPolicy} of the {@link Rotator} to say.
 *
 * @param planHash the {@link RotationPlan#hash} of the plan that was read
 * @param requester who asked; at most 200 characters
 * @param approvers who agreed, at least one, each once; names that differ only in case, blanks at
 *     the ends or the form of their characters are one person's
 * @param expires from when on it is void
 * @param accepted the risks that are accepted by name
 * @param attestations what people say of dependents which nobody can look into
 */
public record Approval(
    String planHash,
    String requester,
    List<Approver> approvers,
    Instant expires,
    Set<Risk> accepted,
    List<Attestation> attestations) {
  private static final String SCHEMA = "rekey.approval/1";
  private static final int LONGEST_NAME = 200;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if a text is blank, too long or not one line, or if nobody
   *     agreed, or somebody twice: the message names the field
   */
  public Approval {
    Line.check("planHash", planHash, LONGEST_NAME);
    Line.check("requester", requester, LONGEST_NAME);
    Objects.requireNonNull(expires, "expires");
    approvers = List.copyOf(approvers);
    accepted = Set.copyOf(accepted);
    attestations = List.copyOf(attestations);
    if (approvers.isEmpty()) {
      throw new IllegalArgumentException("field approvers names nobody");
    }
    Set<String> people = new HashSet<>();
    for (Approver approver : approvers) {
      if (!people.add(Line.person(approver.name()))) {
        throw new IllegalArgumentException("field approvers names " + approver.name() + " twice");
      }
    }
  }

  /**
   * Somebody who agreed.
   *
   * @param name who; at most 200 characters
   * @param at when
   * @param reference where that can be looked up: a ticket, a message; at most 200 characters
   */
  public record Approver(String name, Instant at, String reference) {
    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if a text is blank, too long or not one line
     */
    public Approver {
      Line.check("name", name, LONGEST_NAME);
      Objects.requireNonNull(at, "at");
      Line.check("reference", reference, LONGEST_NAME);
    }
  }

  /** Starts the approval of a plan. */
  public static Builder of(RotationPlan plan) {
    return new Builder(plan.hash());
  }

  /** Returns the approval as one line of JSON. */
  public String toJson() {
    ObjectNode node = Json.object();
    node.put("schema", SCHEMA);
    node.put("planHash", planHash);
    node.put("requester", requester);
    Json.put(
        node,
        "approvers",
        approvers,
        approver -> Json.object()
            .put("name", approver.name())
            .put("at", approver.at().toString())
            .put("reference", approver.reference()));
    node.put("expires", expires.toString());
    Set<Risk> ordered = EnumSet.noneOf(Risk.class);
    ordered.addAll(accepted);
    Json.put(node, "accepted", ordered, risk -> TextNode.valueOf(risk.name()));
    Json.put(
        node,
        "attestations",
        attestations,
        attestation -> Json.object()
            .put("by", attestation.by())
            .put("dependent", attestation.dependent())
            .put("statement", attestation.statement())
            .put("at", attestation.at().toString()));
    return Json.write(node);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is of another form, or has a field more: the message
   *     names the field
   */
  public static Approval parse(String json) {
    JsonNode node = Json.read("the approval", json);
    if (!Json.text(node, "schema").equals(SCHEMA)) {
      throw new IllegalArgumentException("the approval has another schema than " + SCHEMA);
    }
    Approval approval = new Approval(
        Json.text(node, "planHash"),
        Json.text(node, "requester"),
        Json.list(
            node,
            "approvers",
            approver -> new Approver(
                Json.text(approver, "name"),
                Json.time(approver, "at"),
                Json.text(approver, "reference"))),
        Json.time(node, "expires"),
        Json.choices(node, "accepted", Risk.class),
        Json.list(
            node,
            "attestations",
            attestation -> new Attestation(
                Json.text(attestation, "by"),
                Json.text(attestation, "dependent"),
                Json.text(attestation, "statement"),
                Json.time(attestation, "at"))));
    Json.requireKnown(node, Json.read("the approval", approval.toJson()));
    return approval;
  }

  /** Collects what an approval says. Not thread-safe. */
  public static final class Builder {
    private final String planHash;
    private String requester = "";
    private final List<Approver> approvers = new ArrayList<>();
    private Optional<Instant> expires = Optional.empty();
    private final Set<Risk> accepted = EnumSet.noneOf(Risk.class);
    private final List<Attestation> attestations = new ArrayList<>();

    private Builder(String planHash) {
      this.planHash = planHash;
    }

    /** Sets who asked. Required. */
    public Builder requester(String name) {
      requester = name;
      return this;
    }

    /** Adds somebody who agreed, and where that can be looked up. At least one is required. */
    public Builder approver(String name, Instant at, String reference) {
      approvers.add(new Approver(name, at, reference));
      return this;
    }

    /** Sets from when on it is void. Required. */
    public Builder expires(Instant moment) {
      expires = Optional.of(moment);
      return this;
    }

    /** Adds risks that are accepted. */
    public Builder accept(Risk... risks) {
      accepted.addAll(List.of(risks));
      return this;
    }

    /** Adds what somebody says of a dependent which nobody can look into. */
    public Builder attestation(Attestation attestation) {
      attestations.add(attestation);
      return this;
    }

    /**
     * Returns the approval.
     *
     * @throws IllegalArgumentException if what is required is missing or of another form
     */
    public Approval build() {
      return new Approval(
          planHash,
          requester,
          approvers,
          expires.orElseThrow(() -> new IllegalArgumentException("field expires is not set")),
          accepted,
          attestations);
    }
  }
}
