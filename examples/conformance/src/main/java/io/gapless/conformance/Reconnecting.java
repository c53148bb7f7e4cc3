package io.gapless.conformance;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenRequest;
import io.gapless.stream.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures how fast the library reconnects after a healthy connection has ended. */
final class Reconnecting {
    private static final Duration HEALTHY_AFTER = Duration.ofMillis(200);
    private static final Duration CALM = Duration.ofMillis(250);
    private static final int BUDGET = 1_000;
    private static final double BOUND_MILLIS = 100;
    private static final List<Misbehaviour> DROPS =
            List.of(Misbehaviour.EOF, Misbehaviour.CLOSE_WITHOUT_FINAL_CHUNK, Misbehaviour.RESET);

    private Reconnecting() {}

    static Measured measure(int drops) throws InterruptedException {
        Sample fromSeen = new Sample();
        Sample fromServer = new Sample();
        try (Lab lab = new Lab(
                // The emulator may free a connection slot a moment late. A second slot keeps that delay out of the
                // measurement.
                Lab.emulator().rate(20).withoutRateLimits().connectionLimit(2),
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
        Map<String, Double> numbers = new LinkedHashMap<>();
        fromSeen.putInto(numbers, "from the end seen");
        fromServer.putInto(numbers, "from the server's end");
        List<String> misses = new ArrayList<>();
        if (fromSeen.percentile(99) > BOUND_MILLIS) misses.add("p99 from the end seen");
        return new Measured(
                "reconnect after a drop of a healthy connection",
                drops + " drops on loopback (orderly end, torn and reset in turn), healthyAfter 0.2 s, budget 1,000;"
                        + " from the event Disconnected, and from the order to the server to end the connection, to the"
                        + " moment at which the server has read the next request's head",
                "p99 ≤ 100 ms after the end was seen",
                numbers,
                misses);
    }

    /** Converts a time of the wall clock to the monotonic clock. */
    private static long nanos(Instant at) {
        return System.nanoTime() - Duration.between(at, Instant.now()).toNanos();
    }
}
