package io.gapless.recovery.state;

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
import java.util.List;
import java.util.Optional;

/** Gaps to remember. */
final class Gaps {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    private Gaps() {}

    static Gap open(long id, Instant from) {
        Span span = new Span(from, from.plus(Duration.ofMinutes(3)));
        return Gap.of(id, span, "stalled for \"25 s\"", from, from.plusSeconds(25))
                .slowReader(true)
                .steps(List.of(StepRun.of(new Step(RecoveryMethod.SEARCH, span, from.plusSeconds(10)))))
                .build();
    }

    static Gap closed(long id, Instant from) {
        Gap open = open(id, from);
        StepRun run =
                open.steps().get(0).withPass(120, 3).withPass(1, 120).with(StepRun.State.FAILED, "X: \u201cno\u201d");
        return Gap.of(id, open.span(), open.cause(), open.lastSignalAt(), open.detectedAt())
                .reconnectedAt(Optional.of(open.span().until()))
                .steps(List.of(run, StepRun.of(new Step(RecoveryMethod.RECOVERY_JOB, open.span(), Instant.EPOCH))))
                .lost(List.of(new LostSpan(open.span(), "window passed")))
                .doubtful(List.of(
                        new DoubtfulSpan(open.span(), Doubt.SEARCH_LIMITS, "search returns no retweets (cats)")))
                .verdict(Verdict.PARTIAL)
                .closedAt(Optional.of(open.span().until().plusSeconds(1)))
                .build();
    }
}
