package io.gapless.conformance;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenRequest;
import io.gapless.proof.kit.Sample;
import io.gapless.receiver.Report;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Measures how fast the library reconnects after a healthy connection has ended. */
final class Reconnecting {
    private static final Duration HEALTHY_AFTER = Duration.ofMillis(200);
    private static final Duration CALM = Duration.ofMillis(250);
    private static final int BUDGET = 1_000;
    private static final double BOUND_MILLIS = 100;
    private static final List<Misbehaviour> DROPS =
            List.of(Misbehaviour.EOF, Misbehaviour.CLOSE_WITHOUT_FINAL_CHUNK, Misbehaviour.RESET);

    private Reconnecting() {}

    static Report measure(int drops) throws InterruptedException {
        Sample fromSeen = new Sample();
        Sample fromServer = new Sample();
        try (StreamLab lab = new StreamLab(
                // The emulator may free a connection slot a moment late. A second slot keeps that delay out of the
                // measurement.
                StreamLab.emulator().rate(20).withoutRateLimits().connectionLimit(2),
                settings -> settings.healthyAfter(HEALTHY_AFTER).connectBudget(BUDGET))) {
            lab.start();
            lab.reach(StreamEvent.Connected.class);
            for (int i = 0; i < drops; i++) {
                lab.watch(CALM);
                long orderedNanos = System.nanoTime();
                lab.x().inject(DROPS.get(i % DROPS.size()));
                Instant seenAt = lab.reach(StreamEvent.Disconnected.class).at();
                long seenNanos = nanos(seenAt);
                lab.reach(StreamEvent.Connected.class);
                List<SeenRequest> connects = lab.connects();
                long requestNanos = connects.get(connects.size() - 1).nanos();
                fromSeen.add(requestNanos - seenNanos);
                fromServer.add(requestNanos - orderedNanos);
            }
        }
        Report report = new Report(
                "reconnect after a drop of a healthy connection",
                drops + " drops on loopback (orderly end, torn and reset in turn), healthyAfter 0.2 s, budget 1,000;"
                        + " from the event Disconnected, and from the order to the server to end the connection, to the"
                        + " moment at which the server has read the next request's head",
                "p99 ≤ 100 ms after the end was seen");
        fromSeen.sayIn(report, "from the end seen");
        return fromServer
                .sayIn(report, "from the server's end")
                .must(fromSeen.quantileMillis(0.99) <= BOUND_MILLIS, "p99 from the end seen");
    }

    /** Converts a time of the wall clock to the monotonic clock. */
    private static long nanos(Instant at) {
        return System.nanoTime() - Duration.between(at, Instant.now()).toNanos();
    }
}
