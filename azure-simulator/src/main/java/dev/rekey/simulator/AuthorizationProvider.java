package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resource providers that say who may do what at a scope: the locks, permissions, deny assignments
 * and role assignments of Microsoft.Authorization, and Azure Policy's check of a resource that is not
 * written yet. All are only read here: {@link Guards} is how they come about.
 */
final class AuthorizationProvider {
  private static final String AUTHORIZATION = "Microsoft.Authorization";
  private static final String POLICY = "Microsoft.PolicyInsights";

  /** Every principal of a tenant, as deny assignments name them. */
  private static final String EVERYBODY = "00000000-0000-0000-0000-000000000000";

  /** The role Key Vault Secrets User: with it a site reads secrets of a vault here. */
  private static final String SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

  private static final Pattern ASSIGNED_TO =
      Pattern.compile("(?i)(?:atScope\\(\\) and )?assignedTo\\('([0-9a-f-]{36})'\\)");

  private final World world;
  private final Guards guards;

  AuthorizationProvider(World world, Guards guards) {
    this.world = world;
    this.guards = guards;
  }

  /** Whether a path ends with something of these providers. */
  static boolean owns(List<String> path) {
    return path.size() > 4
        && path.get(path.size() - 3).equalsIgnoreCase("providers")
        && List.of(AUTHORIZATION.toLowerCase(Locale.ROOT), POLICY.toLowerCase(Locale.ROOT))
            .contains(path.get(path.size() - 2).toLowerCase(Locale.ROOT));
  }

  /** The action that a request needs. */
  static String action(List<String> path) {
    String last = path.get(path.size() - 1);
    return (path.get(path.size() - 2).equalsIgnoreCase(POLICY) ? POLICY : AUTHORIZATION) + "/"
        + last + "/read";
  }

  static String scope(List<String> path) {
    return "/" + String.join("/", path.subList(0, path.size() - 3));
  }

  static List<String> versions(List<String> path) {
    return switch (path.get(path.size() - 1).toLowerCase(Locale.ROOT)) {
      case "locks" -> List.of("2015-01-01", "2016-09-01", "2020-05-01");
      case "checkpolicyrestrictions" ->
        List.of("2020-07-01", "2022-03-01", "2023-03-01", "2024-10-01");
      case "denyassignments" -> List.of("2018-07-01-preview", "2022-04-01");
      default -> List.of("2015-07-01", "2018-07-01", "2022-04-01");
    };
  }

  Reply answer(Call call, Scenario.Client client, List<String> path) {
    String scope = scope(path);
    if (!exists(scope)) {
      throw ArmProblem.noResource(scope, path.size() > 3 ? path.get(3) : "").get();
    }
    String what = path.get(path.size() - 1).toLowerCase(Locale.ROOT);
    if (what.equals("checkpolicyrestrictions")) {
      if (!call.method().equals("POST")) {
        throw ArmProblem.method(call, "POST");
      }
      return check(call, scope);
    }
    if (!call.method().equals("GET")) {
      throw ArmProblem.method(call, "GET");
    }
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    switch (what) {
      case "locks" -> {
        boolean atScope = call.query("$filter").orElse("").equalsIgnoreCase("atScope()");
        guards.locks(scope, !atScope).forEach(lock -> value.add(shown(lock)));
      }
      case "permissions" -> value.add(permissions(client));
      case "denyassignments" -> guards.denials(scope).forEach(d -> value.add(shown(d)));
      case "roleassignments" -> assignments(call, scope, value);
      default ->
        throw ArmProblem.gateway(
            404, "NotFound", "The simulator does not know the path '" + call.rawPath() + "'.");
    }
    return Arm.reads(Reply.json(200, json));
  }

  private boolean exists(String scope) {
    return world.scenario().subscriptions().stream()
            .anyMatch(one -> scope.equalsIgnoreCase("/subscriptions/" + one.id())
                || one.groups().stream()
                    .anyMatch(group -> scope.equalsIgnoreCase(
                        "/subscriptions/" + one.id() + "/resourceGroups/" + group.name())))
        || world.isInAsset(scope);
  }

  private static ObjectNode shown(Guards.Lock lock) {
    ObjectNode json = Json.object();
    json.putObject("properties").put("level", lock.level().word());
    json.put("id", lock.scope() + "/providers/" + AUTHORIZATION + "/locks/" + lock.name());
    json.put("type", AUTHORIZATION + "/locks");
    json.put("name", lock.name());
    return json;
  }

  /** One role that may do everything but what the client is denied. */
  private static ObjectNode permissions(Scenario.Client client) {
    ObjectNode json = Json.object();
    json.putArray("actions").add("*");
    ArrayNode not = json.putArray("notActions");
    client.denied().stream().sorted().forEach(not::add);
    json.putArray("dataActions").add("*");
    json.putArray("notDataActions").addAll(not.deepCopy());
    return json;
  }

  private ObjectNode shown(Guards.Denial denial) {
    String id = Directory.principalObjectId(denial.name());
    ObjectNode json = Json.object();
    ObjectNode properties = json.putObject("properties");
    properties.put("denyAssignmentName", denial.name());
    properties.put("description", "");
    ObjectNode permission = properties.putArray("permissions").addObject();
    texts(permission.putArray("actions"), denial.actions());
    texts(permission.putArray("notActions"), denial.notActions());
    permission.putArray("dataActions");
    permission.putArray("notDataActions");
    properties.put("scope", denial.scope());
    properties.put("doNotApplyToChildScopes", !denial.childScopes());
    ArrayNode principals = properties.putArray("principals");
    if (denial.principals().isEmpty()) {
      principals.addObject().put("id", EVERYBODY).put("type", "SystemDefined");
    }
    denial
        .principals()
        .forEach(one -> principals.addObject().put("id", one).put("type", "ServicePrincipal"));
    ArrayNode excluded = properties.putArray("excludePrincipals");
    denial
        .excluded()
        .forEach(one -> excluded.addObject().put("id", one).put("type", "ServicePrincipal"));
    properties.put("isSystemProtected", true);
    json.put("id", denial.scope() + "/providers/" + AUTHORIZATION + "/denyAssignments/" + id);
    json.put("type", AUTHORIZATION + "/denyAssignments");
    json.put("name", id);
    return json;
  }

  private static void texts(ArrayNode to, List<String> texts) {
    texts.forEach(to::add);
  }

  /** The roles of the sites' identities at vaults, which are all the assignments that are known. */
  private void assignments(Call call, String scope, ArrayNode value) {
    Matcher filter = ASSIGNED_TO.matcher(call.query("$filter").orElse(""));
    if (!filter.matches()) {
      throw ArmProblem.gateway(
          400, "BadRequest", "The simulator lists role assignments of one principal only.");
    }
    List<Asset> sites = new ArrayList<>(world.ofType(SiteAsset.SITES));
    sites.addAll(world.ofType(SiteAsset.SLOTS));
    for (Asset asset : sites) {
      Optional<String> principal =
          asset instanceof SiteAsset site ? site.principalId() : Optional.empty();
      if (principal.filter(filter.group(1)::equalsIgnoreCase).isPresent()) {
        for (String name : ((SiteAsset) asset).readableVaults()) {
          world
              .vault(name)
              .filter(vault -> Guards.isIn(scope, vault.id()))
              .ifPresent(vault -> value.add(assignment(vault, principal.get())));
        }
      }
    }
  }

  private static ObjectNode assignment(VaultAsset vault, String principal) {
    String name = Directory.principalObjectId(vault.id() + principal);
    ObjectNode json = Json.object();
    json.putObject("properties")
        .put(
            "roleDefinitionId",
            "/subscriptions/" + vault.subscription() + "/providers/" + AUTHORIZATION
                + "/roleDefinitions/" + SECRETS_USER)
        .put("principalId", principal)
        .put("principalType", "ServicePrincipal")
        .put("scope", vault.id());
    json.put("id", vault.id() + "/providers/" + AUTHORIZATION + "/roleAssignments/" + name);
    json.put("type", AUTHORIZATION + "/roleAssignments");
    json.put("name", name);
    return json;
  }

  private Reply check(Call call, String scope) {
    JsonNode content = Arm.content(call).at("/resourceDetails/resourceContent");
    ObjectNode json = Json.object();
    json.putArray("fieldRestrictions");
    ArrayNode evaluations = json.putObject("contentEvaluationResult").putArray("policyEvaluations");
    for (Guards.Policy policy : guards.policies(scope, content.path("type").asText())) {
      if (stops(policy, content.path("properties"))) {
        ObjectNode evaluation = evaluations.addObject();
        evaluation.set("policyInfo", info(policy));
        evaluation.put("evaluationResult", "NonCompliant");
        evaluation.putObject("effectDetails").put("policyEffect", "Deny");
      }
    }
    return Arm.reads(Reply.json(200, json));
  }

  private static boolean stops(Guards.Policy policy, JsonNode properties) {
    return properties.path(policy.property()).asText("").equalsIgnoreCase(policy.value());
  }

  private static ObjectNode info(Guards.Policy policy) {
    String authorization = "/providers/" + AUTHORIZATION;
    ObjectNode info = Json.object();
    info.put(
        "policyDefinitionId",
        authorization + "/policyDefinitions/" + Directory.principalObjectId(policy.name()));
    info.put(
        "policyAssignmentId",
        policy.scope() + authorization + "/policyAssignments/" + policy.name());
    return info;
  }

  /** Refuses a write that a policy denies. */
  void requireAllowed(Call call, Asset asset) {
    boolean writes = call.method().equals("PUT") || call.method().equals("PATCH");
    JsonNode properties = Json.readObject(writes ? call.body() : "")
        .map(body -> body.path("properties"))
        .orElseGet(Json::object);
    for (Guards.Policy policy : guards.policies(asset.id(), asset.type())) {
      if (stops(policy, properties)) {
        ObjectNode root = Json.error(
            "RequestDisallowedByPolicy",
            "Resource '" + asset.name() + "' was disallowed by policy. Policy identifiers: '[{"
                + "\"policyAssignment\":{\"name\":\"" + policy.name() + "\",\"id\":\""
                + info(policy).path("policyAssignmentId").asText() + "\"}}]'.");
        ObjectNode error = (ObjectNode) root.get("error");
        error.put("target", asset.name());
        error
            .putArray("additionalInfo")
            .addObject()
            .put("type", "PolicyViolation")
            .set("info", info(policy));
        throw new Refusal(Reply.json(403, root).with("x-ms-failure-cause", "gateway"));
      }
    }
  }
}
