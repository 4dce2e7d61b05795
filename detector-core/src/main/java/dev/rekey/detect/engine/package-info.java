/**
 * The matching engine: programs in, spans out. It knows no rule, no secret and no place.
 *
 * <p>An {@link dev.rekey.detect.engine.Engine} is compiled once from {@link
 * dev.rekey.detect.engine.Program}s and shared. A {@link dev.rekey.detect.engine.Sweep} takes the
 * bytes of one content, in pieces of any size: a {@link dev.rekey.detect.engine.KeywordAutomaton}
 * looks once at every byte, and only around a keyword does a program's pattern run, over at most
 * its span. Matching is therefore linear in the input, memory is constant, and how the input was
 * cut into pieces changes nothing.
 *
 * <p>Text is bytes seen as ISO-8859-1 characters ({@link dev.rekey.detect.engine.Latin1}): RE2J
 * never decodes, negated classes include 0x80 to 0xFF, and an offset is a byte offset.
 */
@NullMarked
package dev.rekey.detect.engine;

import org.jspecify.annotations.NullMarked;
