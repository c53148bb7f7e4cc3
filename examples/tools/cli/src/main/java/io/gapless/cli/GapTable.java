package io.gapless.cli;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.seam.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Formats gaps for people: a row for each gap, and under the row the gap's cause, its planned steps, and its lost and
 * doubtful spans. No line is longer than {@value #WIDTH} columns, except in the wide form. Pure functions.
 */
final class GapTable {
    static final int WIDTH = 100;
    private static final String INDENT = "     ";
    private static final int LABEL_WIDTH = 10;
    /** The largest number of spans that are listed for one reason. {@code --json} prints all spans. */
    private static final int SPANS_MAX = 4;

    private GapTable() {}

    /** Returns the lines of a table that is narrow enough for a terminal. */
    static List<String> of(List<Gap> gaps, boolean colours) {
        Table table = new Table("GAP", "LAST SIGNAL", "OUTAGE", "RECOVERED", "LOST", "DOUBTFUL", "VERDICT", "METHOD");
        for (Gap gap : gaps) {
            table.row(
                    String.valueOf(gap.id()),
                    moment(gap.lastSignalAt()),
                    outage(gap),
                    count(gap.recovered()),
                    lost(gap),
                    doubtful(gap),
                    verdict(gap.verdict()),
                    methods(gap));
        }
        return lines(table, gaps, colours, false);
    }

    /** Returns the lines of a table with all columns and all steps, without a limit of width. */
    static List<String> wide(List<Gap> gaps, boolean colours) {
        Table table = new Table(
                "GAP",
                "LAST SIGNAL",
                "DETECTED",
                "RECONNECTED",
                "RECOVERED",
                "DUPLICATES",
                "LOST",
                "DOUBTFUL",
                "VERDICT",
                "METHOD");
        for (Gap gap : gaps) {
            table.row(
                    String.valueOf(gap.id()),
                    moment(gap.lastSignalAt()),
                    after(gap, gap.detectedAt()),
                    gap.reconnectedAt().map(at -> after(gap, at)).orElse("not yet"),
                    count(gap.recovered()),
                    count(gap.duplicates()),
                    lost(gap),
                    doubtful(gap),
                    verdict(gap.verdict()),
                    methods(gap));
        }
        return lines(table, gaps, colours, true);
    }

    private static List<String> lines(Table table, List<Gap> gaps, boolean colours, boolean wide) {
        List<String> rows = table.lines();
        List<String> lines = new ArrayList<>(List.of(rows.get(0)));
        for (int i = 0; i < gaps.size(); i++) {
            Gap gap = gaps.get(i);
            String row = wide ? rows.get(i + 1) : clipped(rows.get(i + 1));
            lines.add(colours ? Colour.of(gap.verdict()).paint(row) : row);
            lines.addAll(details(gap, wide));
        }
        return lines;
    }

    private static String clipped(String row) {
        if (row.codePointCount(0, row.length()) <= WIDTH) return row;
        return row.substring(0, row.offsetByCodePoints(0, WIDTH - 1)) + "…";
    }

    /**
     * Returns the lines under a gap's row: the cause, the steps, the spans without a plan, and the lost and doubtful
     * spans. If {@code wide} is false, steps that have ended are left out.
     */
    private static List<String> details(Gap gap, boolean wide) {
        List<String> details = new ArrayList<>();
        details.addAll(detail("cause", gap.cause(), wide));
        for (StepRun run : gap.steps()) {
            boolean ahead = run.state() == StepRun.State.WAITING || run.state() == StepRun.State.RUNNING;
            if (wide || ahead) details.addAll(detail(label(run.state()), words(run), wide));
        }
        for (Span span : unplanned(gap)) {
            details.addAll(detail("no plan", span(span) + ", it is made when a connection is up", wide));
        }
        spansByReason(gap.lost(), LostSpan::reason, LostSpan::span)
                .forEach((reason, spans) -> details.addAll(detail("lost", spans + ": " + reason, wide)));
        spansByReason(gap.doubtful(), DoubtfulSpan::reason, DoubtfulSpan::span)
                .forEach((reason, spans) -> details.addAll(detail("doubtful", spans + ": " + reason, wide)));
        return details;
    }

    /** Returns each reason once, with the spans that have this reason, as text. */
    private static <T> Map<String, String> spansByReason(
            List<T> parts, Function<T, String> reasonOf, Function<T, Span> spanOf) {
        return parts.stream()
                .collect(Collectors.groupingBy(
                        reasonOf,
                        LinkedHashMap::new,
                        Collectors.collectingAndThen(
                                Collectors.toList(),
                                same -> spans(same.stream().map(spanOf).toList()))));
    }

    private static String spans(List<Span> spans) {
        String shown = spans.stream().limit(SPANS_MAX).map(GapTable::span).collect(Collectors.joining(", "));
        return spans.size() <= SPANS_MAX ? shown : shown + " and " + (spans.size() - SPANS_MAX) + " more";
    }

    private static String label(StepRun.State state) {
        return switch (state) {
            case WAITING -> "planned";
            case RUNNING -> "running";
            case DONE -> "done";
            case DONE_UNPROVEN -> "unproven";
            default -> state.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String words(StepRun run) {
        String step = method(run.step().method()) + " of " + span(run.step().span());
        if (run.state() == StepRun.State.WAITING) return step;
        String note = run.note().isEmpty() ? "" : ": " + run.note();
        return "%s, %s recovered, %s already received%s"
                .formatted(step, count(run.fresh()), count(run.duplicates()), note);
    }

    /**
     * Returns the spans of a gap for which no step is planned yet. The library plans a gap only when a connection is
     * up, since the age of a span decides its recovery method.
     */
    private static List<Span> unplanned(Gap gap) {
        if (gap.verdict() != Verdict.OPEN) return List.of();
        Stream<Span> planned = gap.steps().stream()
                .filter(run -> run.state() == StepRun.State.WAITING
                        || run.state() == StepRun.State.RUNNING
                        || run.state() == StepRun.State.DONE
                        || run.state() == StepRun.State.DONE_UNPROVEN)
                .map(run -> run.step().span());
        Stream<Span> lost = gap.lost().stream().map(LostSpan::span);
        return gap.span().minus(Stream.concat(planned, lost).toList());
    }

    /**
     * Returns a label and its words as lines. If {@code wide} is false, the words are broken into lines of a limited
     * length.
     */
    private static List<String> detail(String label, String words, boolean wide) {
        String first = INDENT + label + " ".repeat(Math.max(1, LABEL_WIDTH - label.length()));
        String indent = " ".repeat(first.length());
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        int start = line.length();
        for (String word : Text.line(words).split(" ")) {
            boolean full = line.length() + 1 + word.length() > WIDTH && line.length() > start;
            if (!wide && full) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
            }
            if (line.length() > start) line.append(' ');
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    static String verdict(Verdict verdict) {
        return verdict == Verdict.COMPLETE_UNPROVEN ? "UNPROVEN" : verdict.name();
    }

    private static String methods(Gap gap) {
        String methods = gap.steps().stream()
                .filter(run -> run.state() != StepRun.State.FAILED)
                .map(run -> method(run.step().method()))
                .distinct()
                .collect(Collectors.joining(", "));
        return methods.isEmpty() ? "-" : methods;
    }

    private static String method(RecoveryMethod method) {
        return switch (method) {
            case BACKFILL -> "backfill";
            case RECOVERY_JOB -> "recovery job";
            case SEARCH -> "search";
            case ARCHIVE_SEARCH -> "full-archive search";
        };
    }

    private static String outage(Gap gap) {
        return gap.reconnectedAt()
                .map(at -> Durations.text(Duration.between(gap.lastSignalAt(), at)))
                .orElse("lasts");
    }

    private static String lost(Gap gap) {
        return length(gap.lost().stream().map(LostSpan::span).toList());
    }

    private static String doubtful(Gap gap) {
        return length(gap.doubtful().stream().map(DoubtfulSpan::span).toList());
    }

    /** Returns the total length of the spans as text. A time that several spans contain counts once. */
    static String length(List<Span> spans) {
        Duration length = sum(spans);
        return length.isZero() ? "-" : Durations.text(length);
    }

    static Duration sum(List<Span> spans) {
        Duration sum = Duration.ZERO;
        List<Span> counted = new ArrayList<>();
        for (Span span : spans) {
            for (Span fresh : span.minus(counted)) sum = sum.plus(fresh.length());
            counted.add(span);
        }
        return sum;
    }

    private static String span(Span span) {
        LocalDate day = LocalDate.ofInstant(span.from(), ZoneOffset.UTC);
        boolean sameDay = day.equals(LocalDate.ofInstant(span.until(), ZoneOffset.UTC));
        String until = moment(span.until());
        return moment(span.from()) + " to " + (sameDay ? until.substring(until.indexOf('T') + 1) : until) + " ("
                + Durations.text(span.length()) + ")";
    }

    static String moment(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String after(Gap gap, Instant moment) {
        Duration after = Duration.between(gap.lastSignalAt(), moment);
        return "+" + Durations.text(after.isNegative() ? Duration.ZERO : after);
    }
}
