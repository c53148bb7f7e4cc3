package io.gapless.recovery;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What search has sold, on each UTC day and after each restart: a restart after a clean close, with which nothing else goes
 * wrong, does not buy what the new connection has brought.
 *
 * <p>Of a day, what search has sold on each UTC day: a post is billed once a day, however often it comes, and so one that was received
 * on the day of its creation costs nothing more. Whoever has Enterprise access is not billed.
 */
final class MoneyCheck {
    /** What is under way when the process dies, or the day ends. */
    private static final int PAGE_MAX = 100;
    /** By how much the two may differ about when a day ends. */
    private static final Duration MIDNIGHT = Duration.ofSeconds(10);

    private static final Duration DAY = Duration.ofDays(1);

    /** What the new connection brings from then on is not bought again, but for a few posts that cost less than counts. */
    private static final Duration SURE_AFTER = Duration.ofSeconds(12);

    private static final Duration SETTLED_AFTER = Duration.ofMinutes(2);
    private static final int FEW = 15;

    /** They keep posts from being acknowledged, or counts from being answered, and no event shows when they end. */
    private static final Set<Fault> UNTOLD = Set.of(
            Fault.HANDLER_SLOW,
            Fault.HANDLER_BLOCKED,
            Fault.SLOW_ANSWERS,
            Fault.POISON,
            Fault.DATE_WRONG,
            Fault.CLOCK_SET,
            Fault.CLOCK_SET_BACK,
            Fault.SUSPEND,
            Fault.TOKEN_HANGS,
            Fault.TOKEN_THROWS,
            Fault.TOKEN_EMPTY);

    /** How long they last at most. */
    private static final Duration UNTOLD_FOR = Duration.ofHours(2);

    private static final List<Class<? extends StreamEvent>> HARMLESS = List.of(
            StreamEvent.Started.class,
            StreamEvent.Connecting.class,
            StreamEvent.OutageEnded.class,
            StreamEvent.RulesSynced.class,
            StreamEvent.Quiet.class,
            RecoveryEvent.GapOpened.class,
            RecoveryEvent.GapPlanned.class,
            RecoveryEvent.StepEnded.class,
            RecoveryEvent.GapClosed.class,
            RecoveryEvent.SkewLearned.class);

    private final VirtualTime time;
    private final BadDay day;
    private final Predicate<Long> isRemembered;
    private final BooleanSupplier grantsBackfill;
    private final RunLog log;
    private final Map<LocalDate, Set<Long>> sold = new HashMap<>();
    private final Map<LocalDate, Integer> forgotten = new HashMap<>();
    private int byHand;

    private Instant untoldUntil = Instant.MIN;
    private boolean mayBeEnterprise;
    private @Nullable Restart restart;

    /** The last restart after a clean close, and what was bought again of what its connection had brought. */
    private static final class Restart {
        private @Nullable Instant upAt;
        private boolean disturbed;
        private final Set<Long> again = new HashSet<>();
    }

    MoneyCheck(VirtualTime time, BadDay day, Predicate<Long> isRemembered, BooleanSupplier grantsBackfill, RunLog log) {
        this.time = time;
        this.day = day;
        this.isRemembered = isRemembered;
        this.grantsBackfill = grantsBackfill;
        this.log = log;
    }

    /** The process starts again after a clean close, or after another end. */
    void started(boolean afterCleanClose) {
        boolean mayJudge = day.liveBeginsAfter.isZero() && time.instant().isAfter(untoldUntil);
        restart = afterCleanClose && mayJudge ? new Restart() : null;
    }

    void onEvent(StreamEvent event) {
        Restart last = restart;
        if (last == null) return;
        boolean first = last.upAt == null;
        if (event instanceof StreamEvent.Connected && first) last.upAt = time.instant();
        else if (HARMLESS.stream().noneMatch(kind -> kind.isInstance(event))) last.disturbed = true;
    }

    void struck(Fault fault) {
        if (!UNTOLD.contains(fault)) return;
        untoldUntil = time.instant().plus(UNTOLD_FOR);
        disturbed();
    }

    /** Something has gone wrong of which no event tells. */
    void disturbed() {
        if (restart != null) restart.disturbed = true;
    }

    private void soldAfterRestart(List<XPost> posts) {
        Restart last = restart;
        if (last == null || last.disturbed || last.upAt == null) return;
        Instant from = last.upAt.plus(SURE_AFTER);
        Instant until = last.upAt.plus(day.overlap);
        if (time.instant().isAfter(until.plus(day.overlap).plus(SETTLED_AFTER))) return;
        for (XPost post : posts) {
            boolean within =
                    !post.createdAt().isBefore(from) && post.createdAt().isBefore(until);
            if (within && isRemembered.test(post.id())) last.again.add(post.id());
        }
        if (last.again.size() > FEW)
            log.fail(
                    Failure.Kind.BOUGHT_AGAIN,
                    last.again.size() + " posts are bought that came after the reconnect at " + last.upAt);
    }

    void sold(List<XPost> posts) {
        if (!isBilled()) return;
        soldAfterRestart(posts);
        Instant now = time.instant();
        LocalTime hour = LocalTime.ofInstant(now, ZoneOffset.UTC);
        Duration sinceMidnight = Duration.between(LocalTime.MIN, hour);
        if (sinceMidnight.compareTo(MIDNIGHT) < 0 || sinceMidnight.compareTo(DAY.minus(MIDNIGHT)) > 0) return;
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Set<Long> ids = sold.computeIfAbsent(today, any -> new HashSet<>());
        for (XPost post : posts) if (costs(post, today)) ids.add(post.id());
        long allowed = day.postsMax + PAGE_MAX + forgotten.getOrDefault(today, 0) + byHand;
        if (ids.size() > allowed) {
            log.fail(Failure.Kind.OVERSPENT, ids.size() + " posts are bought on " + today + ", of " + day.postsMax);
        }
    }

    private boolean isBilled() {
        mayBeEnterprise |=
                day.access == Access.ENTERPRISE || day.access == Access.AUTO && grantsBackfill.getAsBoolean();
        return !mayBeEnterprise;
    }

    private boolean costs(XPost post, LocalDate today) {
        return !isRemembered.test(post.id())
                || LocalDate.ofInstant(post.createdAt(), ZoneOffset.UTC).isBefore(today);
    }

    /** A person asks for so many posts, whatever they cost. */
    void allow(int posts) {
        byHand += posts;
        disturbed();
    }

    /** The process has died, and may not have remembered what it bought last: with a full disk, all that it bought. */
    void forgotten(boolean diskFull) {
        LocalDate today = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
        int bought = sold.getOrDefault(today, Set.of()).size();
        forgotten.merge(today, diskFull ? bought : PAGE_MAX, Integer::sum);
    }
}
