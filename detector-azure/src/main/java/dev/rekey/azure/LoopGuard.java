package dev.rekey.azure;

/**
 * Notices that a chain of page links runs in a circle, in constant memory: it keeps one link and
 * moves on to a newer one at each power of two (R. P. Brent, "An improved Monte Carlo factorization
 * algorithm", 1980, section 2).
 */
final class LoopGuard {
  private static final long MOST_PAGES = 100_000;

  private String kept = "";
  private long pages;
  private long next = 1;

  /** Returns why a link must not be followed, or an empty text. */
  String objection(String link) {
    if (link.equals(kept)) {
      return "its pages run in a circle";
    }
    pages++;
    if (pages > MOST_PAGES) {
      return "it has more than " + MOST_PAGES + " pages";
    }
    if (pages == next) {
      kept = link;
      next *= 2;
    }
    return "";
  }
}
