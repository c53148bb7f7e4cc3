package io.gapless.page;

import io.gapless.recovery.GaplessStream.LedgerPage;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A ledger as a bad day leaves it, which no stream could make within a test: each verdict, and gaps under recovery. */
final class LedgerOfADay {
    private final Instant now;

    LedgerOfADay(Instant now) {
        this.now = now;
    }

    LedgerPage closed() {
        return new LedgerPage(closedGaps(), false);
    }

    LedgerPage withOpenGaps() {
        List<Gap> gaps = new ArrayList<>(List.of(jobs(), freshlyOpened()));
        gaps.addAll(closedGaps());
        return new LedgerPage(gaps, true);
    }

    private List<Gap> closedGaps() {
        return List.of(
                closed(
                        6,
                        52,
                        Duration.ofSeconds(3),
                        "X closed the connection",
                        RecoveryMethod.BACKFILL,
                        Verdict.COMPLETE,
                        61),
                closed(
                        5,
                        110,
                        Duration.ofSeconds(31),
                        "no data arrived for 25 s, not even a keep-alive",
                        RecoveryMethod.BACKFILL,
                        Verdict.COMPLETE,
                        644),
                closed(
                        4,
                        200,
                        Duration.ofMinutes(48),
                        "network error (UNKNOWN_HOST): api.x.com cannot be resolved; check the DNS of this machine",
                        RecoveryMethod.RECOVERY_JOB,
                        Verdict.COMPLETE_UNPROVEN,
                        0),
                doubtful(),
                partial(),
                closed(
                        1,
                        9_800,
                        Duration.ofSeconds(2),
                        "closed by this program: the stream was closed",
                        RecoveryMethod.SEARCH,
                        Verdict.COVERED,
                        0));
    }

    private Gap.Builder gap(long id, long minutesAgo, Duration outage, String cause) {
        Instant last = now.minus(Duration.ofMinutes(minutesAgo));
        Instant back = last.plus(outage);
        Span span = new Span(last.minusSeconds(60), back.plusSeconds(60));
        return Gap.of(id, span, cause, last, last.plusSeconds(1)).reconnectedAt(Optional.of(back));
    }

    private Gap closed(
            long id,
            long minutesAgo,
            Duration outage,
            String cause,
            RecoveryMethod method,
            Verdict verdict,
            long fresh) {
        Gap.Builder gap = gap(id, minutesAgo, outage, cause);
        Span span = gap.build().span();
        StepRun run = new StepRun(new Step(method, span, Instant.EPOCH), StepRun.State.DONE, 1, fresh, 2 * fresh, "");
        return gap.steps(List.of(run))
                .verdict(verdict)
                .closedAt(Optional.of(span.until()))
                .build();
    }

    private Gap doubtful() {
        Gap gap = closed(3, 700, Duration.ofMinutes(6), "HTTP 503", RecoveryMethod.SEARCH, Verdict.DOUBTFUL, 1_204);
        return gap.change()
                .doubtful(List.of(new DoubtfulSpan(
                        gap.span(), Doubt.SEARCH_LIMITS, "search returns no retweets for words of a rule")))
                .build();
    }

    private Gap partial() {
        Gap gap = closed(
                2,
                2_900,
                Duration.ofHours(9),
                "HTTP 402: the account has no credits",
                RecoveryMethod.SEARCH,
                Verdict.PARTIAL,
                2_000);
        Span lost =
                new Span(gap.span().from().plus(Duration.ofHours(2)), gap.span().until());
        return gap.change()
                .lost(List.of(new LostSpan(
                        lost, "the spending limit of 2,000 posts is reached; about 5,300 posts would cost $26.50")))
                .build();
    }

    /** An outage of seven hours under recovery by jobs. */
    private Gap jobs() {
        Gap.Builder gap = gap(8, 430, Duration.ofHours(7), "network error (CONNECT): the connection was refused");
        Span span = gap.build().span();
        List<StepRun> steps = new ArrayList<>();
        Instant from = span.from();
        StepRun.State[] states = {StepRun.State.DONE, StepRun.State.DONE, StepRun.State.RUNNING, StepRun.State.WAITING};
        long[] fresh = {7_214, 6_880, 2_101, 0};
        for (int i = 0; i < states.length; i++) {
            Instant until = i == states.length - 1 ? span.until() : from.plus(Duration.ofMinutes(110));
            Step step = new Step(RecoveryMethod.RECOVERY_JOB, new Span(from, until), Instant.EPOCH);
            steps.add(new StepRun(step, states[i], i < 2 ? 1 : 0, fresh[i], fresh[i] / 40, ""));
            from = until;
        }
        return gap.steps(steps).build();
    }

    private Gap freshlyOpened() {
        Gap.Builder gap = gap(7, 3, Duration.ofSeconds(4), "network error (RESET): the connection was reset");
        Span span = gap.build().span();
        Span reached = new Span(span.from(), span.until().minusSeconds(20));
        Step refused = new Step(RecoveryMethod.BACKFILL, reached, Instant.EPOCH);
        Step search = new Step(RecoveryMethod.SEARCH, span, Instant.EPOCH);
        return gap.steps(List.of(
                        new StepRun(
                                refused, StepRun.State.FAILED, 1, 12, 30, "the connection ended before it was drained"),
                        new StepRun(search, StepRun.State.WAITING, 0, 0, 0, "")))
                .build();
    }
}
