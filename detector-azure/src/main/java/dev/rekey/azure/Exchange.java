package dev.rekey.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.core.util.Context;
import dev.rekey.azure.text.PlainText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Sends requests: reads until they succeed or the retries are used up, all else once. */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(ArmClient.class);

  private final Service service;
  private final HttpPipeline pipeline;
  private final String tokenScope;
  private final ReadRetries retries;
  private final int most;
  private final Pause pause;
  private final Pace pace;

  Exchange(
      Service service,
      HttpPipeline pipeline,
      String tokenScope,
      ReadRetries retries,
      int most,
      Pause pause,
      Pace pace) {
    this.service = service;
    this.pipeline = pipeline;
    this.tokenScope = tokenScope;
    this.retries = retries;
    this.most = most;
    this.pause = pause;
    this.pace = pace;
  }

  static HttpPipeline pipeline(
      TokenCredential credential,
      Optional<HttpClient> client,
      String scope,
      List<HttpPipelinePolicy> between) {
    List<HttpPipelinePolicy> policies = new ArrayList<>();
    policies.add(new UserAgentPolicy("rekey"));
    policies.addAll(between);
    policies.add(new BearerTokenAuthenticationPolicy(new Marked(credential), scope));
    return new HttpPipelineBuilder()
        .httpClient(client.orElseGet(HttpClient::createDefault))
        .policies(policies.toArray(new HttpPipelinePolicy[0]))
        .build();
  }

  /** A policy that retries would repeat what changes something, without asking. */
  static HttpPipelinePolicy requireNoRetry(HttpPipelinePolicy policy) {
    if (policy instanceof RetryPolicy) {
      throw new IllegalArgumentException("leave the RetryPolicy out: it would send again what may"
          + " already have been done; reads are retried as readRetries says");
    }
    return policy;
  }

  /** Waits before the next request, as an answer asked for, but never longer than for a retry. */
  void pause(Duration length, String operation) {
    sleep(length.compareTo(retries.most()) > 0 ? retries.most() : length, operation);
  }

  Answer read(ArmClient.Request request) {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt >= retries.attempts();
      Duration wait = retries.after(attempt);
      try {
        Answer answer = send(request);
        Optional<Duration> asked = answer.retryAfter();
        boolean tooLong = asked.isPresent() && asked.get().compareTo(retries.most()) > 0;
        if (!answer.isTransient() || last || tooLong) {
          return checked(request, answer);
        }
        wait = asked.orElse(wait);
      } catch (ArmException failed) {
        if (failed.reason() != ArmException.Reason.NO_ANSWER || last) {
          throw failed;
        }
      }
      LOG.debug("{}: attempt {} failed, next in {}", request, attempt, wait);
      sleep(wait, request.operation());
    }
  }

  Service service() {
    return service;
  }

  Answer once(ArmClient.Request request) {
    return checked(request, send(request));
  }

  private Answer send(ArmClient.Request request) {
    Duration turn = pace.take(request.method(), request.path());
    if (!turn.isZero()) {
      pause(turn, request.operation()); // Never for hours, whatever ARM asked for.
    }
    HttpRequest http = new HttpRequest(request.method(), request.url())
        .setHeader(HttpHeaderName.ACCEPT, "application/json");
    service.ids().forEach(header -> http.setHeader(header, request.correlationId()));
    request
        .headers()
        .forEach((name, value) -> http.setHeader(HttpHeaderName.fromString(name), value));
    if (!request.body().isMissingNode()) {
      http.setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
          .setBody(Json.write(request.body()));
    }
    try (HttpResponse response = pipeline.sendSync(http, Context.NONE)) {
      Answer answer = request.raw() ? Answer.raw(response, most) : Answer.read(response, most);
      pace.learn(request.method(), request.path(), answer);
      LOG.debug("{}: {}", request, answer.status());
      return answer;
    } catch (IOException broken) {
      throw failed(request, broken);
    } catch (RuntimeException broken) {
      throw failed(request, broken);
    }
  }

  private Answer checked(ArmClient.Request request, Answer answer) {
    if (!answer.succeeded()) {
      throw Problem.refused(
          service, answer, request.operation(), tokenScope, Json.texts(request.body()));
    }
    if (!answer.defect().isEmpty()) {
      throw Problem.unreadable(
          answer,
          request.operation(),
          service.label() + "'s answer makes no sense: " + answer.defect());
    }
    return answer;
  }

  private RuntimeException failed(ArmClient.Request request, Exception broken) {
    String operation = request.operation();
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || cause instanceof java.io.InterruptedIOException) {
        return interrupted(operation);
      }
      if (cause instanceof NoToken none) {
        String said =
            none.getCause() == null ? "" : String.valueOf(none.getCause().getMessage());
        return Problem.withoutAnswer(
            ArmException.Reason.NO_TOKEN,
            operation,
            "no token for " + tokenScope + ": " + PlainText.of(said, 600)
                + ". Check the credential, its tenant and the cloud",
            none.getCause());
      }
      if (cause instanceof IOException || cause instanceof TimeoutException) {
        return Problem.withoutAnswer(
            ArmException.Reason.NO_ANSWER,
            operation,
            "no answer: " + cause.getClass().getSimpleName() + ' '
                + PlainText.of(String.valueOf(cause.getMessage()), 300)
                + ". Check the network, proxies and trusted certificates",
            broken);
      }
    }
    return broken instanceof RuntimeException unknown
        ? unknown
        : new IllegalStateException("a cause chain holds its first link", broken);
  }

  private void sleep(Duration length, String operation) {
    try {
      pause.sleep(length);
    } catch (InterruptedException interrupted) {
      throw interrupted(operation);
    }
  }

  private static ArmException interrupted(String operation) {
    Thread.currentThread().interrupt();
    return Problem.withoutAnswer(
        ArmException.Reason.INTERRUPTED, operation, "the thread was interrupted", null);
  }

  /** Tells a credential's failures from the network's: before them nothing was sent to ARM. */
  private static final class NoToken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoToken(Throwable cause) {
      super("no token", cause);
    }
  }

  /** A credential whose failures are marked. */
  private record Marked(TokenCredential credential) implements TokenCredential {
    @Override
    public Mono<AccessToken> getToken(TokenRequestContext context) {
      return credential.getToken(context).onErrorMap(NoToken::new);
    }

    @Override
    public AccessToken getTokenSync(TokenRequestContext context) {
      try {
        return credential.getTokenSync(context);
      } catch (RuntimeException failed) {
        throw new NoToken(failed);
      }
    }
  }

  /** Marks each request with the run that it belongs to. */
  record RunHeader(String run) implements HttpPipelinePolicy {
    private static final HttpHeaderName RUN_ID = HttpHeaderName.fromString("rekey-run-id");

    @Override
    public Mono<HttpResponse> process(
        HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
      context.getHttpRequest().setHeader(RUN_ID, run);
      return next.process();
    }

    @Override
    public HttpResponse processSync(
        HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
      context.getHttpRequest().setHeader(RUN_ID, run);
      return next.processSync();
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
      return HttpPipelinePosition.PER_CALL;
    }
  }
}
