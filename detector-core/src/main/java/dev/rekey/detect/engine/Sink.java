package dev.rekey.detect.engine;

/** Receives what a {@link Sweep} finds. */
public interface Sink {
  /** Hears of nothing: that of a sweep which is not in use. */
  Sink NONE = new Sink() {
    @Override
    public void matched(Match match, Text text) {}

    @Override
    public void settled(long position) {}

    @Override
    public void truncated(int program, long position) {}

    @Override
    public void exhausted(long position) {}
  };

  /**
   * A match; matches come in the order of their starts, whatever the pieces. The text is valid only
   * during the call.
   */
  void matched(Match match, Text text);

  /** No later match starts before {@code position}. */
  void settled(long position);

  /** A match of a program reached its longest span without an end, and is not reported. */
  void truncated(int program, long position);

  /** The budget of the 64 KiB from {@code position} is used up: the rest of it is not matched. */
  void exhausted(long position);
}
