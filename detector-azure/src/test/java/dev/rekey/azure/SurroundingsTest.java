package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.exposure.Signal.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurroundingsTest {
  @ParameterizedTest
  @CsvSource({
    // name (or name/slot), group, tag, setting, answer, words of the reason
    "shop,rg,,,UNKNOWN,neither",
    "shop-prod,rg,,,YES,its name says prod",
    "shop-PRD01,rg,,,YES,its name says prd",
    "live-chat,rg,,,YES,its name says live",
    "contosoProd,rg,,,YES,its name says prod",
    "product-list,rg,,,UNKNOWN,neither",
    "delivery,rg,,,UNKNOWN,neither",
    "shop-dev2,rg,,,NO,its name says dev",
    "shop-nonprod,rg,,,NO,nonprod",
    "shop-non-prod,rg,,,NO,non-prod",
    "shop-pre-prod,rg,,,NO,pre-prod",
    "shop-staging,rg-prod,,,NO,its name says staging",
    "live-dev,rg,,,YES,its name says live",
    "shop,rg-prod,,,YES,its resource group's name says prod",
    "shop,qa_group,,,NO,its resource group's name says qa",
    "shop-dev,rg,env:Production,,YES,its tag env says production",
    "shop-prod,rg,Environment:test,,NO,its tag environment says test",
    "shop-prod,rg,STAGE:qa,,NO,its tag stage says qa",
    "shop,rg,tier:prod,,YES,its tag tier says prod",
    "shop-prod,rg,tier:gold,,YES,its name says prod",
    "shop-dev,rg,owner:prod,,NO,its name says dev",
    "shop-dev,rg,,ASPNETCORE_ENVIRONMENT:Production,YES,its setting ASPNETCORE_ENVIRONMENT",
    "shop,rg,,node_env:development,NO,its setting NODE_ENV says development",
    "shop,rg,,'SPRING_PROFILES_ACTIVE:eu,prod',YES,its setting SPRING_PROFILES_ACTIVE",
    "shop,rg,env:test,NODE_ENV:production,NO,its tag env says test",
    "shop/staging,rg,,,NO,the slot's name says staging",
    "shop-prod/blue,rg,,,NO,deployment slot",
    "shop/prod-copy,rg,,,YES,the slot's name says prod",
    "shop/blue,rg,env:prod,,YES,its tag env says prod"
  })
  void production_is_told_by_the_most_deliberate_words(
      String name, String group, String tag, String setting, Answer answer, String reason) {
    String path = name.contains("/") ? name.replace("/", "/slots/") : name;
    AzureResource app = app(path, group, pair(tag));

    Signal production = Surroundings.of(app, pair(setting)).production();

    assertThat(production.answer()).isEqualTo(answer);
    assertThat(production.reason()).contains(reason);
  }

  @Test
  void words_that_disagree_count_as_production() {
    AzureResource app = app("shop", "rg", Map.of("env", "dev", "stage", "prod", "tier", "test"));

    assertThat(Surroundings.of(app, Map.of()).production())
        .isEqualTo(Signal.yes("its tag stage says prod"));
  }

  @Test
  void reasons_quote_only_known_words() {
    AzureResource app = app("shop", "rg", Map.of("env", "canary prod canary"));

    assertThat(Surroundings.of(app, Map.of()).production().reason()).doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; YES",
        "{'publicNetworkAccess':null}; YES",
        "{'publicNetworkAccess':''}; YES",
        "{'publicNetworkAccess':'Enabled','state':'Running','enabled':true}; YES",
        "{'publicNetworkAccess':'disabled'}; NO",
        "{'publicNetworkAccess':'SecuredByPerimeter'}; UNKNOWN",
        "{'publicNetworkAccess':['Disabled']}; YES",
        "{'publicNetworkAccess':true}; UNKNOWN",
        "{'state':'Stopped'}; NO",
        "{'enabled':false}; NO",
        "{'enabled':'false'}; YES",
        "{'hostingEnvironmentProfile':{'id':'x'}}; UNKNOWN",
        "{'hostingEnvironmentProfile':null}; YES",
        "{'hostingEnvironmentProfile':{'id':'x'},'publicNetworkAccess':'Disabled'}; NO"
      })
  void reachable_is_what_the_properties_say(String properties, Answer answer) throws Exception {
    Signal reachable =
        Surroundings.reachable(new ObjectMapper().readTree(properties.replace('\'', '"')));

    assertThat(reachable.answer()).isEqualTo(answer);
    assertThat(reachable.reason()).isNotEmpty();
  }

  @Test
  void an_app_without_properties_may_be_reachable() {
    assertThat(Surroundings.reachable(MissingNode.getInstance()).answer())
        .isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void settings_are_not_for_readers() {
    AssetContext site = Surroundings.of(app("shop", "rg", Map.of()), Map.of());
    AssetContext slot = Surroundings.of(app("shop/slots/blue", "rg", Map.of()), Map.of());

    assertThat(site.widelyReadable().answer()).isEqualTo(Answer.NO);
    assertThat(site.widelyReadable().reason()).contains("Microsoft.Web/sites/config/list/action");
    assertThat(slot.widelyReadable().reason())
        .contains("Microsoft.Web/sites/slots/config/list/action");
    assertThat(site.tenant()).isEqualTo("tenant-1");
    assertThat(site.resource()).endsWith("/sites/shop");
  }

  private static Map<String, String> pair(String text) {
    if (text == null) {
      return Map.of();
    }
    String[] halves = text.split(":", 2);
    return Map.of(halves[0], halves[1]);
  }

  private static AzureResource app(String path, String group, Map<String, String> tags) {
    var row = JsonNodeFactory.instance
        .objectNode()
        .put(
            "id",
            "/subscriptions/s/resourceGroups/" + group + "/providers/Microsoft.Web/sites/" + path)
        .put("tenantId", "tenant-1");
    tags.forEach(row.putObject("tags")::put);
    row.putObject("properties");
    return AzureResource.of(row);
  }
}
