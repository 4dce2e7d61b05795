package dev.rekey.detect.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Explanation;
import dev.rekey.detect.FewRules;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.Note;
import dev.rekey.detect.Place;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SecretScannerTest {
  private static final long SEED = 7;
  private static final Detector DETECTOR =
      Detector.builder(FewRules.ALL).fingerprintKey(FingerprintKey.random()).build();

  private final GeneratedSecrets samples = new GeneratedSecrets(SEED);
  private final Recorder recorder = new Recorder();
  private final SecretScanner scanner = SecretScanner.using(DETECTOR).build();

  @AfterEach
  void leave_no_interrupt_behind() {
    Thread.interrupted();
  }

  @Test
  void each_content_and_each_gap_ends_in_one_outcome_of_its_kind() throws IOException {
    String token = samples.gitHubToken();
    MemorySource source = new MemorySource()
        .content("scanned", "token: " + token)
        .opening("refused", () -> {
          throw new AccessDeniedException("x", null, "Reader on the vault");
        })
        .opening("refused without a reason", () -> {
          throw new AccessDeniedException("x");
        })
        .opening("failed", () -> {
          throw new IOException("the disk is broken");
        })
        .opening("failed without a message", () -> {
          throw new IOException();
        })
        .opening("gone", () -> {
          throw new NoSuchFileException("gone");
        })
        .opening("unchecked", () -> broken(new UncheckedIOException(new IOException("half"))))
        .gap("skipped", new Outcome.Skipped("a snapshot"));

    ScanReport report = scanner.scan(source, recorder);

    assertThat(recorder.values).containsExactly(token);
    assertThat(recorder.outcomes)
        .containsEntry("scanned", new Outcome.Scanned(token.length() + 7L, 1, List.of()))
        .containsEntry("refused", new Outcome.Refused("Reader on the vault"))
        .containsEntry("refused without a reason", new Outcome.Refused("permission to read it"))
        .containsEntry("failed", new Outcome.Failed("the disk is broken"))
        .containsEntry("failed without a message", new Outcome.Failed("IOException"))
        .containsEntry("gone", new Outcome.Failed("it vanished before it was read"))
        .containsEntry("skipped", new Outcome.Skipped("a snapshot"));
    assertThat(recorder.outcomes.get("unchecked")).isInstanceOf(Outcome.Failed.class);
    assertThat(List.of(report.scanned(), report.skipped(), report.refused(), report.failed()))
        .containsExactly(1L, 1L, 2L, 4L);
    assertThat(report.outcomes()).isEqualTo(8);
    assertThat(report.findings()).isEqualTo(1);
    assertThat(report.cancelled()).isFalse();
  }

  @Test
  void findings_before_a_failure_are_told_and_counted() throws IOException {
    String text = "token: " + samples.gitHubToken() + "\n" + "x".repeat(300_000);
    MemorySource source = new MemorySource()
        .opening("half", () -> broken(bytes(text), new IOException("the connection broke")));

    ScanReport report = scanner.scan(source, recorder);

    assertThat(recorder.findings).hasSize(1);
    assertThat(recorder.outcomes).containsEntry("half", new Outcome.Failed("the connection broke"));
    assertThat(report.findings()).isEqualTo(1);
    assertThat(report.bytes()).isEqualTo(text.length());
  }

  @Test
  void a_listener_hears_started_then_findings_in_order_then_finished_once() throws IOException {
    MemorySource source = new MemorySource()
        .content(
            "a",
            IntStream.range(0, 5)
                .mapToObj(i -> "token" + i + ": " + samples.gitHubToken())
                .collect(Collectors.joining("\n")))
        .gap("b", new Outcome.Skipped("no reason"))
        .content("c", "nothing here")
        .opening("d", () -> {
          throw new IOException("broken");
        });

    scanner.scan(source, recorder);

    assertThat(recorder.events)
        .containsExactly(
            "started a",
            "found a",
            "found a",
            "found a",
            "found a",
            "found a",
            "finished a",
            "finished b",
            "started c",
            "finished c",
            "started d",
            "finished d");
    assertThat(recorder.findings)
        .extracting(finding -> finding.place().location().line())
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void two_listeners_are_told_the_same_the_first_first() throws IOException {
    Recorder second = new Recorder();
    List<String> order = new ArrayList<>();
    ScanListener first = (finding, secret) -> order.add("first");

    scanner.scan(
        new MemorySource().content("a", samples.gitHubToken()),
        recorder.and(second).and(first).and((finding, secret) -> order.add("second")));

    assertThat(second.events).isEqualTo(recorder.events).hasSize(3);
    assertThat(second.values).isEqualTo(recorder.values);
    assertThat(order).containsExactly("first", "second");
  }

  @Test
  void an_exception_of_a_listener_ends_the_scan_and_reaches_its_caller() {
    MemorySource source = new MemorySource().content("a", samples.gitHubToken()).content("b", "x");
    for (RuntimeException thrown : List.of(
        new IllegalStateException("the listener is full"),
        new UncheckedIOException(new IOException("the listener's disk is full")))) {
      Recorder before = new Recorder();
      ScanListener failing = before.and((finding, secret) -> {
        throw thrown;
      });

      assertThatThrownBy(() -> scanner.scan(source, failing)).isSameAs(thrown);
      assertThat(before.events).containsExactly("started a", "found a");
    }
  }

  @Test
  void a_value_is_lent_only_while_found_runs() throws IOException {
    List<Secret> kept = new ArrayList<>();
    List<Secret> copied = new ArrayList<>();
    String token = samples.gitHubToken();

    scanner.scan(new MemorySource().content("a", token), (finding, secret) -> {
      kept.add(secret);
      copied.add(secret.copy());
    });

    assertThatThrownBy(() -> kept.get(0).reveal(String::new))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lent");
    try (Secret copy = copied.get(0)) {
      assertThat(copy.<String>reveal(String::new)).isEqualTo(token);
    }
  }

  @Test
  void a_finding_carries_the_name_of_its_line() throws IOException {
    String text = "one\n" + samples.gitHubToken() + "\nthree\n" + samples.gitHubToken() + "\n"
        + samples.gitHubToken();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Content content = Content.of(
            "/subscriptions/1/sites/shop",
            AssetContext.unknown("a test"),
            () -> new ByteArrayInputStream(bytes))
        .withLineNames(List.of("first", "DbToken", "third", ""));

    scanner.scan(new MemorySource().content(content), recorder);

    assertThat(recorder.findings)
        .extracting(finding -> finding.place().name())
        .as("named, with an empty name, beyond the names")
        .containsExactly("DbToken", "", "");
    assertThat(recorder.findings.get(0).place())
        .hasToString("/subscriptions/1/sites/shop › DbToken");
  }

  @Test
  void what_it_explains_is_what_it_finds_and_what_was_rejected_besides() throws IOException {
    String text = "TOKEN=" + samples.gitHubToken() + "\npassword = changeme\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Content named = Content.of(
            "/sites/shop", AssetContext.unknown("a test"), () -> new ByteArrayInputStream(bytes))
        .withLineNames(List.of("DbToken", "Password"));
    MemorySource source = new MemorySource().content(named).content("plain", text);
    List<Explanation> told = new ArrayList<>();

    ScanReport explained = scanner.explain(source, told::add);
    ScanReport scanned = scanner.scan(source, recorder);

    assertThat(explained.findings()).isEqualTo(scanned.findings()).isEqualTo(2);
    assertThat(explained.bytes()).isEqualTo(scanned.bytes());
    assertThat(told)
        .filteredOn(Explanation.Reported.class::isInstance)
        .extracting(why -> ((Explanation.Reported) why).finding())
        .isEqualTo(recorder.findings);
    assertThat(told)
        .filteredOn(Explanation.Rejected.class::isInstance)
        .extracting(why -> why.place().toString())
        .containsExactly("/sites/shop › Password", "plain:2:12");
    assertThat(told.toString()).doesNotContain("changeme", samples.gitHubToken());
  }

  @Test
  void what_it_explains_keeps_to_the_limits() throws IOException {
    String text = samples.gitHubToken() + "\n" + samples.gitHubToken() + "\n";
    List<Explanation> told = new ArrayList<>();

    ScanReport report = SecretScanner.using(DETECTOR)
        .limits(new Limits(1000, 1))
        .build()
        .explain(new MemorySource().content("two", text), told::add);

    assertThat(report.findings()).isEqualTo(1);
    assertThat(told).hasSize(1);
  }

  @Test
  void a_content_longer_than_the_limit_is_scanned_up_to_it_and_says_so() throws IOException {
    String token = samples.gitHubToken();
    String text = token + " " + samples.gitHubToken();
    SecretScanner limited =
        SecretScanner.using(DETECTOR).limits(new Limits(60, 10)).build();

    limited.scan(
        new MemorySource().content("long", text).content("fits", text.substring(0, 60)), recorder);

    assertThat(recorder.outcomes)
        .containsEntry(
            "long",
            new Outcome.Scanned(
                60,
                1,
                List.of(new Note(
                    Note.Kind.LIMITED, "", "it is longer than 60 bytes; the rest is not read", 1))))
        .containsEntry("fits", new Outcome.Scanned(60, 1, List.of()));
    assertThat(recorder.values).containsExactly(token, token);
  }

  @Test
  void a_content_with_more_findings_than_the_limit_is_cut_and_says_so() throws IOException {
    String text = IntStream.range(0, 6)
        .mapToObj(i -> samples.gitHubToken())
        .collect(Collectors.joining("\n"));
    SecretScanner limited =
        SecretScanner.using(DETECTOR).limits(new Limits(1 << 20, 5)).build();

    ScanReport report = limited.scan(
        new MemorySource().content("six", text).content("five", text.substring(0, 5 * 41)),
        recorder);

    assertThat(recorder.outcomes.get("six"))
        .isEqualTo(new Outcome.Scanned(
            text.length(),
            5,
            List.of(new Note(
                Note.Kind.LIMITED, "", "it has 5 findings or more; the rest is not read", 1))));
    assertThat(recorder.outcomes.get("five")).isEqualTo(new Outcome.Scanned(205, 5, List.of()));
    assertThat(report.findings()).isEqualTo(10);
  }

  @Test
  void a_limit_of_nothing_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(0, 1))
        .withMessageContaining("0 bytes");
    assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1, -1));
  }

  @Test
  void an_interrupt_between_contents_cancels_and_stays_visible() throws IOException {
    MemorySource source = new MemorySource().content("a", samples.gitHubToken()).content("b", "x");

    ScanReport report = scanner.scan(
        source, recorder.and((finding, secret) -> Thread.currentThread().interrupt()));

    assertThat(report.cancelled()).isTrue();
    assertThat(report).asString().endsWith("1 finding; cancelled before the end");
    assertThat(Thread.currentThread().isInterrupted()).as("flag restored").isTrue();
    assertThat(recorder.events).containsExactly("started a", "found a", "finished a");
  }

  @Test
  void an_interrupt_within_a_content_ends_that_too_and_keeps_what_was_found() throws IOException {
    String text = samples.gitHubToken() + "\n" + "x".repeat(500_000);
    MemorySource source = new MemorySource().content("long", text).content("next", "x");

    ScanReport report = scanner.scan(
        source, recorder.and((finding, secret) -> Thread.currentThread().interrupt()));

    assertThat(report.cancelled()).isTrue();
    assertThat(report.findings()).isEqualTo(1);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(recorder.events).containsExactly("started long", "found long", "finished long");
    assertThat(recorder.outcomes)
        .containsEntry("long", new Outcome.Failed("the scan was cancelled"));
  }

  @Test
  void an_interrupt_that_a_stream_notices_first_cancels_as_well() throws IOException {
    for (IOException noticed :
        List.of(new InterruptedIOException(), new ClosedByInterruptException())) {
      Recorder heard = new Recorder();
      MemorySource source =
          new MemorySource().opening("a", () -> broken(noticed)).content("b", "x");

      ScanReport report = scanner.scan(source, heard);

      assertThat(report.cancelled()).as(noticed.toString()).isTrue();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(heard.events).containsExactly("started a", "finished a");
    }
  }

  @Test
  void a_timeout_is_a_failure_of_its_content_and_no_cancellation() throws IOException {
    MemorySource source = new MemorySource()
        .opening("slow", () -> broken(new SocketTimeoutException("no answer in 30 s")))
        .content("next", "x");

    ScanReport report = scanner.scan(source, recorder);

    assertThat(report.cancelled()).isFalse();
    assertThat(recorder.outcomes)
        .containsEntry("slow", new Outcome.Failed("no answer in 30 s"))
        .containsEntry("next", new Outcome.Scanned(1, 0, List.of()));
  }

  @Test
  void a_stream_that_hands_out_single_bytes_gives_the_same_findings() throws IOException {
    String text = "token: " + samples.gitHubToken() + "\n" + samples.pem();
    Recorder whole = new Recorder();
    scanner.scan(new MemorySource().content("a", text), whole);

    scanner.scan(
        new MemorySource().opening("a", () -> new FilterInputStream(bytes(text)) {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return super.read(into, offset, Math.min(length, 1));
          }
        }),
        recorder);

    assertThat(recorder.findings).isEqualTo(whole.findings).hasSize(2);
  }

  @Test
  void every_stream_is_closed_once_its_content_ended() throws IOException {
    List<String> closed = new ArrayList<>();
    MemorySource source = new MemorySource()
        .opening("fine", () -> closing(bytes("x"), closed))
        .opening("broken", () -> closing(broken(new IOException("broken")), closed));

    scanner.scan(source, recorder);

    assertThat(closed).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void the_report_takes_its_times_from_the_clock() throws IOException {
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");
    SecretScanner clocked =
        SecretScanner.using(DETECTOR).clock(Clock.fixed(noon, ZoneOffset.UTC)).build();

    ScanReport report = clocked.scan(new MemorySource().content("a", "x"), recorder);

    assertThat(report)
        .isEqualTo(new ScanReport(noon, Duration.ZERO, 1, 0, 0, 0, 1, 0, false))
        .hasToString("1 content: 1 scanned, 0 skipped, 0 refused, 0 failed; 1 byte, 0 findings");
  }

  @Test
  void a_source_that_cannot_be_read_as_a_whole_fails_the_scan() {
    ContentSource broken = new ContentSource() {
      @Override
      public void read(Sink sink) throws IOException {
        throw new IOException("sign in first");
      }

      @Override
      public void reread(Place place, Sink sink) throws IOException {
        throw new IOException("sign in first");
      }
    };

    assertThatThrownBy(() -> scanner.scan(broken, recorder))
        .isInstanceOf(IOException.class)
        .hasMessage("sign in first");
  }

  @Test
  void found_values_have_the_findings_fingerprints() throws IOException {
    List<Finding> findings = new ArrayList<>();

    scanner.scan(
        new MemorySource().content("a", samples.connectionString(samples.storageKey())),
        (finding, secret) -> {
          findings.add(finding);
          assertThat(DETECTOR.fingerprintKey().fingerprint(secret))
              .isEqualTo(finding.fingerprint());
        });

    assertThat(findings).hasSize(1);
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static InputStream broken(IOException failure) {
    return broken(InputStream.nullInputStream(), failure);
  }

  private static InputStream broken(UncheckedIOException failure) {
    return new InputStream() {
      @Override
      public int read() {
        throw failure;
      }
    };
  }

  /** Breaks where the bytes end. */
  private static InputStream broken(InputStream bytes, IOException failure) {
    return new FilterInputStream(bytes) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int n = super.read(into, offset, length);
        if (n < 0) {
          throw failure;
        }
        return n;
      }
    };
  }

  private static InputStream closing(InputStream in, List<String> closed) {
    return new FilterInputStream(in) {
      @Override
      public void close() throws IOException {
        closed.add("closed");
        super.close();
      }
    };
  }
}
