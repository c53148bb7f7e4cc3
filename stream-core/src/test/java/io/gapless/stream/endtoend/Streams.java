package io.gapless.stream.endtoend;

import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import java.net.URI;
import java.time.Duration;

/** Streams with short times, told to a recorder. */
final class Streams {
    static final Duration KEEP_ALIVE = Duration.ofMillis(100);
    static final Duration STALL_TIMEOUT = Duration.ofMillis(500);

    private Streams() {}

    /** X with one rule, {@code cat}, that every published post with that word matches. */
    static XEmulator x() {
        return XEmulator.builder().keepAlive(KEEP_ALIVE).rule("cats", "cat").start();
    }

    static FilteredStream.Builder from(XEmulator x, Recorder recorder) {
        return from(x.baseUri(), recorder).bearerToken(x.bearerToken());
    }

    static FilteredStream.Builder from(URI base, Recorder recorder) {
        return FilteredStream.builder()
                .baseUrl(base)
                .bearerToken("token")
                .stallTimeout(STALL_TIMEOUT)
                .healthyAfter(Duration.ofMillis(1))
                .handler(recorder)
                .onEvent(recorder);
    }
}
