package io.gapless.benchmarks;

import io.gapless.proof.kit.Text;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Draws a {@link Chart}. */
final class Svg {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 40;
    private static final int TOP = 60;
    private static final int LEGEND_COLUMNS = 2;
    private static final int LEGEND_WIDTH = 275;
    private static final int LEGEND_HEIGHT = 18;
    private static final int BOTTOM = 50;
    private static final int Y_STEPS = 4;
    /** The largest number of labels on the horizontal axis. More labels would overlap. */
    private static final int X_LABELS_MAX = 8;

    private static final List<String> COLOURS = List.of("#0b6e99", "#c2410c", "#4d7c0f", "#7e22ce", "#525252");

    private final Chart chart;
    private final boolean logarithmic;
    private final int top;
    private final double xMin;
    private final double xMax;
    private final double yMax;

    private Svg(Chart chart) {
        this.chart = chart;
        this.top = TOP + (chart.lines().size() + 1) / LEGEND_COLUMNS * LEGEND_HEIGHT;
        double least = all(chart, Chart.Point::x, false);
        double most = all(chart, Chart.Point::x, true);
        this.logarithmic = least > 0 && most / least >= 100;
        this.xMin = scaled(least);
        this.xMax = scaled(most);
        this.yMax = all(chart, Chart.Point::y, true) * 1.1;
    }

    private static double all(Chart chart, ToDoubleFunction<Chart.Point> value, boolean max) {
        DoubleStream values = all(chart, value);
        return (max ? values.max() : values.min()).orElse(1);
    }

    private static DoubleStream all(Chart chart, ToDoubleFunction<Chart.Point> value) {
        return chart.lines().values().stream().flatMap(List::stream).mapToDouble(value);
    }

    static String of(Chart chart) {
        return new Svg(chart).draw();
    }

    private double scaled(double x) {
        return logarithmic ? Math.log10(x) : x;
    }

    private double across(double x) {
        return LEFT + (scaled(x) - xMin) / Math.max(1e-9, xMax - xMin) * (WIDTH - LEFT - RIGHT);
    }

    private double up(double y) {
        return HEIGHT - BOTTOM - y / yMax * (HEIGHT - top - BOTTOM);
    }

    private String draw() {
        StringBuilder svg = new StringBuilder(Text.of(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\" role=\"img\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH, HEIGHT));
        svg.append(text(LEFT, 22, "start", chart.title()));
        svg.append(text(LEFT, top - 10, "start", chart.yAxis()));
        svg.append(text(WIDTH - RIGHT, HEIGHT - 12, "end", chart.xAxis()));
        for (int step = 0; step <= Y_STEPS; step++) {
            double y = yMax * step / Y_STEPS;
            svg.append(Text.of(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                    LEFT, WIDTH - RIGHT, up(y), up(y)));
            svg.append(text(LEFT - 6, up(y) + 4, "end", Text.number(y)));
        }
        double[] xs = all(chart, Chart.Point::x).sorted().distinct().toArray();
        int every = (xs.length - 1) / X_LABELS_MAX + 1;
        for (int i = every - 1; i < xs.length; i += every)
            svg.append(text(across(xs[i]), HEIGHT - BOTTOM + 18, "middle", Text.number(xs[i])));
        int line = 0;
        for (String name : chart.lines().keySet()) svg.append(line(name, line++));
        return svg.append("</svg>\n").toString();
    }

    private String line(String name, int number) {
        String colour = COLOURS.get(number % COLOURS.size());
        String points = chart.lines().getOrDefault(name, List.of()).stream()
                .map(point -> Text.of("%.1f,%.1f", across(point.x()), up(point.y())))
                .collect(Collectors.joining(" "));
        int x = LEFT + number % LEGEND_COLUMNS * LEGEND_WIDTH;
        int y = 34 + number / LEGEND_COLUMNS * LEGEND_HEIGHT;
        return Text.of("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", points, colour)
                + Text.of("<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>%n", x, y, colour)
                + text(x + 18, y + 10, "start", name);
    }

    private static String text(double x, double y, String anchor, String words) {
        return Text.of(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                x, y, anchor, words.replace("&", "&amp;").replace("<", "&lt;"));
    }
}
