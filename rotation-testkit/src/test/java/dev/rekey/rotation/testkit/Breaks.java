package dev.rekey.rotation.testkit;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Says by which tests it is found that a component breaks its contract. */
@Retention(RetentionPolicy.RUNTIME)
@interface Breaks {
  /** The names of the tests. */
  String[] tests();

  /** A word of what each says. */
  String word() default "";
}
