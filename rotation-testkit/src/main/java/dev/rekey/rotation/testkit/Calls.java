package dev.rekey.rotation.testkit;

import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.RotationException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the component under test: it is reached through here, where one call may go wrong.
 *
 * <p>A call counts if its method declares that it may fail. Whatever the component returns or throws is
 * its own; only the fault is ours. Not thread-safe: one thread at a time makes a run.
 */
final class Calls {
  private static final Set<String> CHANGING = Set.of("issue", "revoke", "put", "disable", "adopt");

  private final Consumer<Issued> issued;
  private final Runnable changed;
  private final List<Made> made = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private int faultAt;
  private Optional<Fault> fault = Optional.empty();
  private Optional<String> swallowed = Optional.empty();

  /**
   * Begins to watch a component.
   *
   * @param issued is told each credential that it made, also one whose answer is lost then
   * @param changed is called when it may have changed something
   */
  Calls(Consumer<Issued> issued, Runnable changed) {
    this.issued = issued;
    this.changed = changed;
  }

  /**
   * One call.
   *
   * @param method the name of the method
   * @param attempt on behalf of whom, if it is told
   * @param done whether the component did it, and said so
   */
  record Made(String method, Optional<AttemptId> attempt, boolean done) {
    boolean changes() {
      return CHANGING.contains(method);
    }
  }

  /** Forgets the calls until now, and lets the n-th from now on, from 1, go wrong. */
  void arm(int at, Optional<Fault> what) {
    made.clear();
    faultAt = at;
    fault = what;
  }

  List<Made> made() {
    return List.copyOf(made);
  }

  /** Returns everything that was thrown by the component. */
  List<Throwable> failures() {
    return List.copyOf(failures);
  }

  /** Returns the call that did not tell that its thread was interrupted, if one did not. */
  Optional<String> swallowed() {
    return swallowed;
  }

  /** Returns when a call hangs. */
  CountDownLatch hanging() {
    return hanging;
  }

  /** Returns a component, reached through here. */
  <T> T through(Class<T> type, T component) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> answer(component, method, arguments)));
  }

  private @Nullable Object answer(
      Object component, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (Stream.of(method.getExceptionTypes()).noneMatch(RotationException.class::equals)) {
      return call(component, method, arguments);
    }
    Optional<Fault> now = made.size() + 1 == faultAt ? fault : Optional.empty();
    Optional<Fault.Kind> kind = now.map(Fault::kind);
    Made call = new Made(method.getName(), attempt(arguments), false);
    int number = made.size();
    made.add(call);
    if (kind.filter(Calls::isBefore).isPresent()) {
      throw lost(call, kind.orElseThrow());
    }
    Object result;
    try {
      result = call(component, method, arguments, call, now);
      made.set(number, new Made(call.method(), call.attempt(), true));
      if (result instanceof Issued fresh) {
        issued.accept(fresh);
      }
    } finally {
      after(call);
    }
    if (kind.filter(Calls::isAfter).isPresent()) {
      throw lost(call, kind.orElseThrow());
    }
    return watched(result);
  }

  private @Nullable Object call(
      Object component,
      Method method,
      @Nullable Object @Nullable [] arguments,
      Made call,
      Optional<Fault> now)
      throws Throwable {
    Optional<Trouble> trouble = now.flatMap(Fault::trouble);
    if (trouble.isPresent()) {
      trouble.get().arrange().run();
      try {
        return call(component, method, arguments);
      } finally {
        trouble.get().mend().run();
      }
    }
    return now.map(Fault::kind).filter(Fault.Kind.INTERRUPTED::equals).isPresent()
        ? callInterrupted(component, method, arguments, call)
        : call(component, method, arguments);
  }

  private void after(Made call) {
    if (call.changes()) {
      boolean interrupted = Thread.interrupted(); // What is looked at now is none of the run's.
      changed.run();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean isBefore(Fault.Kind kind) {
    return kind == Fault.Kind.FAILS_BEFORE
        || kind == Fault.Kind.DIES_BEFORE
        || kind == Fault.Kind.HANGS_BEFORE;
  }

  private static boolean isAfter(Fault.Kind kind) {
    return kind == Fault.Kind.FAILS_AFTER
        || kind == Fault.Kind.DIES_AFTER
        || kind == Fault.Kind.HANGS_AFTER;
  }

  /** What whoever called gets instead of an answer. */
  private Exception lost(Made call, Fault.Kind kind) {
    switch (kind) {
      case DIES_BEFORE, DIES_AFTER -> throw new Died();
      case HANGS_BEFORE, HANGS_AFTER -> {
        hanging.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
        return new RotationException(call.method() + " was cut short");
      }
      default -> {
        return new RotationException(call.method() + " did not answer");
      }
    }
  }

  /** Whoever is interrupted says so, by an exception or by leaving the thread as it is. */
  private @Nullable Object callInterrupted(
      Object component, Method method, @Nullable Object @Nullable [] arguments, Made call)
      throws Throwable {
    Thread.currentThread().interrupt();
    boolean told = false;
    try {
      return call(component, method, arguments);
    } catch (InterruptedException interrupted) {
      told = true;
      throw interrupted;
    } finally {
      if (!told && !Thread.currentThread().isInterrupted()) {
        swallowed = Optional.of(call.method());
      }
    }
  }

  private @Nullable Object call(
      Object component, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(component, arguments);
    } catch (InvocationTargetException thrown) {
      Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
      failures.add(cause);
      throw cause;
    }
  }

  private static Optional<AttemptId> attempt(@Nullable Object @Nullable [] arguments) {
    return arguments == null
        ? Optional.empty()
        : Stream.of(arguments)
            .filter(AttemptId.class::isInstance)
            .map(AttemptId.class::cast)
            .findFirst();
  }

  /** A finder's dependents are reached through here too. */
  private @Nullable Object watched(@Nullable Object result) {
    if (result instanceof Dependent dependent) {
      return through(Dependent.class, dependent);
    }
    if (result instanceof List<?> list && list.stream().allMatch(Dependent.class::isInstance)) {
      return list.stream()
          .map(dependent -> through(Dependent.class, (Dependent) dependent))
          .toList();
    }
    return result;
  }
}
