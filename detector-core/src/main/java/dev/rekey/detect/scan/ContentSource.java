package dev.rekey.detect.scan;

import dev.rekey.detect.Place;
import java.io.IOException;

/**
 * A place that contents come from: a folder, a subscription, a repository.
 *
 * <p>A source hands out its contents in the same order each time.
 */
public interface ContentSource {
  /**
   * Hands out every content, and a gap for each that it can't hand out.
   *
   * @throws IOException if the source as a whole can't be read; the message says what to do
   * @throws InterruptedException if the thread is interrupted
   */
  void read(Sink sink) throws IOException, InterruptedException;

  /**
   * Hands out the one content of a place again, as it is now, or a gap for it.
   *
   * @throws IOException if the source as a whole can't be read
   * @throws InterruptedException if the thread is interrupted
   */
  void reread(Place place, Sink sink) throws IOException, InterruptedException;

  /** Receives contents one after another, on the thread that reads the source. */
  interface Sink {
    /**
     * Takes a content and is done with it when it returns.
     *
     * @throws InterruptedException if the thread is interrupted: the source stops
     */
    void accept(Content content) throws InterruptedException;

    /** Takes note of something that is there and can't be handed out. */
    void gap(String address, Outcome outcome);
  }
}
