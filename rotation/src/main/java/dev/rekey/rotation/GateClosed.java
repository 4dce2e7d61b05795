package dev.rekey.rotation;

/** A state of the world in which a run can't go on as planned. */
final class GateClosed extends RotationException {
  private static final long serialVersionUID = 1L;

  GateClosed(String message) {
    super(message);
  }
}
