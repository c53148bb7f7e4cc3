package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What X lets this account do, learned from its answers. Backfill, jobs and a second connection are one entitlement.
 * Owner: the stream's thread.
 *
 * <p>Under {@link Access#AUTO} a 200 to a connect that asked for backfill allows jobs; and only once such a connect has
 * really brought old posts does a backfill count as proof of anything. A refusal holds for a day.
 */
final class Entitlement {
    private static final Duration REFUSED_FOR = Duration.ofDays(1);

    private final Access access;
    private boolean accepted;
    private boolean seen;
    private @Nullable Instant refusedAt;

    Entitlement(Access access) {
        this.access = access;
    }

    Abilities abilities(Instant now) {
        boolean open = access != Access.PAY_PER_USE && !isRefused(now);
        return new Abilities(open, open && (access == Access.ENTERPRISE || accepted), false);
    }

    private boolean isRefused(Instant now) {
        return refusedAt != null && now.isBefore(refusedAt.plus(REFUSED_FOR));
    }

    /** X has answered 200 to a connect that asked for backfill. */
    void backfillAccepted() {
        accepted = true;
    }

    /** Posts have come that only a backfill can bring. */
    void backfillSeen() {
        seen = true;
    }

    /** Whether a drained backfill proves that nothing is missing. */
    boolean provesByBackfill() {
        return access == Access.ENTERPRISE || seen;
    }

    /** X does not let us; returns whether that is news. */
    boolean refused(Instant now) {
        boolean news = !isRefused(now);
        refusedAt = now;
        accepted = false;
        seen = false;
        return news;
    }
}
