package dev.rekey.azure.surface;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes down what reads need, as the page docs/PERMISSIONS.md. */
final class PermissionsPage {
  private static final String SCOPE = "/providers/Microsoft.Management/managementGroups/{id}";

  private static final String SUBSCRIPTION = "/subscriptions/{id}";

  private PermissionsPage() {}

  static String of(ResourceKinds kinds) {
    Set<String> reads = new TreeSet<>(AzureSurface.PERMISSIONS);
    Set<String> posts = new TreeSet<>();
    Set<String> data = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (String action : kinds.permissions()) {
      if (!Permissions.isAzures(action)) {
        others.add(action);
      } else if (Permissions.isData(action)) {
        data.add(action);
      } else if (action.endsWith("/read")) {
        reads.add(action);
      } else {
        posts.add(action);
      }
    }
    Set<String> all = new TreeSet<>(reads);
    all.addAll(posts);
    StringBuilder page = new StringBuilder();
    page.append("""
        # Permissions

        This page is generated from the resource kinds; `PermissionsTest` writes it and fails when it is old.

        Rekey changes nothing when it looks for secrets. It needs one of the first two custom roles, assigned at the management group above all subscriptions, or at each subscription. What is refused all the same is in the `Coverage`, with the action that is missing and the role that would grant it.

        """);
    page.append("## Reads only\n\nThe built-in role Reader has all of its `Actions` too. ");
    page.append("It shows deployment history, environments of containers, machines' extensions, ");
    page.append("workflows, and more, but no settings of apps.\n\n```json\n");
    page.append(Permissions.role(
        "Rekey reads",
        "What Rekey reads by GET when it looks for secrets.",
        reads,
        List.of(SCOPE)));
    page.append("\n```\n\n## With reads by POST\n\n");
    page.append(
        "What Azure gives out only to a POST: settings and connection strings of apps above ");
    page.append("all. Whoever has this role sees those secrets.\n\n```json\n");
    page.append(Permissions.role(
        "Rekey reads all",
        "What Rekey reads by GET and by POST when it looks for secrets.",
        all,
        List.of(SCOPE)));
    page.append("\n```\n\n## Values in configuration stores\n\n");
    page.append(
        "Azure assigns no custom role with `DataActions` at a management group: this one is ");
    page.append(
        "for each subscription, or the built-in App Configuration Data Reader for each store.");
    page.append("\n\n```json\n");
    page.append(Permissions.role(
        "Rekey reads configuration stores",
        "What Rekey reads in stores of App Configuration when it looks for secrets.",
        data,
        List.of(SUBSCRIPTION)));
    page.append("\n```\n\n## Roles that are not Azure's\n\n");
    others.forEach(
        other -> page.append("- ").append(other).append(", assigned in the service itself\n"));
    page.append("\n## Where it is asked for\n\n");
    page.append("What Rekey reads only where a program asks for it is in no role above.\n\n");
    page.append("Blobs of storage accounts (`AzureSurface.blobs`):\n\n```json\n");
    page.append(Permissions.role(
        "Rekey reads blobs",
        "What Rekey needs to look for secrets in blobs.",
        ResourceKinds.of()
            .withBlobs(new BlobWalk.Sampled(BlobSampling.DEFAULT, Optional.empty()))
            .permissions(),
        List.of(SUBSCRIPTION)));
    page.append(
        "\n```\n\nThe secrets of key vaults without their values (`VaultInventory`); where ");
    page.append(
        "a vault has access policies, List on secrets in one of these instead:\n\n```json\n");
    page.append(vaults("Rekey reads vaults", false));
    page.append("\n```\n\nThe same with their values (`VaultInventory.withValues`), or Get on ");
    page.append("secrets. Whoever has this role sees all of them.\n\n```json\n");
    page.append(vaults("Rekey reads values in vaults", true));
    page.append("\n```\n\nApplications of Entra (`ApplicationInventory`): the application ");
    page.append(
        "permission Application.Read.All of Microsoft Graph, which is no role of Azure's.\n");
    page.append("\n## Kind by kind\n");
    Map<String, StringBuilder> groups = new TreeMap<>();
    for (ResourceKind kind : kinds.all()) {
      StringBuilder rows = groups.computeIfAbsent(kind.group(), group -> new StringBuilder());
      rows.append("| `").append(kind.type()).append("` | ");
      rows.append(String.join(
          "<br>", kind.permissions().stream().map(a -> "`" + a + "`").toList()));
      rows.append(" |\n");
    }
    groups.forEach((group, rows) -> page.append("\n### ")
        .append(group)
        .append("\n\n| kind | needs |\n|---|---|\n")
        .append(rows));
    return page.toString();
  }

  private static String vaults(String name, boolean values) {
    VaultWalk walk = new VaultWalk(Clock.systemUTC(), false, values, VaultWalk.Listener.NONE);
    Set<String> actions = new TreeSet<>(walk.kind().permissions());
    actions.add("Microsoft.ResourceGraph/resources/read");
    actions.add("Microsoft.Resources/subscriptions/read");
    return Permissions.role(
        name, "What Rekey needs to list what is in key vaults.", actions, List.of(SUBSCRIPTION));
  }
}
