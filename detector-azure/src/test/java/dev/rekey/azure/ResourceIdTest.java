package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceIdTest {
  private static final String SITE =
      "/subscriptions/S1/resourceGroups/Rg1/providers/Microsoft.Web/sites/App1";

  @Test
  void an_id_has_parts() {
    ResourceId slot = ResourceId.parse(SITE).child("slots", "staging");

    assertThat(slot).hasToString(SITE + "/slots/staging");
    assertThat(slot.subscription()).isEqualTo("S1");
    assertThat(slot.resourceGroup()).isEqualTo("Rg1");
    assertThat(slot.group()).isEqualTo("/subscriptions/S1/resourceGroups/Rg1");
    assertThat(slot.type()).isEqualTo("Microsoft.Web/sites/slots");
    assertThat(slot.isOf("microsoft.web/SITES/slots")).isTrue();
    assertThat(slot.name()).isEqualTo("staging");
    assertThat(slot.parent()).isEqualTo(ResourceId.parse(SITE));
  }

  @Test
  void letter_case_makes_no_other_id_but_is_kept_for_people() {
    ResourceId shouted = ResourceId.parse(SITE.toUpperCase(java.util.Locale.ROOT));

    assertThat(shouted).isEqualTo(ResourceId.parse(SITE)).hasSameHashCodeAs(ResourceId.parse(SITE));
    assertThat(shouted.key()).isEqualTo(ResourceId.parse(SITE).key());
    assertThat(shouted.toString()).isNotEqualTo(SITE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/subscriptions/s",
        "/subscriptions/s/resourceGroups/r",
        "/subscriptions/s/resourceGroups/r/providers/n/t",
        "/subscriptions/s/resourceGroups/r/providers/n/t/",
        "/subscriptions/s/resourceGroups/r/providers/n/t/x/u",
        "/a/s/resourceGroups/r/providers/n/t/x",
        "/subscriptions/s/resourceGroups/r/providers/n/t/..",
        "/subscriptions/s/resourceGroups/r/providers/n/t/x\ny"
      })
  void what_is_no_id_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ResourceId.parse(text));
  }

  @Test
  void a_child_cannot_climb() {
    ResourceId site = ResourceId.parse(SITE);

    assertThatIllegalArgumentException().isThrownBy(() -> site.child("slots", ".."));
    assertThatIllegalArgumentException().isThrownBy(() -> site.child("slots/x/y", "z"));
    assertThatIllegalArgumentException().isThrownBy(site::parent);
  }
}
