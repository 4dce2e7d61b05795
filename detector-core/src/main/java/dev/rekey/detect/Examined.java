package dev.rekey.detect;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Who hears what an {@link Examination} decides.
 *
 * <p>Called on the thread of its sweep.
 */
interface Examined {
  /** A finding, with its value, lent until the call returns. */
  void found(Finding finding, Secret secret);

  /** Why a match was reported, or was not; asked for only if {@link #wantsReasons}. */
  void explained(Explanation why);

  /** Returns whether explanations are wanted: they cost time. */
  boolean wantsReasons();

  /** Returns one that hears of findings alone. */
  static Examined findings(BiConsumer<? super Finding, ? super Secret> found) {
    return new Examined() {
      @Override
      public void found(Finding finding, Secret secret) {
        found.accept(finding, secret);
      }

      @Override
      public void explained(Explanation why) {}

      @Override
      public boolean wantsReasons() {
        return false;
      }
    };
  }

  /** Returns one that hears of reasons alone. */
  static Examined reasons(Consumer<? super Explanation> told) {
    return new Examined() {
      @Override
      public void found(Finding finding, Secret secret) {}

      @Override
      public void explained(Explanation why) {
        told.accept(why);
      }

      @Override
      public boolean wantsReasons() {
        return true;
      }
    };
  }
}
