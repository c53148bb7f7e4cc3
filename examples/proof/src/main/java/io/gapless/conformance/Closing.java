package io.gapless.conformance;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.proof.kit.Proof;
import io.gapless.receiver.Report;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.StreamEvent;
import java.util.List;
import java.util.OptionalLong;

/** Measures, for each state of a stream, how long {@code close()} takes and when the server sees the socket closed. */
final class Closing {
    private static final double BOUND_MILLIS = 1_000;
    private static final String METHOD =
            "close() is called while the stream is in that state; its return is timed, and the"
                    + " server's socket is watched by a read that is always pending";

    private Closing() {}

    static List<Proof> measures() {
        return List.of(
                Closing::connecting,
                Closing::streaming,
                () -> refused(
                        "backing off after a 503", Misbehaviour.STATUS_503_EMPTY, StreamEvent.Waiting.Why.BACKOFF),
                () -> refused("parked at a usage cap", Misbehaviour.USAGE_CAP, StreamEvent.Waiting.Why.PARKED),
                () -> blockedHandler("with a blocked handler", 20, StreamEvent.Connected.class),
                () -> blockedHandler("with a full inbox", 20_000, StreamEvent.ReadingPaused.class));
    }

    private static Report connecting() throws InterruptedException {
        try (SilentServer server = new SilentServer();
                StreamLab lab = new StreamLab(StreamLab.emulator(), settings -> settings.baseUrl(server.baseUri()))) {
            lab.start();
            server.awaitRequest(StreamLab.PATIENCE);
            long fromNanos = System.nanoTime();
            lab.stream().close();
            long returnedNanos = System.nanoTime();
            return measured(
                    "while connecting to a server that never answers",
                    returnedNanos - fromNanos,
                    fromNanos,
                    server.awaitClosedNanos(StreamLab.PATIENCE));
        }
    }

    private static Report streaming() throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator().rate(100))) {
            lab.start();
            lab.awaitPosts(10, StreamLab.PATIENCE);
            return close(lab, "while streaming");
        }
    }

    private static Report refused(String state, Misbehaviour how, StreamEvent.Waiting.Why why)
            throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator())) {
            lab.x().inject(how);
            lab.start();
            lab.reach(StreamEvent.Waiting.class, waiting -> waiting.why() == why);
            long fromNanos = System.nanoTime();
            lab.stream().close();
            long closeNanos = System.nanoTime() - fromNanos;
            // The connection of the refused request is closed already, so there is no socket to watch.
            return judged(new Report("close() " + state, METHOD + "; no socket is open", "≤ 1,000 ms"), closeNanos);
        }
    }

    private static Report blockedHandler(String state, int rate, Class<? extends StreamEvent> reached)
            throws InterruptedException {
        XEmulator.Builder server = StreamLab.emulator().rate(rate);
        try (BlockedHandler block = new BlockedHandler();
                StreamLab lab = new StreamLab(server, (FilteredStream.Builder settings) -> settings.handler(block))) {
            lab.start();
            block.awaitBlocked(StreamLab.PATIENCE);
            lab.reach(reached);
            return close(lab, state);
        }
    }

    private static Report close(StreamLab lab, String state) throws InterruptedException {
        long fromNanos = System.nanoTime();
        lab.stream().close();
        long returnedNanos = System.nanoTime();
        lab.x().awaitConnectionsOpen(0, StreamLab.PATIENCE);
        OptionalLong closed = lab.x().connections().stream()
                .filter(connection -> !connection.open())
                .mapToLong(connection -> connection.closedNanos())
                .findFirst();
        return measured(state, returnedNanos - fromNanos, fromNanos, closed);
    }

    private static Report measured(String state, long closeNanos, long fromNanos, OptionalLong closedNanos) {
        Report report = judged(
                new Report("close() " + state, METHOD, "≤ 1,000 ms, and the server sees the socket closed"),
                closeNanos);
        if (closedNanos.isEmpty()) return report.must(false, "the socket stays open");
        double socketMillis = (closedNanos.getAsLong() - fromNanos) / 1e6;
        return report.say("socket closed ms", socketMillis)
                .must(socketMillis <= BOUND_MILLIS, "the socket was closed later");
    }

    private static Report judged(Report report, long closeNanos) {
        double closeMillis = closeNanos / 1e6;
        return report.say("close() ms", closeMillis).must(closeMillis <= BOUND_MILLIS, "close() took longer");
    }
}
