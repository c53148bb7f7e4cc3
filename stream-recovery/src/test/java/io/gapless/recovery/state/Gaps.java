package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Doubt;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.Step;
import io.gapless.recovery.ledger.StepRun;
import io.gapless.recovery.ledger.Verdict;
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
        return new Gap(
                id,
                span,
                "stalled for \"25 s\"",
                from,
                from.plusSeconds(25),
                Optional.empty(),
                true,
                List.of(StepRun.of(new Step(RecoveryMethod.SEARCH, span, from.plusSeconds(10)))),
                List.of(),
                List.of(),
                Verdict.OPEN,
                Optional.empty());
    }

    static Gap closed(long id, Instant from) {
        Gap open = open(id, from);
        StepRun run =
                open.steps().get(0).withPass(120, 3).withPass(1, 120).with(StepRun.State.FAILED, "X: \u201cno\u201d");
        return new Gap(
                id,
                open.span(),
                open.cause(),
                open.lastSignalAt(),
                open.detectedAt(),
                Optional.of(open.span().until()),
                false,
                List.of(run, StepRun.of(new Step(RecoveryMethod.RECOVERY_JOB, open.span(), Instant.EPOCH))),
                List.of(new LostSpan(open.span(), "window passed")),
                List.of(new DoubtfulSpan(open.span(), Doubt.SEARCH_LIMITS, "search returns no retweets (cats)")),
                Verdict.PARTIAL,
                Optional.of(open.span().until().plusSeconds(1)));
    }
}
