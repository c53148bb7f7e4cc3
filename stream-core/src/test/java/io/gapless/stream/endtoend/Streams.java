package io.gapless.stream.endtoend;

import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import java.net.URI;
import java.time.Duration;

/** Streams whose connections are healthy from the first line on, told to a recorder. */
final class Streams {
    private Streams() {}

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
                .time(time)
                .transport(time)
                .stallTimeout(Duration.ofMinutes(10))
                .headerTimeout(Duration.ofMinutes(5));
    }

    static FilteredStream.Builder from(URI base, Recorder recorder) {
        return FilteredStream.builder()
                .baseUrl(base)
                .bearerToken("token")
                .healthyAfter(Duration.ofMillis(1))
                .handler(recorder)
                .onEvent(recorder);
    }
}
