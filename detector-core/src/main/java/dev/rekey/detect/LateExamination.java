package dev.rekey.detect;

import dev.rekey.detect.engine.Match;
import dev.rekey.detect.engine.Sink;
import dev.rekey.detect.engine.Text;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * An {@link Examination} of bytes as they are, made when there is something to examine: most contents
 * have nothing.
 *
 * <p>Confined to the thread of its sweep.
 */
final class LateExamination implements Sink, AutoCloseable {
  private final Detector detector;
  private final String address;
  private final BiConsumer<? super Finding, ? super Secret> found;
  private Optional<Examination> examination = Optional.empty();

  LateExamination(
      Detector detector, String address, BiConsumer<? super Finding, ? super Secret> found) {
    this.detector = detector;
    this.address = address;
    this.found = found;
  }

  @Override
  public void matched(Match match, Text text) {
    examination().matched(match, text);
  }

  @Override
  public void settled(long position) {
    if (examination.isPresent()) {
      examination.get().settled(position);
    }
  }

  @Override
  public void truncated(int program, long position) {
    examination().truncated(program, position);
  }

  @Override
  public void exhausted(long position) {
    examination().exhausted(position);
  }

  List<Note> notes() {
    return examination.isPresent() ? examination.get().notes() : List.of();
  }

  @Override
  public void close() {
    examination.ifPresent(Examination::close);
  }

  private Examination examination() {
    if (examination.isEmpty()) {
      examination = Optional.of(new Examination(
          detector, address, Origin.SAME, Optional.empty(), Examined.findings(found)));
    }
    return examination.get();
  }
}
