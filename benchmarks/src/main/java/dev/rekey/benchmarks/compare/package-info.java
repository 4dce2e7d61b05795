/**
 * Compares Rekey's engine with others, with the same rules on the same bytes: {@code
 * benchmarks/compare}.
 *
 * <p>{@link Compare} is where to start. {@link BenchRules} makes the rules and {@link Corpus} the
 * text; the contestants take turns in {@link Rounds}; what came out is written by {@link Report} and
 * {@link Chart}. Time is CPU time everywhere: the wall clock of a shared machine measures its other
 * users.
 */
@NullMarked
package dev.rekey.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
