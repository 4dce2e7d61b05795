package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rekey.azure.AzureResource;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.exposure.Signal.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentsTest {
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

    Signal production = of(app, pair(setting));

    assertThat(production.answer()).isEqualTo(answer);
    assertThat(production.reason()).contains(reason);
  }

  @Test
  void words_that_disagree_count_as_production() {
    AzureResource app = app("shop", "rg", Map.of("env", "dev", "stage", "prod", "tier", "test"));

    assertThat(of(app, Map.of())).isEqualTo(Signal.yes("its tag stage says prod"));
  }

  @Test
  void reasons_quote_only_known_words() {
    AzureResource app = app("shop", "rg", Map.of("env", "canary prod canary"));

    assertThat(of(app, Map.of()).reason()).doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource({
    "prod,,,,YES,its resource group's tag env says prod",
    ",test,,,NO,its subscription's tag env says test",
    ",,Contoso Production,,YES,its subscription's name says production",
    ",,,PremiumV2,YES,its SKU",
    ",,,P1v3,YES,its SKU",
    ",,,Premium_LRS,YES,its SKU",
    ",,,Free,NO,its SKU",
    ",,,Developer,NO,its SKU",
    ",,,Standard,UNKNOWN,neither",
    "test,prod,prod,P1v3,NO,its resource group's tag env says test"
  })
  void what_it_is_in_and_what_it_costs_decide_last(
      String groupTag,
      String subscriptionTag,
      String subscription,
      String sku,
      Answer answer,
      String reason) {
    Containers.Around around = new Containers.Around(
        groupTag == null ? Map.of() : Map.of("env", groupTag),
        subscriptionTag == null ? Map.of() : Map.of("env", subscriptionTag),
        subscription == null ? "" : subscription);

    Signal production =
        Environments.of(app("shop", "rg", Map.of()), Map.of(), around, sku == null ? "" : sku);

    assertThat(production.answer()).isEqualTo(answer);
    assertThat(production.reason()).contains(reason);
  }

  private static Signal of(AzureResource app, Map<String, String> settings) {
    return Environments.of(app, settings, Containers.Around.NOTHING, "");
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
