package dev.rekey.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithheldTest {
  private static String left(String json, List<String> hidden, List<String> masked, String expand) {
    ObjectNode tree = Json.readObject(json.replace('\'', '"')).orElseThrow();
    Withheld.of(hidden, masked).from(tree, expand);
    return tree.toString().replace('"', '\'');
  }

  @Test
  void a_hidden_value_is_missing_and_all_else_stays() {
    assertThat(left("{'a':{'b':1,'c':2},'b':3}", List.of("a/b"), List.of(), ""))
        .isEqualTo("{'a':{'c':2},'b':3}");
    assertThat(left("{'a':7}", List.of("a/b", "x/y"), List.of(), "")).isEqualTo("{'a':7}");
  }

  @Test
  void a_star_is_every_member_of_a_list_or_an_object() {
    assertThat(left("{'a':[{'s':1},{'s':2,'t':3}]}", List.of("a/*/s"), List.of(), ""))
        .isEqualTo("{'a':[{},{'t':3}]}");
    assertThat(left("{'a':{'x':{'s':1}}}", List.of("a/*/s"), List.of(), ""))
        .isEqualTo("{'a':{'x':{}}}");
  }

  @Test
  void a_condition_chooses_and_letter_case_does_not_matter() {
    assertThat(left(
            "{'p':{'a':{'type':'securestring','value':1},'b':{'type':'String','value':2}}}",
            List.of("p/*[type=SecureString|SecureObject]/value"),
            List.of(),
            ""))
        .isEqualTo("{'p':{'a':{'type':'securestring'},'b':{'type':'String','value':2}}}");
    assertThat(left("{'p':{'enc':true,'value':1}}", List.of("p[enc=true]/value"), List.of(), ""))
        .isEqualTo("{'p':{'enc':true}}");
  }

  @Test
  void what_is_masked_is_asterisks_at_any_depth() {
    assertThat(left(
            "{'a':[{'b':{'type':'SecureString','value':'x'}}],'type':'SecureString','value':'y'}",
            List.of(),
            List.of("**[type=SecureString]/value"),
            ""))
        .doesNotContain("'x'")
        .doesNotContain("'y'")
        .contains("**********");
  }

  @Test
  void some_is_shown_only_to_those_who_ask_for_it() {
    List<String> hidden = List.of("p/userData unless $expand=userData");
    assertThat(left("{'p':{'userData':1}}", hidden, List.of(), "")).isEqualTo("{'p':{}}");
    assertThat(left("{'p':{'userData':1}}", hidden, List.of(), "instanceView"))
        .isEqualTo("{'p':{}}");
    assertThat(left("{'p':{'userData':1}}", hidden, List.of(), "UserData"))
        .isEqualTo("{'p':{'userData':1}}");
  }

  @Test
  void a_place_that_is_none_is_refused() {
    assertThatThrownBy(() -> Withheld.of(List.of("a[b]/c"), List.of()))
        .hasMessageContaining("a[b]/c");
  }
}
