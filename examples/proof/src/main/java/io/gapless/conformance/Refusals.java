package io.gapless.conformance;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Plays the rows of the conformance table in which the connection cannot be opened. */
final class Refusals {
    private static final Duration RESET = Duration.ofSeconds(25);
    private static final Duration JITTER_AND_CONNECT = Duration.ofSeconds(10);
    private static final URI NOWHERE = URI.create("https://nowhere.invalid");

    private Refusals() {}

    /**
     * Returns the rows in which X refuses a connect for a time, and accepts connects later without any action of a
     * person.
     */
    static List<Scenario> passingRows() {
        return List.of(
                new Scenario("429 TooManyConnections, reset in 25 s", Refusals::tooManyConnections),
                new Scenario("429 rate limit (quota), reset in 25 s", Refusals::rateLimited),
                new Scenario("429 usage cap", timing -> usageCap()));
    }

    /** Returns the rows in which connects fail until a person acts. */
    static List<Scenario> lastingRows() {
        return List.of(new Scenario("401", timing -> unauthorized()), new Scenario("NXDOMAIN", Refusals::unknownHost));
    }

    private static Report tooManyConnections(Timing timing) throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator())) {
            lab.x().inject(Fault.of(Misbehaviour.TOO_MANY_CONNECTIONS).times(2));
            lab.start();
            Duration first = awaitWait(lab);
            Duration second = awaitWait(lab);
            boolean connected = !timing.wholeWaits() || awaitConnected(lab, second);
            return new Report(Text.of(
                            "%s (the slot of a dead connection is often free by then), then X's ladder from 60 s: %s",
                            Text.seconds(first), Text.seconds(second)))
                    .must(isWithin(first, 5, 6), "waits 5 s first, not " + first)
                    .must(isWithin(second, 60, 70), "waits 60 s then, not " + second)
                    .must(connected, "connects after that");
        }
    }

    private static Report rateLimited(Timing timing) throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator());
                StreamLab late = new StreamLab(StreamLab.emulator())) {
            lab.x().inject(Fault.of(Misbehaviour.RATE_LIMITED).delay(RESET));
            late.x().inject(Fault.of(Misbehaviour.RATE_LIMITED).delay(RESET.multipliedBy(8)));
            lab.start();
            late.start();
            Duration planned = awaitWait(lab);
            Duration plannedLate = awaitWait(late);
            boolean connected = !timing.wholeWaits() || awaitConnected(lab, planned);
            return new Report(Text.of(
                            "%s: X's ladder from 60 s or the reset, whichever is later (reset in 200 s: %s)",
                            Text.seconds(planned), Text.seconds(plannedLate)))
                    .must(isWithin(planned, 60, 70), "waits 60 s, not " + planned)
                    .must(isWithin(plannedLate, 199, 225), "waits for a reset in 200 s, not " + plannedLate)
                    .must(connected, "connects after that");
        }
    }

    private static Report usageCap() throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator())) {
            lab.x().inject(Misbehaviour.USAGE_CAP);
            lab.start();
            Duration planned = awaitWait(lab, waiting -> waiting.why() == StreamEvent.Waiting.Why.PARKED);
            return new Report("parked and reported; asked again after " + planned.toMinutes() + " min")
                    .must(isWithin(planned, 60, 67), "is parked for 1 min, not " + planned)
                    .must(lab.connects().size() == 1, "does not connect again");
        }
    }

    private static Report unauthorized() throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator())) {
            lab.x().inject(Fault.of(Misbehaviour.UNAUTHORIZED).times(100));
            lab.start();
            boolean gaveUp = lab.sees(
                    StreamEvent.Failed.class,
                    failed -> failed.failure().reason() == StreamException.Reason.TOKEN_REFUSED);
            lab.watch(Duration.ofSeconds(1));
            int connects = lab.connects().size();
            return new Report("asks the token source once more, then gives up and says why (n=" + connects + ")")
                    .must(gaveUp, "gives up, and says that the token is refused")
                    .must(connects == 2, "asks for a new token once, not " + (connects - 1) + " times");
        }
    }

    private static Report unknownHost(Timing timing) throws InterruptedException {
        try (LogLines log = new LogLines("UNKNOWN_HOST");
                StreamLab lab = new StreamLab(StreamLab.emulator(), settings -> settings.baseUrl(NOWHERE))) {
            lab.start();
            lab.watch(timing.window());
            int attempts = lab.events(StreamEvent.Connecting.class).size();
            int failed = lab.events(StreamEvent.ConnectFailed.class).size();
            return new Report(Text.of(
                            "%d attempts in %d s, after %s; log lines: %d",
                            attempts, timing.window().toSeconds(), Text.seconds(lab.pauses()), log.count()))
                    .must(failed > 0, "the attempt fails")
                    .must(attempts <= 2 * timing.window().toSeconds() + 2, "few attempts, not " + attempts)
                    .must(log.count() <= 2, "few log lines, not " + log.count());
        }
    }

    /**
     * Waits until the library plans its next wait, and returns the length of that wait. Returns zero if the library
     * plans no wait within 30 s.
     */
    private static Duration awaitWait(StreamLab lab) throws InterruptedException {
        return awaitWait(lab, waiting -> true);
    }

    private static Duration awaitWait(StreamLab lab, Predicate<StreamEvent.Waiting> condition)
            throws InterruptedException {
        return lab.await(StreamEvent.Waiting.class, condition, StreamLab.PATIENCE)
                .map(waiting -> Duration.between(waiting.at(), waiting.nextTryAt()))
                .orElse(Duration.ZERO);
    }

    private static boolean awaitConnected(StreamLab lab, Duration planned) throws InterruptedException {
        return lab.await(StreamEvent.Connected.class, planned.plus(JITTER_AND_CONNECT))
                .isPresent();
    }

    private static boolean isWithin(Duration length, int fromSeconds, int toSeconds) {
        return length.toMillis() >= fromSeconds * 1_000L && length.toMillis() <= toSeconds * 1_000L;
    }
}
