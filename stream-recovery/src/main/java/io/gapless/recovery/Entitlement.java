package io.gapless.recovery;

import io.gapless.recovery.plan.Abilities;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.Refusal;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Learns from X's answers what the account may do. X grants backfill, recovery jobs and a second connection together.
 * Owner: the stream's thread.
 *
 * <p>Under {@link Access#AUTO}, recovery jobs are allowed once X has answered 200 to a connect with a backfill. A
 * drained backfill proves that nothing is missing only once such a connect has delivered posts that are too old to have
 * come live. A refusal counts for a day, and a note in the store holds its date. Under {@link Access#AUTO}, a refusal
 * of backfill and recovery jobs also counts after a restart, so that a process that is restarted often does not ask X
 * each time.
 */
final class Entitlement {
    /**
     * If a live connection ends this soon after a recovery job or a second connection was requested, that request may
     * be the cause.
     */
    static final Duration EVICTED_WITHIN = Duration.ofSeconds(5);

    static final int EVICTIONS_MAX = 2;

    private static final Duration REFUSED_FOR = Duration.ofDays(1);

    private final Access access;
    private final boolean archiveSearch;
    private final Endpoint endpoint;
    private final Recovery.Host host;
    private final XClock x;
    private final Consumer<Change> remember;
    /**
     * The names of the notes that hold a refusal now. Each refusal is noted for people who read the store, even if it
     * does not count after a restart.
     */
    private final Set<String> noted = new HashSet<>();

    private boolean accepted;
    private boolean seen;
    private @Nullable Instant refusedAt;
    private @Nullable Instant secondRefusedAt;

    /**
     * Creates the entitlement from the settings and from the notes of earlier processes. Under {@link
     * Access#ENTERPRISE}, a refusal in these notes is ignored, and X is asked again.
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
        Refusal.parse(notes.get(NoteNames.RECOVERY_REFUSED)).ifPresent(known -> {
            noted.add(NoteNames.RECOVERY_REFUSED);
            if (access == Access.AUTO) refusedAt = known.at();
        });
        Refusal.parse(notes.get(NoteNames.SECOND_CONNECTION_REFUSED))
                .ifPresent(known -> noted.add(NoteNames.SECOND_CONNECTION_REFUSED));
    }

    Abilities abilities(Instant now) {
        boolean open = access != Access.PAY_PER_USE && !isRefused(now);
        boolean search = endpoint.needsRules();
        // Search cannot recover a stream without rules. So recovery jobs stay allowed there after a refusal, and a
        // refused job is retried until X's window has passed.
        boolean jobs = !search || open && (access == Access.ENTERPRISE || accepted);
        return new Abilities(open && endpoint.backfill(), jobs && endpoint.recoveryJobs(), search, archiveSearch);
    }

    /**
     * Returns whether a second connection may be opened. A refusal of the second connection does not affect backfill
     * and recovery jobs, because another program may hold that connection.
     */
    boolean allowsSecond(Instant now) {
        return (isEnterprise() || accepted) && !isRefused(now) && !holds(secondRefusedAt, now);
    }

    /** Notes and reports that X allows this account only one connection. */
    void secondRefused(String why) {
        secondRefusedAt = x.instant();
        note(NoteNames.SECOND_CONNECTION_REFUSED, new Refusal(secondRefusedAt, why));
        host.event(new RecoveryEvent.SecondConnectionRefused(host.time().instant(), why));
    }

    /** Clears the note of a refused second connection, because two connections are up. */
    void secondAccepted() {
        forget(NoteNames.SECOND_CONNECTION_REFUSED);
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

    /** Notes that X has answered 200 to a connect that requested a backfill. */
    void backfillAccepted() {
        accepted = true;
        forget(NoteNames.RECOVERY_REFUSED);
    }

    /** Notes that posts have arrived that only a backfill can deliver. */
    void backfillSeen() {
        seen = true;
    }

    /**
     * Returns whether X bills each post that search returns. True unless the settings or X's answers show that the
     * account has Enterprise access.
     */
    boolean isBilled() {
        return !isProven();
    }

    /**
     * Returns whether a drained backfill proves that nothing is missing: the account is known to have Enterprise
     * access, or X has delivered posts by backfill.
     */
    boolean isProven() {
        return isEnterprise() || seen;
    }

    /**
     * Returns whether the account is known to have Enterprise access. A stream without rules proves it, because X
     * serves such streams only with Enterprise access.
     */
    private boolean isEnterprise() {
        return access == Access.ENTERPRISE || !endpoint.needsRules();
    }

    /**
     * Notes that X does not allow backfill and recovery jobs. Reports the refusal, unless an earlier one still counts.
     */
    void refused(String why) {
        Instant now = x.instant();
        boolean news = !isRefused(now);
        refusedAt = now;
        note(NoteNames.RECOVERY_REFUSED, new Refusal(now, why));
        accepted = false;
        seen = false;
        if (news) host.event(new RecoveryEvent.RecoveryRefused(host.time().instant(), why));
    }
}
