package io.gapless.recovery;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws how often each fault struck, on a logarithmic scale, as a file of SVG that follows light and dark. The same seeds give the
 * same picture. Pure functions.
 */
final class StrikesPlot {
    private static final int WIDTH = 860;
    private static final int LABELS = 270;
    private static final int RIGHT = 90;
    private static final int TOP = 84;
    private static final int ROW = 18;
    private static final int BAR = 12;
    private static final String STYLE = """
            <style>
              :root { color-scheme: light dark; --back: #fff; --text: #1d2125; --soft: #595f66; --line: #e4e4de; --bar: #0d7a6f; }
              @media (prefers-color-scheme: dark) { :root { --back: #181c20; --text: #e9ecef; --soft: #a3abb3; --line: #2a3036;
                --bar: #36b3a3; } }
              text { font: 12px Inter, system-ui, sans-serif; fill: var(--text); } .title { font-size: 18px; font-weight: 650; }
              .soft { fill: var(--soft); } .back { fill: var(--back); } .grid { stroke: var(--line); } .bar { fill: var(--bar); }
            </style>
            """;

    private StrikesPlot() {}

    static String of(Map<Fault, Long> strikes, long seeds, long hours) {
        List<Map.Entry<Fault, Long>> rows = strikes.entrySet().stream()
                .sorted(Map.Entry.<Fault, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        double most = rows.isEmpty() ? 1 : Math.max(1, Math.log10(rows.get(0).getValue()) * 1.02);
        int height = TOP + rows.size() * ROW + 24;
        StringBuilder svg = new StringBuilder();
        String title = "How often each fault struck";
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"%s\">%n"
                        .formatted(WIDTH, height, WIDTH, title));
        svg.append(STYLE);
        svg.append("<rect class=\"back\" width=\"%d\" height=\"%d\" rx=\"12\"/>%n".formatted(WIDTH, height));
        text(svg, "title", 24, 34, "start", title);
        text(
                svg,
                "soft",
                24,
                54,
                "start",
                String.format(
                        Locale.ROOT, "%,d days, %,d virtual hours, %d kinds of faults", seeds, hours, rows.size()));
        for (int power = 0; power <= most; power++) {
            double x = LABELS + power / most * (WIDTH - LABELS - RIGHT);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>%n",
                    x,
                    x,
                    TOP,
                    height - 20));
            text(svg, "soft", x, TOP - 6, "middle", String.format(Locale.ROOT, "%,d", (long) Math.pow(10, power)));
        }
        for (int i = 0; i < rows.size(); i++) row(svg, rows.get(i), TOP + i * ROW, most);
        return svg.append("</svg>\n").toString();
    }

    private static void row(StringBuilder svg, Map.Entry<Fault, Long> row, int y, double most) {
        long times = row.getValue();
        double width = Math.max(2, Math.log10(times) / most * (WIDTH - LABELS - RIGHT));
        String name = row.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        text(svg, "", LABELS - 10, y + BAR, "end", name);
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                LABELS,
                y + 2,
                width,
                BAR));
        text(svg, "soft", LABELS + width + 6, y + BAR, "start", String.format(Locale.ROOT, "%,d", times));
    }

    private static void text(StringBuilder svg, String style, double x, int y, String anchor, String words) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
                style,
                x,
                y,
                anchor,
                words));
    }
}
