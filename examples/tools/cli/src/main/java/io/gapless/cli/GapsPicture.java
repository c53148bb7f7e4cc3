package io.gapless.cli;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.seam.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Draws the ledger as a timeline, in one file of SVG: above, when the gaps were; below, a row for each gap with its steps and
 * its lost and doubtful spans, each row on its own scale. The file is text of this program only: what X or the network said is
 * escaped. Pure functions.
 */
final class GapsPicture {
    /** More rows would make a picture that nobody reads. {@code --since} chooses others, and {@code --json} has all. */
    static final int ROWS_MAX = 300;

    private static final int WIDTH = 1_000;
    private static final int EDGE = 28;
    private static final int HEAD = 128;
    private static final int ROW = 62;
    private static final int BAR_FROM = 400;
    private static final int BAR_UNTIL = WIDTH - EDGE - 118;
    private static final int CAUSE_MAX = 48;

    private static final String STYLE = """
            <style>
              :root { color-scheme: light dark; --back: #fff; --text: #1d2125; --soft: #595f66; --line: #e4e4de; --track: #ecece6;
                --good: #17794a; --warn: #b57b14; --bad: #b4311b; --accent: #0d7a6f; }
              @media (prefers-color-scheme: dark) { :root { --back: #181c20; --text: #e9ecef; --soft: #a3abb3; --line: #2a3036;
                --track: #2a3036; --good: #5fd39a; --warn: #e8b45a; --bad: #ff8f7a; --accent: #46c9b8; } }
              text { font: 12px Inter, system-ui, sans-serif; fill: var(--text); }
              .title { font-size: 20px; font-weight: 650; } .soft { fill: var(--soft); } .strong { font-weight: 650; }
              .back { fill: var(--back); } .track { fill: var(--track); } .line { stroke: var(--line); }
              .good { fill: var(--good); } .warn { fill: var(--warn); } .bad { fill: var(--bad); } .step { fill: var(--accent); }
              .idle { fill: var(--accent); fill-opacity: .3; }
            </style>
            """;

    private GapsPicture() {}

    /** Returns the picture of gaps, newest first as the ledger lists them. */
    static String of(List<Gap> all, Instant now) {
        List<Gap> gaps = all.subList(0, Math.min(all.size(), ROWS_MAX));
        int height = HEAD + Math.max(1, gaps.size()) * ROW + EDGE;
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"%s\">\n"
                        .formatted(WIDTH, height, WIDTH, escaped(summary(all))));
        svg.append(STYLE);
        svg.append("<rect class=\"back\" width=\"%d\" height=\"%d\" rx=\"14\"/>\n".formatted(WIDTH, height));
        text(svg, EDGE, 38, "title", "Ledger");
        text(
                svg,
                EDGE,
                60,
                "soft",
                summary(all) + (all.size() > gaps.size() ? " The newest " + gaps.size() + " are drawn." : ""));
        if (gaps.isEmpty()) text(svg, EDGE, HEAD + 20, "soft", "There is nothing to draw.");
        else overview(svg, gaps, now);
        for (int i = 0; i < gaps.size(); i++) row(svg, gaps.get(i), HEAD + i * ROW);
        return svg.append("</svg>\n").toString();
    }

    private static String summary(List<Gap> gaps) {
        long open = gaps.stream().filter(gap -> gap.verdict() == Verdict.OPEN).count();
        long recovered = gaps.stream().mapToLong(Gap::recovered).sum();
        List<Span> lost = gaps.stream()
                .flatMap(gap -> gap.lost().stream())
                .map(LostSpan::span)
                .toList();
        return Text.counted(gaps.size(), "gap") + ", " + open + " open, " + Text.counted(recovered, "post")
                + " recovered, " + (lost.isEmpty() ? "nothing lost." : GapTable.length(lost) + " lost.");
    }

    /** Draws when the gaps were, on one scale. */
    private static void overview(StringBuilder svg, List<Gap> gaps, Instant now) {
        Instant first = gaps.stream()
                .map(gap -> gap.span().from())
                .min(Instant::compareTo)
                .orElse(now);
        Instant last = gaps.stream()
                .map(gap -> gap.span().until())
                .max(Instant::compareTo)
                .orElse(now);
        Span whole = new Span(first, last);
        rect(svg, "track", EDGE, 78, WIDTH - 2 * EDGE, 16, "");
        for (int i = gaps.size() - 1; i >= 0; i--) {
            Gap gap = gaps.get(i);
            part(svg, colour(gap.verdict()), gap.span(), whole, EDGE, WIDTH - EDGE, 78, 16, title(gap));
        }
        text(svg, EDGE, 112, "soft", GapTable.moment(first));
        svg.append("<text class=\"soft\" x=\"%d\" y=\"112\" text-anchor=\"end\">%s</text>\n"
                .formatted(WIDTH - EDGE, GapTable.moment(last)));
    }

    private static void row(StringBuilder svg, Gap gap, int y) {
        svg.append(
                "<line class=\"line\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n".formatted(EDGE, WIDTH - EDGE, y, y));
        text(svg, EDGE, y + 24, "strong", "Gap " + gap.id());
        text(svg, EDGE + 66, y + 24, "", GapTable.moment(gap.lastSignalAt()) + ", " + outage(gap));
        text(svg, EDGE, y + 48, "soft", shortened(gap.cause()));
        rect(svg, "track", BAR_FROM, y + 12, BAR_UNTIL - BAR_FROM, 18, "");
        for (StepRun run : gap.steps()) {
            boolean ended = run.state() == StepRun.State.DONE || run.state() == StepRun.State.DONE_UNPROVEN;
            boolean ahead = run.state() == StepRun.State.WAITING || run.state() == StepRun.State.RUNNING;
            if (ended || ahead) bar(svg, ended ? "step" : "idle", run.step().span(), gap, y + 12, 18, words(run));
        }
        for (DoubtfulSpan part : gap.doubtful())
            bar(svg, "warn", part.span(), gap, y + 24, 6, "doubtful: " + part.reason());
        for (LostSpan part : gap.lost()) bar(svg, "bad", part.span(), gap, y + 12, 18, "lost: " + part.reason());
        text(svg, BAR_FROM, y + 48, "soft", found(gap));
        text(svg, BAR_UNTIL + 16, y + 26, colour(gap.verdict()) + " strong", verdict(gap));
    }

    private static String outage(Gap gap) {
        return gap.reconnectedAt()
                .map(at -> Durations.text(Duration.between(gap.lastSignalAt(), at)))
                .orElse("lasts");
    }

    private static String found(Gap gap) {
        List<Span> lost = gap.lost().stream().map(LostSpan::span).toList();
        return Durations.text(gap.span().length()) + " checked, " + Text.counted(gap.recovered(), "post") + " recovered"
                + (lost.isEmpty() ? "" : ", " + GapTable.length(lost) + " lost");
    }

    private static String words(StepRun run) {
        return run.step().method().words() + ": "
                + run.state().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", "
                + Text.counted(run.fresh(), "post") + " recovered";
    }

    private static String verdict(Gap gap) {
        return GapTable.verdict(gap.verdict()).toLowerCase(Locale.ROOT);
    }

    private static String title(Gap gap) {
        return "Gap " + gap.id() + ": " + verdict(gap) + ", " + gap.cause();
    }

    private static String colour(Verdict verdict) {
        return switch (verdict) {
            case OPEN -> "step";
            case COMPLETE, COMPLETE_UNPROVEN, COVERED -> "good";
            case DOUBTFUL -> "warn";
            case PARTIAL, UNRECOVERABLE -> "bad";
        };
    }

    private static void bar(StringBuilder svg, String style, Span part, Gap gap, int y, int height, String title) {
        part(svg, style, part, gap.span(), BAR_FROM, BAR_UNTIL, y, height, title);
    }

    /** Draws a part of a whole. A part that is too short to be seen is two pixels wide. */
    private static void part(
            StringBuilder svg,
            String style,
            Span part,
            Span whole,
            int from,
            int until,
            int y,
            int height,
            String title) {
        double scale = (until - from) / (double) Math.max(1, whole.length().toMillis());
        double start = Math.max(0, Duration.between(whole.from(), part.from()).toMillis() * scale);
        double end = Math.min(
                until - from, Duration.between(whole.from(), part.until()).toMillis() * scale);
        if (end < 0 || start > until - from) return;
        rect(svg, style, from + start, y, Math.max(2, end - start), height, title);
    }

    private static void rect(StringBuilder svg, String style, double x, int y, double width, int height, String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\">",
                style,
                x,
                y,
                width,
                height));
        if (!title.isEmpty()) svg.append("<title>").append(escaped(title)).append("</title>");
        svg.append("</rect>\n");
    }

    private static void text(StringBuilder svg, int x, int y, String style, String words) {
        svg.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(style, x, y, escaped(words)));
    }

    private static String shortened(String words) {
        String line = Text.line(words);
        return line.codePointCount(0, line.length()) <= CAUSE_MAX
                ? line
                : line.substring(0, line.offsetByCodePoints(0, CAUSE_MAX - 1)) + "…";
    }

    /** Escapes a text for XML, which allows few control characters. */
    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                default ->
                    safe.appendCodePoint(
                            c < ' ' || c == 0xFFFE || c == 0xFFFF || Character.getType(c) == Character.SURROGATE
                                    ? 0xFFFD
                                    : c);
            }
        });
        return safe.toString();
    }
}
