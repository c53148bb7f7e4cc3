package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.seam.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Describes the plan, an ended step or the verdict of a gap, in a sentence or two for people. Pure. */
final class GapText {
    /** The most spans that a sentence lists. The ledger lists all. */
    private static final int SPANS_MAX = 3;

    private GapText() {}

    static String planned(Gap gap, RecoveryPlan plan) {
        if (plan.steps().isEmpty() && plan.lost().isEmpty()) return "Gap %d needs no recovery.".formatted(gap.id());
        return "Gap %d will be recovered: %s.".formatted(gap.id(), plan.describe());
    }

    static String ended(long gapId, StepRun run) {
        String note = run.note().isEmpty() ? "" : " (" + run.note() + ")";
        return "Gap %d: %s of %s %s%s. %s recovered, %s already received."
                .formatted(
                        gapId,
                        run.step().method().words(),
                        run.step().span().describe(),
                        state(run.state()),
                        note,
                        posts(run.fresh()),
                        count(run.duplicates()));
    }

    private static String state(StepRun.State state) {
        return switch (state) {
            case WAITING -> "is planned";
            case RUNNING -> "is running";
            case DONE -> "is done";
            case DONE_UNPROVEN -> "returned no posts, and nothing proves that there were none";
            case CUT -> "ended early";
            case FAILED -> "did not recover the span";
            case REFUSED -> "was refused for now";
        };
    }

    static String closed(Gap gap) {
        List<String> words = new ArrayList<>();
        words.add("Gap %d is closed, %s: %s recovered, %s already received."
                .formatted(gap.id(), gap.verdict(), posts(gap.recovered()), count(gap.duplicates())));
        if (!gap.lost().isEmpty()) {
            words.add("Certainly lost: "
                    + spans(gap.lost().stream()
                            .map(part -> said(part.span(), part.reason()))
                            .toList())
                    + ".");
        }
        if (!gap.doubtful().isEmpty()) {
            words.add("Posts may be missing: "
                    + spans(gap.doubtful().stream()
                            .map(part -> said(part.span(), part.reason()))
                            .toList())
                    + ".");
        }
        return String.join(" ", words);
    }

    private static String spans(List<String> parts) {
        String shown = parts.stream().limit(SPANS_MAX).collect(Collectors.joining("; "));
        return parts.size() <= SPANS_MAX ? shown : shown + "; and " + (parts.size() - SPANS_MAX) + " more spans";
    }

    private static String said(Span span, String reason) {
        return "%s (%s), %s".formatted(span.describe(), length(span), reason);
    }

    static String length(Span span) {
        Duration length = span.length();
        return Durations.text(length);
    }

    private static String posts(long count) {
        return count == 1 ? "1 post" : count(count) + " posts";
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
