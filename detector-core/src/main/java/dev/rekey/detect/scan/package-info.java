/**
 * Scans whole estates: contents from any source, in a stream, with an outcome for each.
 *
 * <p>A {@link dev.rekey.detect.scan.ContentSource} hands out {@link
 * dev.rekey.detect.scan.Content}s; a {@link dev.rekey.detect.scan.SecretScanner} runs a detector
 * over each and tells a {@link dev.rekey.detect.scan.ScanListener} what it finds and how each
 * content ended. Nothing is dropped silently: what could not be read is an {@link
 * dev.rekey.detect.scan.Outcome} like any other. An {@link dev.rekey.detect.scan.Inventory} is the
 * listener that keeps findings and ranks them.
 */
@NullMarked
package dev.rekey.detect.scan;

import org.jspecify.annotations.NullMarked;
