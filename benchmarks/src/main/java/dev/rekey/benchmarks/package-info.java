/** Measures what Rekey claims, with JMH: {@code java -jar benchmarks/target/benchmarks.jar}. */
@NullMarked
package dev.rekey.benchmarks;

import org.jspecify.annotations.NullMarked;
