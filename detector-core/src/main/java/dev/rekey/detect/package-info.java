/**
 * Finds secrets in bytes and text.
 *
 * <p>A {@link dev.rekey.detect.Detector} is compiled once from a {@link dev.rekey.detect.RuleSet}
 * and shared; it turns text into {@link dev.rekey.detect.Finding}s, which are data about a match
 * and hold no value. A value is lent as a {@link dev.rekey.detect.Secret} for the duration of a
 * call. Values are recognised again by their {@link dev.rekey.detect.Fingerprint}, under a key that
 * the caller supplies.
 *
 * <p>A {@link dev.rekey.detect.Rule} is data, extended in code only through named {@link
 * dev.rekey.detect.Check}s and {@link dev.rekey.detect.Suppressor}s that its rule set holds. Nothing
 * here makes a network request or keeps global state.
 */
@NullMarked
package dev.rekey.detect;

import org.jspecify.annotations.NullMarked;
