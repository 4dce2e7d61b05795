package dev.rekey.examples.readme;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.net.http.HttpResponse.BodyHandlers.ofString;
import static java.util.stream.Collectors.toMap;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.Snapshot.Slot;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of a service of your own, which tells each once.
 *
 * @param id the address of the service
 * @param label what people call it
 * @param http reaches it
 * @param key the key of the rotation's fingerprints
 */
// region
public record TokenServiceIssuer(String id, String label, HttpClient http, FingerprintKey key)
    implements OneShotIssuer {
  @Override
  public Snapshot snapshot() throws RotationException {
    return Snapshot.of(send("GET", "/tokens", "").stream()
        .collect(toMap(name -> name, name -> new Slot(name, Optional.empty(), Optional.empty()))));
  }

  @Override
  public Issued issue(AttemptId attempt) throws RotationException {
    List<String> made = send("POST", "/tokens?for=" + attempt, "");
    Secret token = Secret.of(made.get(1));
    return new Issued(made.get(0), key.fingerprint(token), token);
  }

  @Override
  public List<String> issuedBy(AttemptId attempt) throws RotationException {
    return send("GET", "/tokens?for=" + attempt, "");
  }

  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    send("DELETE", "/tokens/" + slot, "");
  }

  @Override
  public List<ProbeAnswer> probe(String slot, Secret value) throws RotationException {
    return switch (send("POST", "/try", value.reveal(String::new)).get(0)) {
      case "good" -> List.of(new ProbeAnswer.Accepted(id, "good"));
      case "unknown token" -> List.of(new ProbeAnswer.Refused(id, "unknown token"));
      default -> List.of(new ProbeAnswer.Unclear(id, "another answer"));
    };
  }

  @Override
  public PlannedCall describeIssue() {
    return PlannedCall.of("POST " + id + "/tokens");
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return PlannedCall.of("DELETE " + id + "/tokens/" + slot);
  }

  private List<String> send(String method, String path, String body) throws RotationException {
    try {
      var request = HttpRequest.newBuilder(URI.create(id + path)).method(method, ofString(body));
      HttpResponse<String> answer = http.send(request.build(), ofString());
      if (answer.statusCode() == 200) {
        return answer.body().lines().toList();
      }
      throw new RotationException(method + " " + path + ": status " + answer.statusCode());
    } catch (IOException failed) {
      throw new RotationException(method + " " + path + " was not answered", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // The run stops, and goes on when it is resumed.
      throw new RotationException(method + " " + path + " was interrupted", interrupted);
    }
  }
}
// endregion
