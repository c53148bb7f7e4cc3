package io.gapless.recovery;

import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What X sees of one life of the process: how often it connects, how many jobs it runs, and how soon it asks again. */
final class WireCheck {
    private static final int JOBS_MAX = 2;
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final Duration FIRST_RUNG = Duration.ofSeconds(5);

    private final VirtualTime time;
    private final BadDay day;
    private final RunLog log;
    private final Deque<Long> connectedAtNanos = new ArrayDeque<>();
    private final Map<String, Long> jobRefusedAtNanos = new HashMap<>();
    private int jobs;
    private int searches;

    WireCheck(VirtualTime time, BadDay day, RunLog log) {
        this.time = time;
        this.day = day;
        this.log = log;
    }

    /** A new life has its own budget. */
    void newLife() {
        connectedAtNanos.clear();
        jobRefusedAtNanos.clear();
    }

    void asked(Asked request, SimulatedX x) {
        log.say("X is asked for " + request.path() + " " + told(request.query()));
        if (request.isSearch()) searches++;
        if (!request.isStream()) return;
        long nowNanos = time.nanoTime();
        connectedAtNanos.add(nowNanos);
        // On its way to X a request may take longer than the one before.
        long window = WINDOW.minus(x.answersAfter).toNanos();
        while (nowNanos - connectedAtNanos.peek() >= window) connectedAtNanos.remove();
        if (connectedAtNanos.size() > day.connectBudget) {
            log.fail(Failure.Kind.OVER_BUDGET, connectedAtNanos.size() + " connects within 15 minutes");
        }
        if (request.isJob()) askedForJob(request, x, nowNanos);
    }

    private static String told(Map<String, String> query) {
        Map<String, String> told = new HashMap<>(query);
        told.keySet().removeIf(name -> name.endsWith("fields") || name.equals("expansions"));
        return new TreeMap<>(told).toString();
    }

    private void askedForJob(Asked request, SimulatedX x, long nowNanos) {
        jobs++;
        if (x.jobsUnderWay() >= JOBS_MAX) {
            log.fail(Failure.Kind.TOO_MANY_JOBS, "a third job while two are under way: " + request.window());
        }
        Long refused = jobRefusedAtNanos.remove(request.query().get("end_time"));
        if (refused != null && nowNanos - refused < FIRST_RUNG.toNanos()) {
            log.fail(Failure.Kind.TOO_EARLY, "a job asked for again at once: " + request.window());
        }
    }

    void refused(Asked request, Refusal refusal) {
        log.say("X answers " + refusal.status() + " " + refusal.ending());
        if (request.isJob() && (refusal.status() >= 500 || refusal.status() == 429)) {
            jobRefusedAtNanos.put(request.query().get("end_time"), time.nanoTime());
        }
    }

    int jobs() {
        return jobs;
    }

    int searches() {
        return searches;
    }
}
