package dev.rekey.examples.readme;

import dev.rekey.detect.Detector;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.detect.scan.Sources;
import java.io.IOException;
import java.nio.file.Path;

/** Scans the files of a folder and ranks what is found. */
public final class ScanAFolder {
  private ScanAFolder() {}

  /**
   * Prints what is found in a folder, the most urgent first, and returns it.
   *
   * @throws IOException if the folder can't be listed
   */
  public static Inventory scan(Path folder, Detector detector) throws IOException {
    // region
    Inventory inventory = new Inventory();
    SecretScanner scanner = SecretScanner.using(detector).build();
    ScanReport report = scanner.scan(Sources.directory(folder), inventory);
    for (Exposure exposure : inventory.ranked()) {
      System.out.println(exposure.priority().score() + ": "
          + exposure.credential().label() + " at " + exposure.places());
    }
    System.out.println(report);
    // endregion
    return inventory;
  }
}
