package dev.rekey.detect;

/**
 * Where positions of the bytes that are swept stand in the content that was passed in.
 *
 * <p>A position within a character stands for the whole of it.
 */
interface Origin {
  /** That of bytes which are swept as they are. */
  Origin SAME = new Origin() {
    @Override
    public long start(long position) {
      return position;
    }

    @Override
    public long end(long position) {
      return position;
    }
  };

  /** Returns where a value starts that starts at a position. */
  long start(long position);

  /** Returns where a value ends, exclusive, that ends at a position. */
  long end(long position);
}
