package io.gapless.stream.endtoend;

import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** Streams whose connections are healthy from the first line on, told to a recorder. */
final class Streams {
    private static final Duration HEALTHY_AFTER = Duration.ofMillis(1);

    private Streams() {}

    /** Lets a connection that has brought a post live for as long as a healthy one must have. */
    static void awaitHealthy(FilteredStream stream) {
        Instant healthyAt = stream.health().since().plus(HEALTHY_AFTER.multipliedBy(2));
        while (Instant.now().isBefore(healthyAt)) Thread.onSpinWait();
    }

    /** X with one rule, {@code cat}, that every published post with that word matches. */
    static XEmulator x() {
        return XEmulator.builder()
                .keepAlive(Duration.ofMillis(100))
                .rule("cats", "cat")
                .start();
    }

    static FilteredStream.Builder from(XEmulator x, Recorder recorder) {
        return from(x.baseUri(), recorder).bearerToken(x.bearerToken());
    }

    /** Its limits are the longest ones, since X's side is not hastened. */
    static FilteredStream.Builder from(XEmulator x, Recorder recorder, TimeMachine time) {
        return from(x, recorder)
                .seams(s -> s.time(time))
                .stallTimeout(Duration.ofMinutes(10))
                .headerTimeout(Duration.ofMinutes(5));
    }

    static FilteredStream.Builder from(URI base, Recorder recorder) {
        return FilteredStream.builder()
                .baseUrl(base)
                .bearerToken("token")
                .healthyAfter(HEALTHY_AFTER)
                .handler(recorder)
                .onEvent(recorder);
    }
}
