package dev.rekey.detect.exposure;

/**
 * How many points each factor of a {@link Priority} has at most. Only their proportion matters: a score
 * is the share of all points, in percent.
 *
 * @param production that it serves production
 * @param privilege what the credential may do
 * @param publiclyReachable that what it stands in can be reached from the internet
 * @param readable that more people than its operators can read the place
 * @param genuine that it is a secret at all
 * @param age that it has been valid for long
 */
public record Weights(
    int production, int privilege, int publiclyReachable, int readable, int genuine, int age) {
  /** Production and privilege first, then what is public: 30, 30, 20, 5, 10, 5. */
  public static final Weights DEFAULT = new Weights(30, 30, 20, 5, 10, 5);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is negative, more than 10,000, or all are zero
   */
  public Weights {
    int[] all = {production, privilege, publiclyReachable, readable, genuine, age};
    int sum = 0;
    for (int weight : all) {
      if (weight < 0 || weight > 10_000) {
        throw new IllegalArgumentException("a weight is between 0 and 10,000, not " + weight);
      }
      sum += weight;
    }
    if (sum == 0) {
      throw new IllegalArgumentException("one of the weights must be more than zero");
    }
  }

  int sum() {
    return production + privilege + publiclyReachable + readable + genuine + age;
  }
}
