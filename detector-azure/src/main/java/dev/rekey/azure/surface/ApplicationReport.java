package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * The applications of a tenant and their client secrets, without a value. Immutable.
 *
 * @param applications applications, then service principals, each in the order in which Microsoft Graph
 *     lists them
 * @param gaps what could not be looked at, and why
 */
public record ApplicationReport(List<ApplicationEntry> applications, List<Coverage.Gap> gaps) {
  /** Copies the lists. */
  public ApplicationReport {
    applications = List.copyOf(applications);
    gaps = List.copyOf(gaps);
  }

  /** Returns it as JSON. */
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", 1);
    json.putArray("applications");
    for (ApplicationEntry application : applications) {
      ObjectNode one = json.withArray("applications").addObject();
      one.put("kind", application.kind().name().toLowerCase(Locale.ROOT));
      one.put("address", application.address());
      one.put("appId", application.appId());
      one.put("name", application.name());
      one.putArray("passwords");
      for (ApplicationEntry.Password password : application.passwords()) {
        ObjectNode secret = one.withArray("passwords").addObject();
        secret.put("keyId", password.keyId());
        secret.put("hint", password.hint());
        secret.put("name", password.name());
        password.starts().ifPresent(time -> secret.put("starts", time.toString()));
        password.ends().ifPresent(time -> secret.put("ends", time.toString()));
        secret.put("expired", password.expired());
      }
    }
    Coverage.write(json.putArray("gaps"), gaps);
    return json.toPrettyString();
  }

  /** Returns a page for people: a line for each client secret and each gap. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    for (ApplicationEntry application : applications) {
      for (ApplicationEntry.Password password : application.passwords()) {
        text.append(application.address()).append(' ').append(application.name());
        text.append(": key ").append(password.keyId());
        text.append(password.name().isEmpty() ? "" : " " + password.name());
        text.append(
            password.ends().isEmpty()
                ? ", no expiry"
                : (password.expired() ? ", EXPIRED " : ", expires ")
                    + password.ends().get());
        text.append('\n');
      }
    }
    for (Coverage.Gap gap : gaps) {
      text.append(gap.address())
          .append(": ")
          .append(Coverage.why(gap.outcome()))
          .append('\n');
    }
    return text.toString();
  }

  /** Shows how many there are of each. */
  @Override
  public String toString() {
    return applications.size() + " applications and service principals, " + gaps.size() + " gaps";
  }
}
