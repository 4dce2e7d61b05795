/**
 * Writes what scans found: a table for people, lines of JSON for programs, SARIF for code hosts.
 *
 * <p>Each is a {@link dev.rekey.detect.report.ReportWriter}: it takes an inventory and the report of
 * its scan and writes text, the most urgent first, the same text for the same findings. No report
 * holds a value. What comes from the outside, an address above all, is hostile: the table shows
 * control characters as escapes, and the JSON formats escape them by their own rules.
 */
@NullMarked
package dev.rekey.detect.report;

import org.jspecify.annotations.NullMarked;
