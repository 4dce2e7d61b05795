package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationEvent;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes that die and answers that are lost: no secret is left that nobody has, none of another
 * team's goes, and everybody has one that works at every death.
 *
 * <p>A death at each request and at each event is tried with {@code -Drekey.deaths=all}; otherwise
 * after each that changes something, and at some others.
 */
class EntraRecoveryTest extends EntraShop {
  private static final int MOST_RESUMES = 5;
  private static final boolean ALL = "all".equals(System.getProperty("rekey.deaths"));
  private static final int SOME = 13;

  private static final String CHANGING = "(PUT|PATCH) .+|POST .+/(addPassword|removePassword)";

  /** Executes a plan in a process that dies, and takes the run up until it ends. */
  private RotationResult untilItEnds(EntraLab lab, RotationPlan plan, Rotator dying) {
    Approval approval = approval(lab, plan);
    try {
      RotationResult result = dying.execute(plan, approval);
      if (!(result instanceof RotationResult.Stranded)) {
        return result;
      }
    } catch (Wire.Killed killed) {
      lab.wire.heal();
      assertWorks(lab);
    }
    lab.wire.heal();
    lab.azure.faults().clear();
    RotationResult result = resume(lab);
    for (int i = 0; result instanceof RotationResult.Stranded && i < MOST_RESUMES; i++) {
      lab.clock.move(Duration.ofMinutes(1));
      result = resume(lab);
    }
    return result;
  }

  /** The requests of a run that nothing happens to, from its first. */
  private List<String> requests() {
    EntraLab lab = lab();
    RotationPlan plan = plan(lab);
    int planned = lab.wire.sent(".*").size();
    rotator(lab, PATIENT, b -> b).execute(plan, approval(lab, plan));
    List<Wire.Sent> all = lab.wire.sent(".*");
    newJournal();
    return all.subList(planned, all.size()).stream()
        .filter(EntraRecoveryTest::isOurs)
        .map(Wire.Sent::line)
        .toList();
  }

  /** Microsoft's client signs in on a thread of its own, where a death is one more exception. */
  private static boolean isOurs(Wire.Sent sent) {
    return !sent.line().endsWith("/token") || sent.body().contains(EntraLab.SHOP);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_process_that_dies_at_any_request_is_taken_up_again(boolean answered) {
    List<String> requests = requests();
    assertThat(requests).hasSizeGreaterThan(60);
    assertThat(requests.stream().filter(line -> line.matches(CHANGING))).hasSizeGreaterThan(6);
    for (int at = 1; at <= requests.size(); at++) {
      // Before a request is after the one before it.
      boolean changing = answered && requests.get(at - 1).matches(CHANGING);
      if (!ALL && !changing && at % SOME != (answered ? 0 : SOME / 2)) {
        continue;
      }
      EntraLab lab = lab();
      String exposed = lab.text("ci");
      RotationPlan plan = plan(lab);
      Rotator rotator = rotator(lab, PATIENT, b -> b);
      lab.wire.killAt(at, answered, EntraRecoveryTest::isOurs);
      RotationResult result = untilItEnds(lab, plan, rotator);
      assertThat(result)
          .as("%s %d, %s", answered ? "after" : "before", at, requests.get(at - 1))
          .isInstanceOf(RotationResult.Completed.class);
      assertRotated(lab, exposed, result);
      newJournal();
      stop();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void an_answer_that_is_lost_at_any_change_leaves_no_orphan_with_replicas_that_lag(
      boolean applied) {
    List<String> changes =
        requests().stream().filter(line -> line.matches(CHANGING)).toList();
    for (int at = 1; at <= changes.size(); at++) {
      EntraLab lab = lab();
      String exposed = lab.text("ci");
      Set<String> before = names(lab);
      RotationPlan plan = plan(lab);
      lab.azure.replicas().lag(Duration.ZERO, LATE);
      String method = changes.get(at - 1).split(" ")[0];
      int nth = (int)
          changes.stream().limit(at).filter(line -> line.startsWith(method)).count();
      Fault.Match match =
          Fault.on(method, method.equals("POST") ? ".+/(addPassword|removePassword)" : ".*");
      lab.azure.faults().add((applied ? match.dropAfter() : match.dropBefore()).nth(nth));
      RotationResult result = untilItEnds(lab, plan, rotator(lab, PATIENT, b -> b));
      if (result instanceof RotationResult.RolledBack) {
        assertWorks(lab);
        assertThat(names(lab)).as(changes.get(at - 1)).isEqualTo(before);
        assertThat(held(lab)).isEqualTo(exposed);
      } else {
        assertRotated(lab, exposed, result);
      }
      newJournal();
      stop();
    }
  }

  @Test
  void a_process_that_dies_in_its_listener_is_taken_up_again() {
    AtomicInteger events = new AtomicInteger();
    EntraLab calm = lab();
    RotationPlan first = plan(calm);
    rotator(calm, PATIENT, b -> b.listener(event -> events.incrementAndGet()))
        .execute(first, approval(calm, first));
    newJournal();
    assertThat(events.get()).isGreaterThan(12);
    // The last event comes when the run has ended.
    for (int at :
        IntStream.range(1, events.get()).filter(i -> ALL || i % 5 == 3).toArray()) {
      EntraLab lab = lab();
      String exposed = lab.text("ci");
      RotationPlan plan = plan(lab);
      AtomicInteger left = new AtomicInteger(at);
      Rotator rotator = rotator(
          lab,
          PATIENT,
          b -> b.listener(event -> {
            if (left.decrementAndGet() == 0) {
              throw new Wire.Killed();
            }
          }));
      assertRotated(lab, exposed, untilItEnds(lab, plan, rotator));
      newJournal();
      stop();
    }
  }

  @Test
  void a_secret_whose_process_dies_before_it_is_stored_is_removed_and_another_is_made() {
    EntraLab lab = lab();
    String exposed = lab.text("ci");
    RotationPlan plan = plan(lab);
    Rotator rotator = rotator(
        lab,
        PATIENT,
        b -> b.listener(event -> {
          if (event instanceof RotationEvent.StepEnded ended && ended.step().equals("issue")) {
            throw new Wire.Killed();
          }
        }));
    Approval approval = approval(lab, plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval)).isInstanceOf(Wire.Killed.class);
    assertThat(names(lab)).hasSize(5);
    assertRotated(lab, exposed, resume(lab));
    assertThat(lab.wire.sent(ADD)).hasSize(2);
    assertThat(lab.wire.sent(REMOVE)).hasSize(2);
  }

  // Defects of others, which are ruled out here by name: the list is in the issue of the saga.

  @Test
  void defect_7_an_answer_that_is_lost_leaves_an_orphan_that_no_journal_knows() {
    EntraLab lab = lab();
    String exposed = lab.text("ci");
    RotationPlan plan = plan(lab);
    lab.azure.faults().add(Fault.on("POST", ".+/addPassword").dropAfter());
    lab.wire.killOnLostAnswer(ADD);
    Rotator rotator = rotator(lab, PATIENT, b -> b);
    Approval approval = approval(lab, plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval)).isInstanceOf(Wire.Killed.class);
    lab.wire.heal();
    assertThat(names(lab).stream().filter(name -> name.startsWith("rekey ")))
        .as("it was applied, and its text is nobody's")
        .hasSize(1);
    assertThat(Shop.read(journal())).contains("\"issue\"");

    assertRotated(lab, exposed, resume(lab));
  }

  @Test
  void defect_7_every_other_password_of_the_application_is_deleted() {
    EntraLab lab = lab();
    Set<String> others = names(lab);
    others.remove("ci");
    String reports = lab.text("reports");
    assertRotated(lab, lab.text("ci"), rotate(lab, PATIENT));
    assertThat(names(lab)).containsAll(others);
    assertThat(probe(lab, reports)).isInstanceOf(ProbeAnswer.Accepted.class);
    assertThat(lab.wire.sent(REMOVE)).hasSize(1);
  }

  @Test
  void defect_8_each_retry_leaves_an_orphan() {
    EntraLab lab = lab();
    String exposed = lab.text("ci");
    Set<String> before = names(lab);
    lab.azure
        .faults()
        .add(Fault.on("PUT", ".+/shop-worker/config/.+").status(403, "{}").times(0));
    for (int tries = 0; tries < 3; tries++) {
      RotationResult result = rotate(lab, PATIENT);
      assertThat(result).as(result.summary()).isInstanceOf(RotationResult.RolledBack.class);
      assertThat(names(lab)).isEqualTo(before);
      assertWorks(lab);
      assertThat(held(lab)).isEqualTo(exposed);
      lab.clock.move(Duration.ofSeconds(1));
      newJournal();
    }
    lab.azure.faults().clear();
    assertMoved(lab, exposed, rotate(lab, PATIENT));
  }

  @Test
  void defect_8_the_leaked_secret_stays_valid_where_its_removal_failed_until_the_next_interval() {
    EntraLab lab = lab();
    String exposed = lab.text("ci");
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/removePassword").status(503, "{}").times(0));
    RotationResult result = rotate(lab, PATIENT);
    for (int tries = 0; tries < 2; tries++) {
      assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Stranded.class);
      assertThat(result.summary()).contains("REKEY-R303").contains("resume");
      assertThat(probe(lab, exposed)).isInstanceOf(ProbeAnswer.Accepted.class);
      result = resume(lab);
    }
    lab.azure.faults().clear();
    assertRotated(lab, exposed, resume(lab));
    assertThat(lab.wire.sent(ADD)).hasSize(1);
  }
}
