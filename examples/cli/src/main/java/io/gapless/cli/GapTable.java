package io.gapless.cli;

import io.gapless.recovery.Gap;
import io.gapless.recovery.LostSpan;
import io.gapless.recovery.Span;
import io.gapless.recovery.StepRun;
import io.gapless.recovery.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gaps for people: a row each, and under it what was done, what is planned, and what stayed lost. Pure functions.
 */
final class GapTable {
    private GapTable() {}

    static List<String> of(List<Gap> gaps, boolean colours) {
        Table table = new Table(
                "GAP", "LAST SIGNAL", "DETECTED", "RECONNECTED", "REGAINED", "DUPLICATES", "VERDICT", "CAUSE");
        for (Gap gap : gaps) {
            table.row(
                    String.valueOf(gap.id()),
                    moment(gap.lastSignalAt()),
                    after(gap, gap.detectedAt()),
                    gap.reconnectedAt().map(at -> after(gap, at)).orElse("not yet"),
                    String.valueOf(gap.recovered()),
                    String.valueOf(gap.duplicates()),
                    gap.verdict().name(),
                    gap.cause());
        }
        List<String> rows = table.lines();
        List<String> lines = new ArrayList<>(List.of(rows.get(0)));
        for (int i = 0; i < gaps.size(); i++) {
            String row = rows.get(i + 1);
            lines.add(colours ? Colour.of(gaps.get(i).verdict()).paint(row) : row);
            lines.addAll(details(gaps.get(i)));
        }
        return lines;
    }

    /** Steps, what is not planned yet, what is lost. */
    static List<String> details(Gap gap) {
        List<String> details = new ArrayList<>();
        for (StepRun run : gap.steps()) {
            details.add(detail(
                    run.step().method().name(),
                    run.step().span(),
                    run.state() == StepRun.State.WAITING
                            ? "planned"
                            : "%s, %d recovered, %d duplicates%s"
                                    .formatted(
                                            run.state(),
                                            run.fresh(),
                                            run.duplicates(),
                                            run.note().isEmpty() ? "" : ": " + run.note())));
        }
        for (Span span : unplanned(gap)) details.add(detail("not planned", span, ""));
        for (LostSpan lost : gap.lost()) details.add(detail("lost", lost.span(), lost.reason()));
        if (gap.lost().isEmpty() && !gap.reason().isEmpty()) details.add("     because " + Text.line(gap.reason()));
        return details;
    }

    /** What waits for a connect: only then it is known how old it is. */
    private static List<Span> unplanned(Gap gap) {
        if (gap.verdict() != Verdict.OPEN) return List.of();
        Stream<Span> planned = gap.steps().stream()
                .filter(run -> run.state() != StepRun.State.FAILED)
                .map(run -> run.step().span());
        Stream<Span> lost = gap.lost().stream().map(LostSpan::span);
        return gap.span().minus(Stream.concat(planned, lost).toList());
    }

    private static String detail(String what, Span span, String words) {
        return "     "
                + Text.line("%-14s %s to %s  %s".formatted(what, moment(span.from()), moment(span.until()), words));
    }

    static String moment(Instant moment) {
        return moment.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String after(Gap gap, Instant moment) {
        return "+" + Text.duration(Duration.between(gap.lastSignalAt(), moment));
    }
}
