package dev.rekey.benchmarks.compare;

import java.util.List;
import java.util.Locale;

/** The ratios as bars, with a line where both are equally fast: an SVG by hand. */
final class Chart {
  private static final int WIDTH = 760;
  private static final int LEFT = 250;
  private static final int RIGHT = 60;
  private static final int TOP = 64;
  private static final int STEP = 34;
  private static final int BAR = 20;

  private final String title;
  private final String caption;

  Chart(String title, String caption) {
    this.title = title;
    this.caption = caption;
  }

  /** One bar. */
  record Bar(String label, double ratio) {}

  String svg(List<Bar> bars) {
    double most = bars.stream().mapToDouble(Bar::ratio).max().orElse(1);
    double scale = (WIDTH - LEFT - RIGHT) / Math.max(1.5, most);
    int height = TOP + STEP * bars.size() + 40;
    StringBuilder svg = new StringBuilder();
    svg.append(String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"13\" role=\"img\">%n",
        WIDTH,
        height,
        WIDTH,
        height));
    svg.append("<title>").append(escaped(title)).append("</title>\n");
    svg.append(
        String.format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, height));
    svg.append(text(16, 24, "start", "#1b1f24", 16, title));
    svg.append(text(16, 44, "start", "#57606a", 12, caption));
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int y = TOP + STEP * i;
      double width = bar.ratio() * scale;
      svg.append(text(LEFT - 10, y + 15, "end", "#1b1f24", 13, bar.label()));
      svg.append(String.format(
          Locale.ROOT,
          "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
          LEFT,
          y,
          width,
          BAR,
          bar.ratio() >= 1 ? "#1f6f54" : "#c9792b"));
      svg.append(text(
          LEFT + width + 6,
          y + 15,
          "start",
          "#1b1f24",
          13,
          String.format(Locale.ROOT, "%.2f", bar.ratio())));
    }
    int bottom = TOP + STEP * bars.size();
    svg.append(String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#1b1f24\""
            + " stroke-dasharray=\"4 3\"/>%n",
        LEFT + scale,
        TOP - 8,
        LEFT + scale,
        bottom));
    svg.append(text(LEFT + scale, bottom + 18, "middle", "#57606a", 12, "1.0: equally fast"));
    return svg.append("</svg>\n").toString();
  }

  private static String text(
      double x, int y, String anchor, String colour, int size, String content) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>%n",
        x,
        y,
        anchor,
        colour,
        size,
        escaped(content));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
