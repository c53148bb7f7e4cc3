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
 * Gaps for people: a row each, and under it what was done, what is still to be done, and what stayed lost. Pure functions.
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
                    String.valueOf(gap.regained()),
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

    /** Steps, what is not begun, what is lost. */
    static List<String> details(Gap gap) {
        List<String> details = new ArrayList<>();
        for (StepRun run : gap.steps()) {
            details.add(detail(
                    run.step().road().name(),
                    run.step().span(),
                    "%s, %d regained, %d duplicates%s"
                            .formatted(
                                    run.state(),
                                    run.fresh(),
                                    run.duplicates(),
                                    run.note().isEmpty() ? "" : ": " + run.note())));
        }
        for (Span span : notBegun(gap)) details.add(detail("not begun", span, ""));
        for (LostSpan lost : gap.lost()) details.add(detail("lost", lost.span(), lost.reason()));
        if (gap.lost().isEmpty() && !gap.reason().isEmpty()) details.add("     because " + Text.line(gap.reason()));
        return details;
    }

    /** Steps are written down when they begin; until then, they are planned anew by X's clock. */
    private static List<Span> notBegun(Gap gap) {
        if (gap.verdict() != Verdict.OPEN) return List.of();
        Stream<Span> begun = gap.steps().stream()
                .filter(run -> run.state() != StepRun.State.FAILED)
                .map(run -> run.step().span());
        Stream<Span> lost = gap.lost().stream().map(LostSpan::span);
        return gap.span().minus(Stream.concat(begun, lost).toList());
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
