package io.gapless.conformance;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.StreamEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Measures, for each state of a stream, how long {@code close()} takes and when the server sees the socket closed. */
final class Closing {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double BOUND_MILLIS = 1_000;
    private static final String METHOD =
            "close() is called while the stream is in that state; its return is timed, and the"
                    + " server's socket is watched by a read that is always pending";

    private Closing() {}

    static List<Measured> measureAll() throws InterruptedException {
        List<Measured> all = new ArrayList<>();
        all.add(connecting());
        all.add(streaming());
        all.add(refused("backing off after a 503", Misbehaviour.STATUS_503_EMPTY, StreamEvent.Waiting.Why.BACKOFF));
        all.add(refused("parked at a usage cap", Misbehaviour.USAGE_CAP, StreamEvent.Waiting.Why.PARKED));
        all.add(blockedHandler("with a blocked handler", 20, StreamEvent.Connected.class));
        all.add(blockedHandler("with a full inbox", 20_000, StreamEvent.ReadingPaused.class));
        return all;
    }

    private static Measured connecting() throws InterruptedException {
        try (SilentServer server = new SilentServer();
                Lab lab = new Lab(Lab.emulator(), settings -> settings.baseUrl(server.baseUri()))) {
            lab.start();
            server.awaitRequest(PATIENCE);
            long fromNanos = System.nanoTime();
            lab.stream().close();
            long returnedNanos = System.nanoTime();
            return measured(
                    "while connecting to a server that never answers",
                    returnedNanos - fromNanos,
                    fromNanos,
                    server.awaitClosedNanos(PATIENCE));
        }
    }

    private static Measured streaming() throws InterruptedException {
        try (Lab lab = new Lab(Lab.emulator().rate(100))) {
            lab.start();
            lab.awaitPosts(10, PATIENCE);
            return close(lab, "while streaming");
        }
    }

    private static Measured refused(String state, Misbehaviour how, StreamEvent.Waiting.Why why)
            throws InterruptedException {
        try (Lab lab = new Lab(Lab.emulator())) {
            lab.x().inject(how);
            lab.start();
            lab.reach(StreamEvent.Waiting.class, waiting -> waiting.why() == why);
            long fromNanos = System.nanoTime();
            lab.stream().close();
            long closeNanos = System.nanoTime() - fromNanos;
            // The connection of the refused request is closed already, so there is no socket to watch.
            return new Measured(
                    "close() " + state,
                    METHOD + "; no socket is open",
                    "≤ 1,000 ms",
                    Map.of("close() ms", Text.millis(closeNanos)),
                    misses(closeNanos, 0));
        }
    }

    private static Measured blockedHandler(String state, int rate, Class<? extends StreamEvent> reached)
            throws InterruptedException {
        XEmulator.Builder server = Lab.emulator().rate(rate);
        try (BlockedHandler block = new BlockedHandler();
                Lab lab = new Lab(server, (FilteredStream.Builder settings) -> settings.handler(block))) {
            lab.start();
            block.awaitBlocked(PATIENCE);
            lab.reach(reached);
            return close(lab, state);
        }
    }

    private static Measured close(Lab lab, String state) throws InterruptedException {
        long fromNanos = System.nanoTime();
        lab.stream().close();
        long returnedNanos = System.nanoTime();
        lab.x().awaitConnectionsOpen(0, PATIENCE);
        OptionalLong closed = lab.x().connections().stream()
                .filter(connection -> !connection.open())
                .mapToLong(connection -> connection.closedNanos())
                .findFirst();
        return measured(state, returnedNanos - fromNanos, fromNanos, closed);
    }

    private static Measured measured(String state, long closeNanos, long fromNanos, OptionalLong closedNanos) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("close() ms", Text.millis(closeNanos));
        closedNanos.ifPresent(at -> numbers.put("socket closed ms", Text.millis(at - fromNanos)));
        return new Measured(
                "close() " + state,
                METHOD,
                "≤ 1,000 ms, and the server sees the socket closed",
                numbers,
                closedNanos.isPresent()
                        ? misses(closeNanos, closedNanos.getAsLong() - fromNanos)
                        : List.of("the socket stays open"));
    }

    private static List<String> misses(long closeNanos, long socketNanos) {
        List<String> misses = new ArrayList<>();
        if (Text.millis(closeNanos) > BOUND_MILLIS) misses.add("close() took longer");
        if (Text.millis(socketNanos) > BOUND_MILLIS) misses.add("the socket was closed later");
        return misses;
    }
}
