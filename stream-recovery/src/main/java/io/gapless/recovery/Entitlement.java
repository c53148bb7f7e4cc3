package io.gapless.recovery;

import io.gapless.stream.Recovery;
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
    /** If live ends so soon after our own job or second connect, that may be the cause. */
    static final Duration EVICTED_WITHIN = Duration.ofSeconds(5);

    static final int EVICTIONS_MAX = 2;

    private static final Duration REFUSED_FOR = Duration.ofDays(1);

    private final Access access;
    private final Recovery.Host host;
    private final XClock x;
    private boolean accepted;
    private boolean seen;
    private @Nullable Instant refusedAt;
    private @Nullable Instant secondRefusedAt;

    Entitlement(Access access, Recovery.Host host, XClock x) {
        this.access = access;
        this.host = host;
        this.x = x;
    }

    Abilities abilities(Instant now) {
        boolean open = access != Access.PAY_PER_USE && !isRefused(now);
        return new Abilities(open, open && (access == Access.ENTERPRISE || accepted), false);
    }

    /** A second connection may be open elsewhere, so it is refused apart from the rest. */
    boolean allowsSecond(Instant now) {
        return abilities(now).jobs() && !holds(secondRefusedAt, now);
    }

    /** X lets us keep one connection only. */
    void secondRefused(String why) {
        secondRefusedAt = x.instant();
        host.event(new RecoveryEvent.SecondConnectionRefused(host.time().instant(), why));
    }

    private boolean isRefused(Instant now) {
        return holds(refusedAt, now);
    }

    private static boolean holds(@Nullable Instant refusal, Instant now) {
        return refusal != null && now.isBefore(refusal.plus(REFUSED_FOR));
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
    boolean isProven() {
        return access == Access.ENTERPRISE || seen;
    }

    /** X does not let us backfill or run jobs. Told when it is news. */
    void refused(String why) {
        Instant now = x.instant();
        boolean news = !isRefused(now);
        refusedAt = now;
        accepted = false;
        seen = false;
        if (news) host.event(new RecoveryEvent.RoadRefused(host.time().instant(), why));
    }
}
