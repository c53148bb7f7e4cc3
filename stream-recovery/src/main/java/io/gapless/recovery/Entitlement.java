package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.Notes;
import io.gapless.recovery.state.Refusal;
import io.gapless.stream.Endpoint;
import io.gapless.stream.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What X lets this account do, learned from its answers. Backfill, jobs and a second connection are one entitlement.
 * Owner: the stream's thread.
 *
 * <p>Under {@link Access#AUTO} a 200 to a connect that asked for backfill allows jobs; and only once such a connect has
 * really brought old posts does a backfill count as proof of anything. A refusal holds for a day, and is noted with its date;
 * under {@link Access#AUTO} also over a restart, so that a process that is restarted often does not ask each time.
 */
final class Entitlement {
    /** If live ends so soon after our own job or second connect, that may be the cause. */
    static final Duration EVICTED_WITHIN = Duration.ofSeconds(5);

    static final int EVICTIONS_MAX = 2;

    private static final Duration REFUSED_FOR = Duration.ofDays(1);

    private final Access access;
    private final boolean archiveSearch;
    private final Endpoint endpoint;
    private final Recovery.Host host;
    private final XClock x;
    private final Consumer<Change> remember;
    /** Under which names a refusal is remembered, for whoever looks into the store. */
    private final Set<String> noted = new HashSet<>();

    private boolean accepted;
    private boolean seen;
    private @Nullable Instant refusedAt;
    private @Nullable Instant secondRefusedAt;

    /**
     * An account of which nothing is known but by its notes. Who says that it is Enterprise access has what was refused in an
     * earlier life of the process asked for again.
     */
    Entitlement(
            Access access,
            boolean archiveSearch,
            Endpoint endpoint,
            Recovery.Host host,
            XClock x,
            Map<String, String> notes,
            Consumer<Change> remember) {
        this.access = access;
        this.archiveSearch = archiveSearch;
        this.endpoint = endpoint;
        this.host = host;
        this.x = x;
        this.remember = remember;
        Refusal.parse(notes.get(Notes.RECOVERY_REFUSED)).ifPresent(known -> {
            noted.add(Notes.RECOVERY_REFUSED);
            if (access == Access.AUTO) refusedAt = known.at();
        });
        Refusal.parse(notes.get(Notes.SECOND_CONNECTION_REFUSED))
                .ifPresent(known -> noted.add(Notes.SECOND_CONNECTION_REFUSED));
    }

    Abilities abilities(Instant now) {
        boolean open = access != Access.PAY_PER_USE && !isRefused(now);
        boolean search = endpoint.needsRules();
        // Where nothing else brings a post, a job that is refused is asked for again until X's window has passed.
        boolean jobs = !search || open && (access == Access.ENTERPRISE || accepted);
        return new Abilities(open && endpoint.backfill(), jobs && endpoint.recoveryJobs(), search, archiveSearch);
    }

    /** A second connection may be open elsewhere, so it is refused apart from the rest. */
    boolean allowsSecond(Instant now) {
        return (isEnterprise() || accepted) && !isRefused(now) && !holds(secondRefusedAt, now);
    }

    /** X lets us keep one connection only. */
    void secondRefused(String why) {
        secondRefusedAt = x.instant();
        note(Notes.SECOND_CONNECTION_REFUSED, new Refusal(secondRefusedAt, why));
        host.event(new RecoveryEvent.SecondConnectionRefused(host.time().instant(), why));
    }

    /** A second connection has been up, and the first one with it. */
    void secondAccepted() {
        forget(Notes.SECOND_CONNECTION_REFUSED);
    }

    private void note(String name, Refusal refusal) {
        noted.add(name);
        remember.accept(new Change.Noted(name, refusal.note()));
    }

    private void forget(String name) {
        if (noted.remove(name)) remember.accept(new Change.Noted(name, Refusal.NONE));
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
        forget(Notes.RECOVERY_REFUSED);
    }

    /** Posts have come that only a backfill can bring. */
    void backfillSeen() {
        seen = true;
    }

    /** Whether X bills each post that search returns: everywhere but for Enterprise access. */
    boolean isBilled() {
        return !isProven();
    }

    /** Whether a drained backfill proves that nothing is missing. */
    boolean isProven() {
        return isEnterprise() || seen;
    }

    /** X has streams without rules for Enterprise access only. */
    private boolean isEnterprise() {
        return access == Access.ENTERPRISE || !endpoint.needsRules();
    }

    /** X does not let us backfill or run jobs. Told when it is news. */
    void refused(String why) {
        Instant now = x.instant();
        boolean news = !isRefused(now);
        refusedAt = now;
        note(Notes.RECOVERY_REFUSED, new Refusal(now, why));
        accepted = false;
        seen = false;
        if (news) host.event(new RecoveryEvent.RecoveryRefused(host.time().instant(), why));
    }
}
