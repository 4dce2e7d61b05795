package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  private static final Path PAGE = Path.of("..", "docs", "PERMISSIONS.md");
  private static final String HOW =
      "mvn -pl detector-azure -am test -Dtest=PermissionsTest -Drekey.permissions=write";

  @Test
  void the_page_says_what_the_kinds_need() throws IOException {
    String page = PermissionsPage.of(ResourceKinds.builtIn());
    if ("write".equals(System.getProperty("rekey.permissions"))) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE))
        .as("docs/PERMISSIONS.md, which is written anew by: %s", HOW)
        .isEqualTo(page);
  }

  @Test
  void no_role_may_change_anything() {
    assertThat(ResourceKinds.builtIn().permissions())
        .filteredOn(Permissions::isAzures)
        .allMatch(action -> action.endsWith("/read")
            || action.matches(".*/(list|listAppSettings|listFunctionAppSettings|getFullUrl"
                + "|getDeliveryAttributes|getCallbackConfig)/action"))
        .noneMatch(action -> action.contains("*/write") || action.equals("*"));
  }

  @Test
  void what_is_read_where_it_is_asked_for_is_read_by_actions_on_data() {
    ResourceKinds blobs = ResourceKinds.of()
        .withBlobs(new BlobWalk.Sampled(BlobSampling.DEFAULT, java.util.Optional.empty()));
    VaultWalk vaults =
        new VaultWalk(java.time.Clock.systemUTC(), false, true, VaultWalk.Listener.NONE);

    assertThat(blobs.permissions())
        .containsExactly(
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
            "Microsoft.Storage/storageAccounts/blobServices/containers/read",
            "Microsoft.Storage/storageAccounts/read")
        .filteredOn(Permissions::isData)
        .containsExactly(BlobWalk.READ);
    assertThat(vaults.kind().permissions())
        .containsExactly(
            "Microsoft.KeyVault/vaults/read",
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action")
        .filteredOn(Permissions::isData)
        .containsExactly(VaultWalk.GET, VaultWalk.LIST);
    assertThat(ResourceKinds.builtIn().permissions())
        .doesNotContain(BlobWalk.READ, VaultWalk.GET, VaultWalk.LIST);
  }

  @Test
  void there_are_forty_kinds_and_more() {
    assertThat(ResourceKinds.builtIn().all()).hasSizeGreaterThanOrEqualTo(40);
  }
}
