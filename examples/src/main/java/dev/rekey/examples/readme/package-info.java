/**
 * The code of the README, compiled and run: one class for each station of the flow.
 *
 * <p>What the README shows is what stands between {@code // region} and {@code // endregion}; a test
 * compares them. Each class takes what it needs as arguments, so that it runs against the simulator
 * or the real Azure alike. {@link dev.rekey.examples.readme.ReadmeTour} runs them all. They use
 * public API only, and nothing else of the examples.
 */
@NullMarked
package dev.rekey.examples.readme;

import org.jspecify.annotations.NullMarked;
