package dev.rekey.azure.surface;

import java.util.Objects;

/**
 * How far a surface has been read.
 *
 * @param done how many resources were read, those included that a cursor left out of subscriptions
 *     that were not done as a whole
 * @param total how many there are in the subscriptions that are left, as far as was counted: all of them
 *     once the first resource is done, where there are no more than 250 subscriptions
 * @param last the id of the one that was read last
 * @param cursor where to go on after it
 */
public record Progress(long done, long total, String last, Cursor cursor) {
  /** Checks that nothing is null. */
  public Progress {
    Objects.requireNonNull(last, "last");
    Objects.requireNonNull(cursor, "cursor");
  }
}
