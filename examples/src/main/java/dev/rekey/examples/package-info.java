/**
 * The quick start: a scan of any folder, and a rotation from end to end in a simulated Azure.
 *
 * <p>{@link dev.rekey.examples.QuickStart} is the program. {@link dev.rekey.examples.Tour} plays the
 * four steps on a {@link dev.rekey.examples.SampleApplication} and a {@link
 * dev.rekey.examples.SimulatedAzure}, and keeps what it needs to go on after a crash in a {@link
 * dev.rekey.examples.StateFolder}. Nothing below these classes knows that its Azure is simulated.
 */
@NullMarked
package dev.rekey.examples;

import org.jspecify.annotations.NullMarked;
