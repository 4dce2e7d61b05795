package dev.rekey.detect;

import static dev.rekey.detect.IdentifiableKeyCheck.ANY_LENGTH;

import dev.rekey.detect.IdentifiableKeyCheck.Alphabet;
import java.util.Map;

/**
 * The checks of Azure's and Microsoft's credentials, by name.
 *
 * <p>Signatures, lengths and seeds are those of Microsoft's security-utilities, except that a seed
 * which is defined there for a service is accepted even where none of its rules uses it: an issuer
 * may.
 */
final class AzureChecks {
  private AzureChecks() {}

  /** Makes the check of a kind of key by its name. */
  static Check key(String name) {
    return switch (name) {
      case "azure.storage-key" -> key("+ASt", 88).seed("Default0", Map.of());
      case "azure.cosmos-key" -> cosmos();
      case "azure.batch-key" -> key("+ABa", 88).seed("AbAcct00", Map.of());
      case "azure.ml-classic-key" -> key("+AMC", 88).seed("Classic0", Map.of());
      case "azure.api-management-key" -> apiManagement();
      case "azure.service-bus-key" -> messaging("+ASb");
      case "azure.event-hubs-key" -> messaging("+AEh");
      case "azure.relay-key" -> messaging("+ARm");
      case "azure.iot-key" -> iot();
      case "azure.event-grid-key" -> eventGrid();
      case "azure.redis-key" ->
        key("AzCa", 44).writtenIn(Alphabet.REDIS).seed("Access00", Map.of());
      case "azure.container-registry-key" -> key("+ACR", 52).seed("ACRDflt0", Map.of());
      case "azure.functions-key" -> functions();
      case "azure.search-key" -> search();
      case "azure.sql-password" -> key("+SQL", ANY_LENGTH).seed("UsrPwd00", Map.of());
      default -> throw new IllegalArgumentException("no check is named " + name);
    };
  }

  private static IdentifiableKeyCheck key(String signature, int length) {
    return new IdentifiableKeyCheck(signature, length);
  }

  private static Map<String, String> kind(String kind) {
    return Map.of("keyKind", kind);
  }

  private static Map<String, String> kind(String kind, String service) {
    return Map.of("keyKind", kind, "service", service);
  }

  private static Check cosmos() {
    return key("ACDb", 88)
        .seed("MastRW00", kind("read-write"))
        .seed("MastRO00", kind("read-only"))
        .seed("SysAll00", kind("system"))
        .seed("SystRW00", kind("system read-write"))
        .seed("SystRO00", kind("system read-only"))
        .seed("Encryp00", kind("encryption"))
        .seed("Resour00", kind("resource"));
  }

  private static Check apiManagement() {
    return key("APIM", 88)
        .seed("Tenant00", kind("direct management"))
        .seed("IoTHub00", kind("subscription"))
        .seed("Gatewy00", kind("gateway"))
        .seed("GitKey00", kind("repository"));
  }

  private static Check messaging(String signature) {
    return key(signature, 44)
        .seed("Send0000", kind("send"))
        .seed("Listen00", kind("listen"))
        .seed("Manage00", kind("manage"))
        .seed("System00", kind("system"))
        .seed("Unknown0", kind("unknown"));
  }

  private static Check iot() {
    return key("AIoT", 44)
        .seed("IoTHub00", kind("hub", "IoT Hub"))
        .seed("DpsKey00", kind("provisioning", "IoT Hub Device Provisioning Service"))
        .seed("Device00", kind("device", "IoT Hub"));
  }

  /** Both seeds occur: one in the library's code, the other in its test data. */
  private static Check eventGrid() {
    return key("AZEG", 44).seed("SendRecv", Map.of()).seed("Default0", Map.of());
  }

  private static Check functions() {
    return key("AzFu", 56)
        .writtenIn(Alphabet.URL_SAFE)
        .seed("Functi00", kind("function"))
        .seed("System00", kind("system"))
        .seed("Master00", kind("master"));
  }

  private static Check search() {
    return key("AzSe", 52).seed("Query000", kind("query")).seed("PAdmin00", kind("admin"));
  }
}
