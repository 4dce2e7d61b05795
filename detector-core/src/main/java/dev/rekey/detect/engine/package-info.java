/**
 * The matching engine: programs in, spans out. It knows no rule, no secret and no place.
 *
 * <p>An {@link dev.rekey.detect.engine.Engine} is compiled once from {@link
 * dev.rekey.detect.engine.Program}s and shared. A pattern is read once ({@link
 * dev.rekey.detect.engine.Syntax}); off this are read its {@link dev.rekey.detect.engine.Anchors},
 * rows of bytes of which one is in each match, and its {@link dev.rekey.detect.engine.ByteProgram},
 * which says whether it matches at a position.
 *
 * <p>A {@link dev.rekey.detect.engine.Sweep} takes the bytes of one content, whole or in pieces of
 * any size: a {@link dev.rekey.detect.engine.GramSieve} looks once at them for the anchors of all
 * programs, and at the places that these leave open, in their order, programs are tried. RE2J runs
 * where there is no program for a pattern, or where it gives up. Work is bounded by a budget, memory
 * by some spans, and how the content was cut into pieces changes nothing.
 *
 * <p>Text is bytes seen as ISO-8859-1 characters ({@link dev.rekey.detect.engine.Latin1}): nothing is
 * decoded, negated classes include 0x80 to 0xFF, and an offset is a byte offset.
 */
@NullMarked
package dev.rekey.detect.engine;

import org.jspecify.annotations.NullMarked;
