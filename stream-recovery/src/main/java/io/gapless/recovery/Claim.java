package io.gapless.recovery;

import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.util.Optional;

/** A step of a gap, or a part of one, that is served together with others, by one job or one backfill. */
record Claim(long gapId, Step step) {
    Span span() {
        return step.span();
    }

    /** Returns the part of this claim that lies within a span. */
    Optional<Claim> within(Span chunk) {
        return span().common(chunk).map(part -> new Claim(gapId, new Step(step.method(), part, step.notBefore())));
    }
}
