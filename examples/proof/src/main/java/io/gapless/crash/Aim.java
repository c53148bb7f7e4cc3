package io.gapless.crash;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** Chooses the activity during which a process is killed. The kill comes a random time after the activity has begun. */
enum Aim {
    /** At the start of the process: before its first connection, or soon after it has connected. */
    START(1_500, Duration.ZERO),
    /** While the process has no connection and its connects fail. */
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

    /** The longest time from the beginning of the activity to the kill. */
    final int withinMillis;

    /** The shortest outage after which the activity is likely. */
    final Duration outageMin;

    Aim(int withinMillis, Duration outageMin) {
        this.withinMillis = withinMillis;
        this.outageMin = outageMin;
    }

    /**
     * Waits until the process has begun the activity. Returns false if the activity has not begun within 12 s. For
     * {@link #OUTAGE}, also ends the live connection.
     */
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
