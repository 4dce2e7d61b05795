package dev.rekey.detect;

import static dev.rekey.detect.GeneratedSecrets.BASE62;

import java.util.List;
import java.util.Map;

/** The forms of Azure's keys that are no connection strings: commands, addresses, tokens. */
final class AzureOtherForms {
  private final AzureForms forms;

  AzureOtherForms(AzureForms forms) {
    this.forms = forms;
  }

  void all() {
    storage();
    management();
    tokens();
    commands();
  }

  private void storage() {
    String rule = "azure.storage-legacy-key";
    Map<String, String> account = Map.of("account", "acme");
    forms.add(
        "command, key",
        rule,
        "az storage blob list --account-name acme --account-key ",
        forms.key(86, "=="),
        " -o table",
        account);
    forms.add(
        "share, net use",
        rule,
        "net use Z: \\\\acme.file.core.windows.net\\s /u:AZURE\\acme ",
        forms.key(86, "=="),
        "",
        Map.of("account", "acme", "host", "acme.file.core.windows.net"));
    forms.add(
        "share, cmdkey",
        rule,
        "cmdkey /add:acme.file.core.windows.net /user:localhost-acme /pass:",
        forms.key(86, "=="),
        "",
        Map.of("host", "acme.file.core.windows.net"));
    forms.add(
        "share, mount",
        rule,
        "mount -t cifs //acme.file.core.windows.net/s /mnt -o vers=3.0,username=acme,password=",
        forms.key(86, "=="),
        ",serverino",
        account);
    forms.add(
        "credential",
        rule,
        "new StorageSharedKeyCredential('acme', '",
        forms.key(86, "=="),
        "')",
        account);
    forms.add(
        "host",
        rule,
        "url https://acme.z1.blob.storage.azure.net/c key ",
        forms.key(86, "=="),
        "",
        Map.of("host", "acme.z1.blob.storage.azure.net"));
  }

  private void management() {
    forms.add(
        "apim host",
        "azure.api-management-legacy-key",
        "https://acme.management.azure-api.net/users key ",
        forms.key(86, "=="),
        "",
        Map.of("host", "acme.management.azure-api.net"));
    forms.add(
        "apim token",
        "azure.api-management-token",
        "Authorization: SharedAccessSignature uid=",
        "integration&ex=2030-01-02T15:30:00.0000000Z&sn=" + forms.key(86, "=="),
        "",
        Map.of("expires", "2030-01-02T15:30:00Z"));
    forms.add(
        "apim short token",
        "azure.api-management-token",
        "Authorization: SharedAccessSignature ",
        "integration&203001021530&" + forms.key(86, "=="),
        "",
        Map.of("expires", "2030-01-02T15:30:00Z"));
    forms.add(
        "apim gateway",
        "azure.api-management-token",
        "auth=GatewayKey ",
        "edge&203001021530&" + forms.key(86, "=="),
        "",
        Map.of("expires", "2030-01-02T15:30:00Z"));
    forms.add(
        "workspace host",
        "azure.log-analytics-key",
        "https://w.ods.opinsights.azure.com/api/logs ",
        forms.key(86, "=="),
        "",
        Map.of());
    forms.add(
        "automation",
        "azure.automation-registration-key",
        "https://we.agentsvc.azure-automation.net/accounts/x key ",
        forms.key(86, "=="),
        "",
        Map.of());
    forms.add(
        "hub policy",
        "azure.notification-hub-key",
        "policy=DefaultFullSharedAccessSignature,key=",
        forms.key(43, "="),
        "",
        Map.of("policy", "DefaultFullSharedAccessSignature"));
    forms.add(
        "maps",
        "azure.maps-key",
        "https://atlas.microsoft.com/search?api-version=1.0&subscription-key=",
        forms.secrets.text(BASE62 + "-_", 42) + "a",
        "&query=x",
        Map.of());
    forms.add(
        "insights",
        "azure.application-insights-api-key",
        "https://api.applicationinsights.io/v1/apps/x/metrics x-api-key: ",
        forms.secrets.text("abcdefghijklmnopqrstuvwxyz0123456789", 40),
        "",
        Map.of());
    forms.add(
        "direct line",
        "azure.bot-direct-line-secret",
        "https://directline.botframework.com/v3/directline/tokens Bearer ",
        forms.secrets.word(11) + "." + forms.secrets.text(BASE62 + "-_", 42) + "a",
        "",
        Map.of());
  }

  private void tokens() {
    String path = "/workflows/" + forms.hex() + "/triggers/manual/paths/invoke?api-version=1"
        + "&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=";
    for (String host : List.of(
        "prod-07.westeurope.logic.azure.com:443",
        "prod-07.usgovtexas.logic.azure.us:443",
        "prod-07.chinanorth.logic.azure.cn")) {
      url("logic " + host, "azure.logic-app-url", host, path);
    }
    for (String host : List.of(
        "default0a1b.2c.environment.api.powerplatform.com:443",
        "0a1b.2c.environment.api.gov.powerplatform.microsoft.us",
        "0a1b.2c.environment.api.powerplatform.partner.microsoftonline.cn")) {
      url(
          "flow " + host,
          "azure.power-automate-url",
          host,
          "/powerautomate/automations/direct" + path);
    }
    String webhook = "https://%s-%s-%s.webhook.we.azure-automation.net/webhooks?token="
        .formatted(forms.hex(8), forms.hex(4), forms.hex(4));
    forms.add(
        "automation webhook",
        "azure.automation-webhook",
        "",
        webhook + forms.secrets.word(42),
        "",
        Map.of());
    forms.add(
        "automation webhook, older",
        "azure.automation-webhook",
        "",
        "https://s1events.azure-automation.net/webhooks?token=" + forms.secrets.word(40),
        "",
        Map.of("host", "s1events.azure-automation.net"));
    forms.add(
        "resource token",
        "azure.cosmos-resource-token",
        "token=",
        "type=resource&ver=1&sig=" + forms.key(22, "==") + ";" + forms.key(200, "=="),
        ";",
        Map.of());
  }

  private void url(String name, String rule, String host, String path) {
    String url = "https://" + host + path.replace("%2F", "/") + forms.secrets.word(43);
    forms.add(name, rule, "", url, "", Map.of("host", host.replaceFirst(":.*", "")));
  }

  private void commands() {
    String database = "acme.postgres.database.azure.com";
    Map<String, String> parts = Map.of("host", database, "user", "app", "database", "orders");
    String password = forms.secrets.text(BASE62 + "!", 14);
    forms.add(
        "libpq",
        "azure.database-host-password",
        "host=" + database + " port=5432 dbname=orders user=app password=",
        password,
        " sslmode=require",
        Map.of("host", database, "user", "app", "database", "orders", "port", "5432"));
    forms.add(
        "libpq, host last",
        "azure.database-host-password",
        "user=app password=",
        password,
        " dbname=orders host=" + database,
        parts);
    String sql = "acme.database.windows.net";
    forms.add(
        "sqlcmd",
        "azure.database-cli-password",
        "sqlcmd -S " + sql + " -d orders -U app -P ",
        password,
        " -i x.sql",
        Map.of("host", sql, "user", "app", "database", "orders"));
    forms.add(
        "sqlcmd, server last",
        "azure.database-cli-password",
        "sqlcmd -U app -P ",
        password,
        " -S acme.sql.azuresynapse.net",
        Map.of("host", "acme.sql.azuresynapse.net", "user", "app"));
    forms.add(
        "mysql",
        "azure.database-cli-password",
        "mysql -h acme.mysql.database.azure.com -u app -p",
        forms.secrets.word(14) + "1",
        " orders",
        Map.of("host", "acme.mysql.database.azure.com", "user", "app"));
    forms.add(
        "synapse",
        "azure.sql-connection-string",
        "Server=tcp:acme.sql.azuresynapse.net,1433;Database=orders;User ID=app;Password=",
        password,
        ";Encrypt=true",
        Map.of("host", "acme.sql.azuresynapse.net", "user", "app", "database", "orders"));
    forms.add(
        "vcore",
        "azure.database-url",
        "mongodb+srv://app:",
        forms.secrets.word(15) + "1",
        "@acme.global.mongocluster.cosmos.azure.com/?tls=true",
        Map.of("host", "acme.global.mongocluster.cosmos.azure.com", "user", "app"));
    String id = "%s-%s-%s-%s-%s"
        .formatted(forms.hex(8), forms.hex(4), forms.hex(4), forms.hex(4), forms.hex(12));
    forms.add(
        "principal",
        "azure.cli-password",
        "az login --service-principal -u " + id + " --tenant acme.onmicrosoft.com -p ",
        forms.secrets.word(33) + "1",
        "",
        Map.of("client", id, "tenant", "acme.onmicrosoft.com"));
    forms.add(
        "administrator",
        "azure.cli-password",
        "az vm create -n acme --admin-username app --admin-password ",
        forms.secrets.word(15) + "1",
        " -o json",
        Map.of("user", "app"));
    forms.add(
        "git remote",
        "azure.deployment-url",
        "https://$acme:",
        forms.secrets.word(60),
        "@acme.scm.azurewebsites.net/acme.git",
        Map.of("host", "acme.scm.azurewebsites.net", "user", "$acme"));
  }
}
