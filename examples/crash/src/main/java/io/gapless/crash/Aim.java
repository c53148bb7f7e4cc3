package io.gapless.crash;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** Chooses what a process should be doing when it is killed. The kill follows a random time after that has begun. */
enum Aim {
    /** At the start: before the first connection, or soon after it. */
    START(1_500, Duration.ZERO),
    /** Without a connection, while its tries fail. */
    OUTAGE(400, Duration.ZERO),
    /** While a backfill arrives, until the library has proved it complete. */
    BACKFILL(1_500, Duration.ZERO),
    /** While a recovery job delivers posts, or between two jobs. */
    JOB(60, Duration.ofMinutes(6)),
    /** While search returns posts. */
    SEARCH(250, Duration.ofMinutes(2)),
    /** At any time. */
    ANY(8_000, Duration.ZERO);

    private static final List<Misbehaviour> ENDINGS = List.of(
            Misbehaviour.EOF,
            Misbehaviour.RESET,
            Misbehaviour.CUT_MID_LINE,
            Misbehaviour.CLOSE_WITHOUT_FINAL_CHUNK,
            Misbehaviour.UPSTREAM_DISCONNECT);
    private static final int FAILED_TRIES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    /** The longest time from the awaited state to the kill. */
    final int withinMillis;

    /** The shortest outage that makes the awaited state likely. */
    final Duration outageMin;

    Aim(int withinMillis, Duration outageMin) {
        this.withinMillis = withinMillis;
        this.outageMin = outageMin;
    }

    /** Waits until the process is in the state. Returns false if that does not happen in time. */
    boolean await(XEmulator x, Instant since, RandomGenerator random) throws InterruptedException {
        return switch (this) {
            case START -> true;
            case OUTAGE -> awaitLive(x, since) && cut(x, random);
            case BACKFILL, ANY -> awaitLive(x, since);
            case JOB -> x.awaitConnections(seen -> seen.stream().anyMatch(one -> one.job() && one.open()), PATIENCE);
            case SEARCH ->
                x.awaitRequests(
                        seen -> seen.stream()
                                .anyMatch(request -> request.path().startsWith("/2/tweets/search/recent")
                                        && !request.at().isBefore(since)),
                        PATIENCE);
        };
    }

    private static boolean awaitLive(XEmulator x, Instant since) throws InterruptedException {
        return x.awaitConnections(seen -> seen.stream().anyMatch(one -> isLive(one, since)), PATIENCE);
    }

    private static boolean isLive(SeenConnection one, Instant since) {
        return !one.job() && !one.openedAt().isBefore(since);
    }

    private static boolean cut(XEmulator x, RandomGenerator random) throws InterruptedException {
        x.inject(Fault.of(Misbehaviour.STATUS_503_EMPTY).times(FAILED_TRIES));
        x.inject(ENDINGS.get(random.nextInt(ENDINGS.size())));
        return x.awaitConnectionsOpen(0, PATIENCE);
    }
}
