package io.gapless.conformance;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.proof.kit.Sample;
import io.gapless.receiver.Report;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures how fast the library detects a connection that carries no more bytes, and how fast it cancels a pending
 * read.
 */
final class Silence {
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(1);
    private static final double NOTICED_BOUND_MILLIS = 2_000;
    private static final double UNBLOCKED_BOUND_MILLIS = 50;
    private static final long PENDING_MILLIS = 50;

    private Silence() {}

    static Report measureHalfOpen(int stalls) throws InterruptedException {
        Sample noticed = new Sample();
        try (StreamLab lab = new StreamLab(
                StreamLab.emulator().rate(50).connectionLimit(2), settings -> settings.stallTimeout(STALL_TIMEOUT))) {
            lab.start();
            for (int i = 0; i < stalls; i++) {
                lab.reach(StreamEvent.Connected.class);
                lab.x().inject(Misbehaviour.HALF_OPEN);
                StreamEvent.Disconnected ended = lab.reach(StreamEvent.Disconnected.class);
                noticed.add(Duration.between(ended.lastSignalAt(), ended.at()).toNanos());
            }
        }
        Report report = new Report(
                "half-open connection",
                stalls
                        + " times the server falls silent with the socket open, stallTimeout 1 s; from the last signal to the"
                        + " event Disconnected",
                "≤ stallTimeout + 1 s = 2,000 ms");
        return noticed.sayIn(report, "noticed after")
                .must(noticed.maxMillis() <= NOTICED_BOUND_MILLIS, "noticed later");
    }

    static Report measureStuckRead(int reads) throws InterruptedException {
        Report report = new Report(
                "stuck read",
                reads + " reads on a connection on which nothing comes; from cancel() to the ending, JDK "
                        + Runtime.version().feature(),
                "≤ 50 ms");
        Sample unblocked = new Sample();
        try (XEmulator x = StreamLab.emulator().connectionLimit(reads).start();
                Transport transport =
                        Wire.standard().withProxy(HttpClient.Builder.NO_PROXY).open()) {
            for (int i = 0; i < reads; i++) {
                Reading reading = new Reading();
                Transport.Exchange exchange = transport.open(
                        new Request(
                                "GET",
                                x.baseUri().resolve("/2/tweets/search/stream"),
                                Map.of(),
                                () -> "Bearer " + x.bearerToken(),
                                null),
                        reading);
                reading.answered.await(StreamLab.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                // This is time enough for the transport's thread to start its read. A read that ends in this time was
                // not stuck.
                report.must(!reading.ended.await(PENDING_MILLIS, TimeUnit.MILLISECONDS), "a read was not stuck");
                long fromNanos = System.nanoTime();
                exchange.cancel();
                report.must(
                        reading.ended.await(StreamLab.PATIENCE.toSeconds(), TimeUnit.SECONDS), "a read stayed stuck");
                unblocked.add(reading.endedNanos - fromNanos);
            }
        }
        return unblocked
                .sayIn(report, "unblocked after")
                .must(unblocked.maxMillis() <= UNBLOCKED_BOUND_MILLIS, "unblocked later");
    }

    /** Records when an exchange ends. */
    private static final class Reading implements Transport.Receiver {
        private final CountDownLatch answered = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile long endedNanos;

        @Override
        public boolean answered(Head head, long nowNanos) {
            answered.countDown();
            return true;
        }

        @Override
        public boolean bytes(byte[] buffer, int length, long nowNanos) {
            return true;
        }

        @Override
        public void ended(Ending ending, long nowNanos) {
            endedNanos = nowNanos;
            ended.countDown();
        }
    }
}
