package dev.rekey.detect.engine;

import java.util.Optional;

/**
 * A value that is made when it is first asked for.
 *
 * <p>Thread-safe: threads that come first together may each make it, and one of the equals stays.
 */
public abstract class Late<T> {
  private volatile Optional<T> made = Optional.empty();

  /** Makes the value. */
  protected abstract T make();

  /** Returns the value. */
  public final T get() {
    Optional<T> value = made;
    if (value.isEmpty()) {
      value = Optional.of(make());
      made = value;
    }
    return value.get();
  }

  /** Returns one that is there already. */
  public static <T> Late<T> known(T value) {
    return new Late<>() {
      @Override
      protected T make() {
        return value;
      }
    };
  }
}
