package io.gapless.recovery;

import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What X sees of the process: how often it connects, how many jobs it runs, and how soon it asks again. */
final class WireCheck {
    private static final int JOBS_MAX = 2;
    private static final Duration WINDOW = Duration.ofMinutes(15);
    /** So far a drifting clock may be off over that window. */
    private static final Duration DRIFT_MAX = Duration.ofMillis(50);

    private static final Duration FIRST_RUNG = Duration.ofSeconds(5);
    /** The longest way of a request. */
    private static final Duration WAY_MAX = Duration.ofSeconds(41);
    /** X's minute, less what a clock may be wrong. */
    private static final Duration JOB_AGE_MIN = Duration.ofSeconds(50);

    /** X's ten seconds, less what reading its time may be wrong. */
    private static final Duration SEARCH_AGE_MIN = Duration.ofSeconds(8);

    private static final Duration BACKFILL_MAX = Duration.ofMinutes(5);

    /** The ledger tells so soon what has been begun. */
    private static final Duration WRITTEN_AFTER = Duration.ofSeconds(1);

    /** So far X's time as it is read may be from X's. */
    private static final Duration CLOCK_NOISE = Duration.ofSeconds(2);

    /** X's window, and a minute. */
    private static final Duration BELIEVED_MAX = Duration.ofMinutes(16);
    /** What X refuses counts for a day; an hour later an outage shows it. */
    private static final Duration ASKED_AGAIN = Duration.ofHours(25);
    /** 1, 2, 5, then every 15 minutes, each time with a backfill and without, and once more with another token. */
    private static final Duration PARKED_WITHIN = Duration.ofMinutes(30);

    private static final int PARKED_MAX = 14;

    private final VirtualTime time;
    private final BadDay day;
    private final FragileStore store;
    private final RunLog log;
    private final Deque<Long> connectedAtNanos = new ArrayDeque<>();
    private final Map<String, Long> jobRefusedAtNanos = new HashMap<>();
    /** The gap of the outage that lasts, and those whose backfill was cut short: a backfill is wanted unless a job is at it. */
    private final List<Gap> unbackfilled = new ArrayList<>();
    /** The spans that jobs and searches have asked for, and when. */
    private final List<Requested> requested = new ArrayList<>();

    private record Requested(Span span, long atNanos) {}

    /** When steps have failed: until then they had their spans in hand. */
    private final Map<Step, Long> failedAtNanos = new HashMap<>();

    /** Until when X, or something before it, wants not to be asked at a place; at all of them under the empty one. */
    private final Map<String, Hold> holds = new HashMap<>();
    /** When live connects were refused in a way that may last. */
    private final Deque<Instant> parkedAt = new ArrayDeque<>();

    private Instant recoveryRefusedAt = Instant.MIN;
    /** Whether a connect without a backfill may be the once more of one with it. */
    private boolean withoutBackfill;
    /** Since the last connect with one, a connect without one has been sent. */
    private boolean plainSent;

    private Instant connectingAt = Instant.MAX;
    /** When the last of the gaps that want a backfill was opened. */
    private long unbackfilledSinceNanos;

    private Instant upSince = Instant.MIN;
    private int lives;
    private int jobs;
    private int searches;

    private record Hold(long fromNanos, long untilNanos) {}

    WireCheck(VirtualTime time, BadDay day, FragileStore store, RunLog log) {
        this.time = time;
        this.day = day;
        this.store = store;
        this.log = log;
    }

    /**
     * The connects of an earlier life count in a new one, as far as its disk knows of them, and unless a clock that was
     * set tells another time now.
     */
    void newLife() {
        lives++;
        if (day.isClockRight()) connectedAtNanos.removeIf(at -> at > store.committedAtNanos());
        else connectedAtNanos.clear();
        jobRefusedAtNanos.clear();
        unbackfilled.clear();
        failedAtNanos.clear();
        holds.clear();
        parkedAt.clear();
        withoutBackfill = false;
    }

    void asked(Asked request, SimulatedX x) {
        log.say("X is asked for " + request.path() + " " + told(request.query()));
        askedInTime(request, holds.get(request.place()));
        askedInTime(request, holds.get(""));
        if (request.isSearch()) askedForSearch(request);
        if (!request.isStream()) return;
        long nowNanos = time.nanoTime();
        // On its way to X a request may take longer than the one before.
        connectedAtNanos.add(request.sentNanos());
        long window = WINDOW.minus(DRIFT_MAX).toNanos();
        while (request.sentNanos() - connectedAtNanos.peek() >= window) connectedAtNanos.remove();
        if (connectedAtNanos.size() > day.connectBudget) {
            log.fail(Failure.Kind.OVER_BUDGET, connectedAtNanos.size() + " connects within 15 minutes");
        }
        if (request.isJob()) askedForJob(request, x, nowNanos);
        else if (request.query().containsKey("backfill_minutes")) {
            withoutBackfill = true;
            plainSent = false;
            askedForBackfill(request, x);
        } else {
            askedWithoutBackfill(request, x);
        }
    }

    /** A request that cannot reach X. Whoever sends it tries again. */
    void tried(Asked request) {
        if (request.isJob() || request.isSearch()) requested.add(new Requested(span(request), time.nanoTime()));
    }

    /** What was under way when X asked to wait comes all the same. */
    private void askedInTime(Asked request, @Nullable Hold hold) {
        if (hold == null) return;
        boolean early = request.sentNanos() > hold.fromNanos() && request.sentNanos() < hold.untilNanos();
        if (early) log.fail(Failure.Kind.TOO_EARLY, "X was asked for " + request.path() + " although it asks to wait");
    }

    /** What X has refused is asked for again a day later. */
    private void askedWithoutBackfill(Asked request, SimulatedX x) {
        boolean once = withoutBackfill;
        plainSent = true;
        boolean mayAsk = day.access != Access.PAY_PER_USE && day.isClockRight() && !day.has(Fault.DATE_WRONG);
        if (once || !mayAsk || unbackfilled.isEmpty() || x.liveCount() > 0) return;
        // Its token may have come late: when the connect began, another connection was still up.
        if (request.sentNanos() < unbackfilledSinceNanos) return;
        Gap lasting = unbackfilled.get(unbackfilled.size() - 1);
        Duration age = Duration.between(lasting.span().from(), request.at());
        boolean longAgo = request.at().isAfter(recoveryRefusedAt.plus(ASKED_AGAIN));
        if (longAgo && age.compareTo(BACKFILL_MAX) < 0) {
            log.fail(Failure.Kind.NEVER_ASKED_AGAIN, "a connect without a backfill, last refused " + recoveryRefusedAt);
        }
    }

    /** Follows which gaps are open; a backfill closes none before its connection has been up for an overlap. */
    void onEvent(StreamEvent event, SimulatedX x) {
        if (event instanceof RecoveryEvent.RecoveryRefused) recoveryRefusedAt = time.instant();
        if (event instanceof StreamEvent.Connecting) connectingAt = time.instant();
        if (event instanceof StreamEvent.Connected) parkedAt.clear();
        if (plainSent && isAnswer(event)) withoutBackfill = false;
        if (event instanceof RecoveryEvent.StepEnded it && it.run().state() == StepRun.State.FAILED) {
            failedAtNanos.put(it.run().step(), time.nanoTime());
        }
        if (event instanceof RecoveryEvent.GapClosed it && it.gap().verdict() == Verdict.COVERED) covered(it.gap(), x);
        if (event instanceof StreamEvent.OutageEnded it) {
            // With the answer, whenever the first line has shown whose it is.
            upSince = day.isClockRight() ? it.outage().until() : time.instant();
        } else if (event instanceof RecoveryEvent.GapOpened it
                && it.gap().reconnectedAt().isEmpty()) {
            if (!time.instant().isBefore(upSince.plus(day.overlap).minus(CLOCK_NOISE))) unbackfilled.clear();
            if (!it.gap().slowReader()) {
                unbackfilled.add(it.gap());
                unbackfilledSinceNanos = time.nanoTime();
            }
        }
    }

    /** Only X's answer to a connect without a backfill shows whether the backfill was the reason. */
    private static boolean isAnswer(StreamEvent event) {
        return event instanceof StreamEvent.Connected
                || event instanceof StreamEvent.ConnectFailed it && it.how() instanceof Disconnection.Refused;
    }

    private void covered(Gap gap, SimulatedX x) {
        Instant sentAt = x.lastSentAt();
        if (day.isClockRight() && sentAt.isBefore(gap.span().until().minus(CLOCK_NOISE))) {
            log.fail(Failure.Kind.COVERED_TOO_SOON, "until " + gap.span().until() + ", last sent at " + sentAt);
        }
    }

    private void askedForSearch(Asked request) {
        searches++;
        requested.add(new Requested(span(request), time.nanoTime()));
        Instant end = Instant.parse(request.query().get("end_time"));
        if (day.isClockRight() && end.isAfter(request.at().minus(SEARCH_AGE_MIN))) {
            log.fail(Failure.Kind.TOO_FRESH, "a search for what X may still be indexing: " + request.window());
        }
    }

    private void askedForBackfill(Asked request, SimulatedX x) {
        if (!day.isClockRight()) return;
        int minutes = Integer.parseInt(request.query().get("backfill_minutes"));
        // The minutes are chosen when the connect begins; its token may take long.
        Instant askedAt = Span.earlier(connectingAt, request.at().minus(x.answersAfter));
        for (Gap gap : unbackfilled) {
            Duration age = Duration.between(gap.span().from(), askedAt);
            boolean inReach = age.compareTo(BACKFILL_MAX.plus(day.overlap).minusSeconds(1)) <= 0;
            if (inReach
                    && minutes < BACKFILL_MAX.toMinutes()
                    && Duration.ofMinutes(minutes).compareTo(age) < 0) {
                time.after(WRITTEN_AFTER, judgement(gap, minutes, time.nanoTime() - x.answersAfter.toNanos()));
            }
        }
    }

    /** What a job or a search had in hand when the backfill was asked for, or had brought, that need not bring. */
    private Runnable judgement(Gap gap, int minutes, long askedAtNanos) {
        int life = lives;
        int failures = store.failures();
        return () -> {
            boolean isWritten = life == lives && failures == store.failures();
            if (isWritten
                    && store.disk().ledger(Instant.MIN, Integer.MAX_VALUE).stream()
                            .noneMatch(
                                    now -> wasInHand(now, gap, askedAtNanos) || wasGivenUp(now, gap, askedAtNanos))) {
                Instant from = gap.span().from();
                log.fail(Failure.Kind.BACKFILL_SHORT, minutes + " minutes for what is missing since " + from, from);
            }
        };
    }

    private boolean wasInHand(Gap now, Gap opened, long askedAtNanos) {
        Instant from = opened.span().from();
        return now.id() == opened.id()
                && now.steps().stream()
                        .filter(run -> run.step().method() != RecoveryMethod.BACKFILL)
                        .filter(run -> run.state() != StepRun.State.WAITING
                                && run.state() != StepRun.State.CUT
                                && !hadFailed(run, askedAtNanos)
                                && wasRequested(run.step().span(), askedAtNanos))
                        .anyMatch(run -> !run.step().span().from().isAfter(from));
    }

    /** What the spending limit had ended before the connect is in the ledger as lost: no backfill is planned for it. */
    private boolean wasGivenUp(Gap now, Gap opened, long askedAtNanos) {
        Instant from = opened.span().from();
        return now.id() == opened.id()
                && now.lost().stream().anyMatch(part -> part.span().contains(from))
                && now.steps().stream()
                        .anyMatch(run -> run.step().method() == RecoveryMethod.SEARCH
                                && run.step().span().contains(from)
                                && hadFailed(run, askedAtNanos));
    }

    /** A job or a search that begins after the connect is one that the backfill would have spared. */
    private boolean wasRequested(Span span, long untilNanos) {
        return requested.stream()
                .anyMatch(one ->
                        one.atNanos() <= untilNanos && one.span().common(span).isPresent());
    }

    private static Span span(Asked request) {
        return new Span(
                Instant.parse(request.query().get("start_time")),
                Instant.parse(request.query().get("end_time")));
    }

    private boolean hadFailed(StepRun run, long askedAtNanos) {
        return run.state() == StepRun.State.FAILED
                && failedAtNanos.getOrDefault(run.step(), Long.MIN_VALUE) < askedAtNanos;
    }

    private static String told(Map<String, String> query) {
        Map<String, String> told = new HashMap<>(query);
        told.keySet().removeIf(name -> name.endsWith("fields") || name.equals("expansions"));
        return new TreeMap<>(told).toString();
    }

    private void askedForJob(Asked request, SimulatedX x, long nowNanos) {
        jobs++;
        requested.add(new Requested(span(request), time.nanoTime()));
        if (x.jobsUnderWay() >= JOBS_MAX) {
            log.fail(Failure.Kind.TOO_MANY_JOBS, "a third job while two are under way: " + request.window());
        }
        Instant end = Instant.parse(request.query().get("end_time"));
        // A clock that has jumped is believed until X answers.
        if (day.isClockRight() && end.isAfter(request.at().minus(JOB_AGE_MIN))) {
            log.fail(Failure.Kind.TOO_FRESH, "a job for what X may still be indexing: " + request.window());
        }
        long lately = connectedAtNanos.stream()
                .filter(at -> nowNanos - at < WINDOW.minus(WAY_MAX).toNanos())
                .count();
        if (lately > day.connectBudget - 2 * (day.connectBudget / 5)) {
            log.fail(Failure.Kind.OVER_BUDGET, "a job that takes of what is kept for live: " + lately + " connects");
        }
        Long refused = jobRefusedAtNanos.get(request.window());
        // Two gaps by hand may want the same chunk; the second one had been sent before the first was refused.
        boolean again = refused != null && request.sentNanos() > refused;
        if (again) jobRefusedAtNanos.remove(request.window());
        if (again && nowNanos - refused < FIRST_RUNG.toNanos()) {
            log.fail(Failure.Kind.TOO_EARLY, "a job asked for again at once: " + request.window());
        }
    }

    void refused(Asked request, Refusal refusal) {
        log.say("X answers " + refusal.status() + " " + refusal.ending());
        hold(request.place(), refusal);
        boolean mayLast = refusal.status() > 0
                && refusal.status() < 500
                && refusal.status() != 200
                && refusal.status() != 429
                && refusal.status() != 402;
        if (request.isLive() && mayLast) parked();
        if (request.isJob() && (refusal.status() >= 500 || refusal.status() == 429)) {
            jobRefusedAtNanos.put(request.window(), time.nanoTime());
        }
    }

    private void parked() {
        Instant now = time.instant();
        parkedAt.add(now);
        while (parkedAt.peek().isBefore(now.minus(PARKED_WITHIN))) parkedAt.remove();
        if (parkedAt.size() > PARKED_MAX) {
            log.fail(Failure.Kind.TOO_EARLY, parkedAt.size() + " refused connects within " + PARKED_WITHIN);
        }
    }

    /** A success said that X's rate is used up. */
    void spent(Asked request, Instant reset) {
        log.say("X's rate for " + request.place() + " is used up until " + reset);
        hold(request.place(), Duration.between(time.instant(), reset));
    }

    private void hold(String place, Refusal refusal) {
        Duration wait = Duration.ofSeconds(Long.parseLong(refusal.headers().getOrDefault("Retry-After", "0")));
        boolean byX = refusal.body().startsWith("{");
        if (!wait.isZero()) hold(byX ? place : "", wait);
        String reset = refusal.headers().get("x-rate-limit-reset");
        if (reset != null) {
            hold(place, Duration.between(time.instant(), Instant.ofEpochSecond(Long.parseLong(reset))));
        }
    }

    private void hold(String place, Duration wait) {
        Duration believed = wait.compareTo(BELIEVED_MAX) < 0 ? wait : BELIEVED_MAX;
        long nowNanos = time.nanoTime();
        holds.put(
                place, new Hold(nowNanos, nowNanos + believed.minus(CLOCK_NOISE).toNanos()));
    }

    int jobs() {
        return jobs;
    }

    int searches() {
        return searches;
    }
}
