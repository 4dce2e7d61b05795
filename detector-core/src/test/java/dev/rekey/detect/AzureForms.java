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

  final GeneratedSecrets secrets;
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
    new AzureOtherForms(forms).all();
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
        Map.of(
            "host", "acme.database.windows.net",
            "user", "app",
            "database", "orders",
            "port", "1433"));
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
        Map.of("host", "acme.mysql.database.azure.com", "user", "app", "database", "orders"));
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

  void add(
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

  String key(int characters, String padding) {
    return secrets.text(BASE64, characters) + padding;
  }

  String hex() {
    return hex(32);
  }

  String hex(int length) {
    return secrets.text(HEX, length);
  }
}
