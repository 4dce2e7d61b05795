package dev.rekey.detect;

import static dev.rekey.detect.GeneratedSecrets.BASE62;
import static dev.rekey.detect.GeneratedSecrets.BASE64;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The forms in which Azure's keys without a checksum are written, with their parts in any order. */
final class AzureForms {
  private static final String HEX = "0123456789abcdef";

  private final GeneratedSecrets secrets;
  private final List<Form> forms = new ArrayList<>();

  /**
   * One form.
   *
   * @param value the secret as the service prints it, in its surroundings
   * @param canonical what is fingerprinted
   * @param attributes what the finding must say, at least
   */
  record Form(
      String name,
      String rule,
      FileFormat.Value value,
      String canonical,
      Map<String, String> attributes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private AzureForms(long seed) {
    this.secrets = new GeneratedSecrets(seed);
  }

  static List<Form> of(long seed) {
    AzureForms forms = new AzureForms(seed);
    forms.messaging();
    forms.services();
    forms.hexadecimal();
    forms.databases();
    forms.deployment();
    forms.storage();
    forms.management();
    forms.tokens();
    forms.commands();
    return forms.forms;
  }

  private void messaging() {
    String bus = "azure.service-bus-connection-string";
    everyOrder(
        "bus",
        bus,
        List.of(
            "Endpoint=sb://acme.servicebus.windows.net/",
            "SharedAccessKeyName=send",
            "SharedAccessKey=" + key(43, "="),
            "EntityPath=orders"),
        Map.of("host", "acme.servicebus.windows.net", "policy", "send", "entity", "orders"));
    everyOrder(
        "iot device",
        "azure.iot-connection-string",
        List.of(
            "HostName=acme.azure-devices.net", "DeviceId=dev-1", "SharedAccessKey=" + key(43, "=")),
        Map.of("host", "acme.azure-devices.net", "device", "dev-1"));
    everyOrder(
        "iot policy",
        "azure.iot-connection-string",
        List.of(
            "HostName=acme.azure-devices.net",
            "SharedAccessKeyName=iothubowner",
            "SharedAccessKey=" + key(43, "=")),
        Map.of("host", "acme.azure-devices.net", "policy", "iothubowner"));
    String alone = key(43, "=");
    add("alone", "azure.shared-access-key", "SharedAccessKey=", alone, "", Map.of());
  }

  private void services() {
    everyOrder(
        "cosmos",
        "azure.cosmos-connection-string",
        List.of(
            "AccountEndpoint=https://acme.documents.azure.com:443/", "AccountKey=" + key(86, "==")),
        Map.of("account", "acme", "host", "acme.documents.azure.com"));
    everyOrder(
        "configuration",
        "azure.app-configuration-connection-string",
        List.of("Endpoint=https://acme.azconfig.io", "Id=ab1c-l0-s0:x", "Secret=" + key(43, "=")),
        Map.of("host", "acme.azconfig.io"));
    everyOrder(
        "signalr",
        "azure.signalr-connection-string",
        List.of(
            "Endpoint=https://acme.service.signalr.net",
            "AccessKey=" + key(43, "="),
            "Version=1.0"),
        Map.of("host", "acme.service.signalr.net"));
    everyOrder(
        "pubsub",
        "azure.web-pubsub-connection-string",
        List.of(
            "Endpoint=https://acme.webpubsub.azure.com",
            "AccessKey=" + key(43, "="),
            "Version=1.0"),
        Map.of("host", "acme.webpubsub.azure.com"));
    everyOrder(
        "communication",
        "azure.communication-connection-string",
        List.of("endpoint=https://acme.communication.azure.com/", "accesskey=" + key(86, "==")),
        Map.of("host", "acme.communication.azure.com"));
    String redis = "acme.redis.cache.windows.net";
    add(
        "redis",
        "azure.redis-connection-string",
        redis + ":6380,password=",
        key(43, "="),
        ",ssl=True",
        Map.of("host", redis));
    add(
        "redis, last",
        "azure.redis-connection-string",
        "ssl=True,password=",
        key(43, "="),
        "," + redis + ":6380",
        Map.of("host", redis));
    add("grid", "azure.legacy-event-grid-key", "aeg-sas-key: ", key(43, "="), "", Map.of());
    String word = secrets.text(BASE62, 54) + "==";
    String host = "acme.azurewebsites.net";
    add(
        "function",
        "azure.function-key",
        "https://" + host + "/api/f?code=",
        word,
        "",
        Map.of("host", host));
    add("function header", "azure.function-key", "x-functions-key: ", word, "", Map.of());
    add(
        "batch",
        "azure.legacy-batch-key",
        "https://acme.westeurope.batch.azure.com,key=",
        key(86, "=="),
        "",
        Map.of("host", "acme.westeurope.batch.azure.com"));
    String password = "git&203001021530&" + key(86, "==");
    add(
        "git",
        "azure.api-management-git-password",
        "apim=",
        password,
        "",
        Map.of("expires", "2030-01-02T15:30:00Z"));
  }

  private void hexadecimal() {
    String header = "Ocp-Apim-Subscription-Key: ";
    String ai = "acme.cognitiveservices.azure.com";
    add(
        "ai, host last",
        "azure.legacy-ai-services-key",
        header,
        hex(),
        " https://" + ai + "/x",
        Map.of("host", ai));
    add(
        "ai, host first",
        "azure.legacy-ai-services-key",
        "https://" + ai + "/x " + header,
        hex(),
        "",
        Map.of("host", ai));
    add(
        "apim, query",
        "azure.api-management-subscription-key",
        "https://acme.azure-api.net/echo?subscription-key=",
        hex(),
        "",
        Map.of("host", "acme.azure-api.net"));
    add(
        "apim, header",
        "azure.api-management-subscription-key",
        header,
        hex(),
        " https://acme.azure-api.net/echo",
        Map.of("host", "acme.azure-api.net"));
    add("header alone", "azure.subscription-key", header, hex(), "", Map.of());
    add(
        "search",
        "azure.legacy-search-key",
        "api-key: ",
        secrets.text("0123456789ABCDEF", 32),
        " https://acme.search.windows.net/indexes",
        Map.of("host", "acme.search.windows.net"));
    add(
        "registry",
        "azure.container-registry-password",
        "docker login -u acme --password=",
        secrets.text(BASE62, 32),
        " acme.azurecr.io",
        Map.of("host", "acme.azurecr.io"));
  }

  private void databases() {
    String rule = "azure.sql-connection-string";
    Map<String, String> parts =
        Map.of("host", "acme.database.windows.net", "user", "app", "database", "orders");
    everyOrder(
        "ado",
        rule,
        List.of(
            "Server=tcp:acme.database.windows.net,1433",
            "Initial Catalog=orders",
            "User ID=app",
            "Password=" + secrets.text(BASE62 + "!#", 14)),
        parts);
    everyOrder(
        "odbc",
        rule,
        List.of(
            "Server=acme.database.windows.net",
            "Database=orders",
            "Uid=app",
            "Pwd=" + secrets.text(BASE62 + "!#", 14)),
        parts);
    add(
        "jdbc",
        rule,
        "jdbc:sqlserver://acme.database.windows.net:1433;database=orders;user=app;password=",
        secrets.text(BASE62, 16),
        ";encrypt=true",
        parts);
    add(
        "jdbc, mysql",
        rule,
        "jdbc:mysql://acme.mysql.database.azure.com/orders?user=app&password=",
        secrets.text(BASE62, 16),
        "&useSSL=true",
        Map.of("host", "acme.mysql.database.azure.com", "user", "app"));
    add(
        "localhost",
        rule,
        "Server=localhost;User ID=app;Password=",
        secrets.text(BASE62, 16),
        ";",
        Map.of("host", "localhost", "user", "app"));
    add(
        "url",
        "azure.database-url",
        "postgresql://app:",
        secrets.text(BASE62, 16),
        "@acme.postgres.database.azure.com:5432/orders?sslmode=require",
        Map.of("host", "acme.postgres.database.azure.com", "user", "app", "database", "orders"));
  }

  private void deployment() {
    String guid = "%s-%s-%s-%s-%s".formatted(hex(8), hex(4), hex(4), hex(4), hex(12));
    String webhook = "https://acme.webhook.office.com/webhookb2/" + guid + "@" + guid
        + "/IncomingWebhook/" + hex() + "/" + guid;
    add("teams", "azure.teams-webhook", "to=", webhook, "", Map.of("tenant", guid));
    String runtime =
        "IR@" + guid + "@acme@ServiceEndpoint=acme.we.datafactory.azure.net@" + key(43, "=");
    add("runtime", "azure.integration-runtime-key", "key=", runtime, "", Map.of("factory", "acme"));
    add(
        "profile",
        "azure.publish-profile-password",
        "<p userName='$acme' userPWD=\"",
        secrets.text(BASE62, 60),
        "\" />",
        Map.of());
    add(
        "machine key",
        "azure.machine-key",
        "<machineKey validationKey=\"",
        secrets.text("0123456789ABCDEF", 128),
        "\" validation=\"SHA1\" />",
        Map.of());
    add(
        "refresh",
        "azure.entra-refresh-token",
        "token=",
        "0.A" + secrets.text(BASE62 + "-_", 80) + ".AgAB" + secrets.text(BASE62 + "-_", 600),
        "",
        Map.of());
  }

  private void storage() {
    String rule = "azure.storage-legacy-key";
    Map<String, String> account = Map.of("account", "acme");
    add(
        "command, key",
        rule,
        "az storage blob list --account-name acme --account-key ",
        key(86, "=="),
        " -o table",
        account);
    add(
        "share, net use",
        rule,
        "net use Z: \\\\acme.file.core.windows.net\\s /u:AZURE\\acme ",
        key(86, "=="),
        "",
        Map.of("account", "acme", "host", "acme.file.core.windows.net"));
    add(
        "share, cmdkey",
        rule,
        "cmdkey /add:acme.file.core.windows.net /user:localhost-acme /pass:",
        key(86, "=="),
        "",
        Map.of("host", "acme.file.core.windows.net"));
    add(
        "share, mount",
        rule,
        "mount -t cifs //acme.file.core.windows.net/s /mnt -o vers=3.0,username=acme,password=",
        key(86, "=="),
        ",serverino",
        account);
    add(
        "credential",
        rule,
        "new StorageSharedKeyCredential('acme', '",
        key(86, "=="),
        "')",
        account);
    add(
        "host",
        rule,
        "url https://acme.z1.blob.storage.azure.net/c key ",
        key(86, "=="),
        "",
        Map.of("host", "acme.z1.blob.storage.azure.net"));
  }

  private void management() {
    add(
        "apim host",
        "azure.api-management-legacy-key",
        "https://acme.management.azure-api.net/users key ",
        key(86, "=="),
        "",
        Map.of("host", "acme.management.azure-api.net"));
    add(
        "apim token",
        "azure.api-management-token",
        "Authorization: SharedAccessSignature uid=",
        "integration&ex=2030-01-02T15:30:00.0000000Z&sn=" + key(86, "=="),
        "",
        Map.of("expires", "2030-01-02T15:30:00Z"));
    add(
        "apim short token",
        "azure.api-management-token",
        "Authorization: SharedAccessSignature ",
        "integration&203001021530&" + key(86, "=="),
        "",
        Map.of("expires", "2030-01-02T15:30:00Z"));
    add(
        "apim gateway",
        "azure.api-management-token",
        "auth=GatewayKey ",
        "edge&203001021530&" + key(86, "=="),
        "",
        Map.of("expires", "2030-01-02T15:30:00Z"));
    add(
        "workspace host",
        "azure.log-analytics-key",
        "https://w.ods.opinsights.azure.com/api/logs ",
        key(86, "=="),
        "",
        Map.of());
    add(
        "automation",
        "azure.automation-registration-key",
        "https://we.agentsvc.azure-automation.net/accounts/x key ",
        key(86, "=="),
        "",
        Map.of());
    add(
        "hub policy",
        "azure.notification-hub-key",
        "policy=DefaultFullSharedAccessSignature,key=",
        key(43, "="),
        "",
        Map.of("policy", "DefaultFullSharedAccessSignature"));
    add(
        "maps",
        "azure.maps-key",
        "https://atlas.microsoft.com/search?api-version=1.0&subscription-key=",
        secrets.text(BASE62 + "-_", 42) + "a",
        "&query=x",
        Map.of());
    add(
        "insights",
        "azure.application-insights-api-key",
        "https://api.applicationinsights.io/v1/apps/x/metrics x-api-key: ",
        secrets.text("abcdefghijklmnopqrstuvwxyz0123456789", 40),
        "",
        Map.of());
    add(
        "direct line",
        "azure.bot-direct-line-secret",
        "https://directline.botframework.com/v3/directline/tokens Bearer ",
        secrets.word(11) + "." + secrets.text(BASE62 + "-_", 42) + "a",
        "",
        Map.of());
  }

  private void tokens() {
    String path = "/workflows/" + hex() + "/triggers/manual/paths/invoke?api-version=1"
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
        .formatted(hex(8), hex(4), hex(4));
    add(
        "automation webhook",
        "azure.automation-webhook",
        "",
        webhook + secrets.word(42),
        "",
        Map.of());
    add(
        "automation webhook, older",
        "azure.automation-webhook",
        "",
        "https://s1events.azure-automation.net/webhooks?token=" + secrets.word(40),
        "",
        Map.of("host", "s1events.azure-automation.net"));
    add(
        "resource token",
        "azure.cosmos-resource-token",
        "token=",
        "type=resource&ver=1&sig=" + key(22, "==") + ";" + key(200, "=="),
        ";",
        Map.of());
  }

  private void url(String name, String rule, String host, String path) {
    String url = "https://" + host + path.replace("%2F", "/") + secrets.word(43);
    add(name, rule, "", url, "", Map.of("host", host.replaceFirst(":.*", "")));
  }

  private void commands() {
    String database = "acme.postgres.database.azure.com";
    Map<String, String> parts = Map.of("host", database, "user", "app", "database", "orders");
    String password = secrets.text(BASE62 + "!", 14);
    add(
        "libpq",
        "azure.database-host-password",
        "host=" + database + " port=5432 dbname=orders user=app password=",
        password,
        " sslmode=require",
        Map.of("host", database, "user", "app", "database", "orders", "port", "5432"));
    add(
        "libpq, host last",
        "azure.database-host-password",
        "user=app password=",
        password,
        " dbname=orders host=" + database,
        parts);
    String sql = "acme.database.windows.net";
    add(
        "sqlcmd",
        "azure.database-cli-password",
        "sqlcmd -S " + sql + " -d orders -U app -P ",
        password,
        " -i x.sql",
        Map.of("host", sql, "user", "app", "database", "orders"));
    add(
        "sqlcmd, server last",
        "azure.database-cli-password",
        "sqlcmd -U app -P ",
        password,
        " -S acme.sql.azuresynapse.net",
        Map.of("host", "acme.sql.azuresynapse.net", "user", "app"));
    add(
        "mysql",
        "azure.database-cli-password",
        "mysql -h acme.mysql.database.azure.com -u app -p",
        secrets.word(14) + "1",
        " orders",
        Map.of("host", "acme.mysql.database.azure.com", "user", "app"));
    add(
        "synapse",
        "azure.sql-connection-string",
        "Server=tcp:acme.sql.azuresynapse.net,1433;Database=orders;User ID=app;Password=",
        password,
        ";Encrypt=true",
        Map.of("host", "acme.sql.azuresynapse.net", "user", "app", "database", "orders"));
    add(
        "vcore",
        "azure.database-url",
        "mongodb+srv://app:",
        secrets.word(15) + "1",
        "@acme.global.mongocluster.cosmos.azure.com/?tls=true",
        Map.of("host", "acme.global.mongocluster.cosmos.azure.com", "user", "app"));
    String id = "%s-%s-%s-%s-%s".formatted(hex(8), hex(4), hex(4), hex(4), hex(12));
    add(
        "principal",
        "azure.cli-password",
        "az login --service-principal -u " + id + " --tenant acme.onmicrosoft.com -p ",
        secrets.word(33) + "1",
        "",
        Map.of("client", id, "tenant", "acme.onmicrosoft.com"));
    add(
        "administrator",
        "azure.cli-password",
        "az vm create -n acme --admin-username app --admin-password ",
        secrets.word(15) + "1",
        " -o json",
        Map.of("user", "app"));
    add(
        "git remote",
        "azure.deployment-url",
        "https://$acme:",
        secrets.word(60),
        "@acme.scm.azurewebsites.net/acme.git",
        Map.of("host", "acme.scm.azurewebsites.net", "user", "$acme"));
  }

  /** The parts of a connection string, of which the secret's name ends in Key, Secret or Pwd. */
  private void everyOrder(
      String name, String rule, List<String> parts, Map<String, String> attributes) {
    for (List<String> order : orders(parts)) {
      String whole = String.join(";", order);
      String holder = order.stream()
          .filter(part ->
              part.matches("(?i)(AccountKey|SharedAccessKey|AccessKey|Secret|Password|Pwd)=.*"))
          .findFirst()
          .orElseThrow();
      String secret = holder.substring(holder.indexOf('=') + 1);
      int at = whole.indexOf(holder) + holder.indexOf('=') + 1;
      List<String> names =
          order.stream().map(part -> part.replaceFirst("=.*", "")).toList();
      add(
          name + " " + names,
          rule,
          whole.substring(0, at),
          secret,
          whole.substring(at + secret.length()) + ";",
          attributes);
    }
  }

  private static List<List<String>> orders(List<String> parts) {
    if (parts.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> all = new ArrayList<>();
    for (String first : parts) {
      List<String> rest = new ArrayList<>(parts);
      rest.remove(first);
      for (List<String> order : orders(rest)) {
        List<String> one = new ArrayList<>(List.of(first));
        one.addAll(order);
        all.add(one);
      }
    }
    return all;
  }

  private void add(
      String name,
      String rule,
      String before,
      String secret,
      String after,
      Map<String, String> attributes) {
    forms.add(new Form(
        name,
        rule,
        new FileFormat.Value(before, secret, after),
        secret,
        new LinkedHashMap<>(attributes)));
  }

  private String key(int characters, String padding) {
    return secrets.text(BASE64, characters) + padding;
  }

  private String hex() {
    return hex(32);
  }

  private String hex(int length) {
    return secrets.text(HEX, length);
  }
}
