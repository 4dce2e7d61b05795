/**
 * The matching engine: programs in, spans out. It knows no rule, no secret and no place.
 *
 * <p>An {@link dev.rekey.detect.engine.Engine} is compiled once from {@link
 * dev.rekey.detect.engine.Program}s and shared. Each pattern is read into a {@link
 * dev.rekey.detect.engine.Syntax}; its {@link dev.rekey.detect.engine.Anchors} tell where its matches
 * may be, and {@link dev.rekey.detect.engine.SieveBuilder} makes tables of them.
 *
 * <p>A {@link dev.rekey.detect.engine.Sweep} takes the bytes of one content, whole or in pieces of any
 * size. The {@link dev.rekey.detect.engine.GramSieve} looks once at all of them and leaves candidates;
 * at each, the pattern's {@link dev.rekey.detect.engine.Head} and then its {@link
 * dev.rekey.detect.engine.ByteProgram} say whether there is a match. Matching is linear in the input,
 * memory is constant, and how the input was cut into pieces changes nothing.
 *
 * <p>Text is bytes seen as ISO-8859-1 characters ({@link dev.rekey.detect.engine.Latin1}): RE2J
 * never decodes, negated classes include 0x80 to 0xFF, and an offset is a byte offset.
 */
@NullMarked
package dev.rekey.detect.engine;

import org.jspecify.annotations.NullMarked;
