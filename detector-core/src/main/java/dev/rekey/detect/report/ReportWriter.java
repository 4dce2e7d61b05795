package dev.rekey.detect.report;

import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import java.io.IOException;
import java.io.Writer;

/**
 * Writes an inventory in one format.
 *
 * <p>Those of this package are immutable and thread-safe, end lines with {@code \n} on every platform
 * and write the same text for the same findings. The text is meant for UTF-8: give them a writer
 * that encodes so.
 */
public interface ReportWriter {
  /**
   * Writes all exposures of an inventory, the most urgent first, and flushes; {@code out} stays open.
   *
   * @param report how the scan went that filled the inventory
   * @throws IOException if {@code out} does
   */
  void write(Inventory inventory, ScanReport report, Writer out) throws IOException;
}
