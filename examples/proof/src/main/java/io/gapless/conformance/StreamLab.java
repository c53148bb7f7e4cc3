package io.gapless.conformance;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.proof.kit.Recording;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.StreamEvent;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Runs one stream against one emulator over the real HTTP client, and records what happens.
 */
final class StreamLab extends Recording implements AutoCloseable {
    private static final String STREAM = "/2/tweets/search/stream";

    private final XEmulator x;
    private final FilteredStream stream;

    /** Creates a lab whose stream has the library's default settings. */
    StreamLab(XEmulator.Builder server) {
        this(server, settings -> settings);
    }

    StreamLab(XEmulator.Builder server, UnaryOperator<FilteredStream.Builder> settings) {
        x = server.start();
        FilteredStream.Builder defaults = FilteredStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .proxy(HttpClient.Builder.NO_PROXY)
                .handler(this::keep)
                .onEvent(this::note);
        stream = settings.apply(defaults).build();
    }

    /**
     * Returns an emulator with the limits of pay-per-use and a rule that matches every post. The emulator publishes no
     * post by itself.
     */
    static XEmulator.Builder emulator() {
        return XEmulator.builder().access(AccessLevel.PAY_PER_USE).topics("cat").rule("cats", "cat");
    }

    XEmulator x() {
        return x;
    }

    FilteredStream stream() {
        return stream;
    }

    void start() {
        stream.start();
    }

    /** Returns the requests for the stream that the server has received. */
    List<SeenRequest> connects() {
        return x.requests().stream()
                .filter(request -> request.path().equals(STREAM))
                .toList();
    }

    /** Returns the time from each end of a connection, or failed connect, to the next connect. */
    List<Duration> pauses() {
        List<Duration> pauses = new ArrayList<>();
        Optional<Instant> endedAt = Optional.empty();
        for (StreamEvent event : events()) {
            if (event instanceof StreamEvent.Disconnected || event instanceof StreamEvent.ConnectFailed) {
                endedAt = Optional.of(event.at());
            } else if (event instanceof StreamEvent.Connecting) {
                endedAt.map(from -> Duration.between(from, event.at())).ifPresent(pauses::add);
            }
        }
        return List.copyOf(pauses);
    }

    /** Returns whether events of two kinds alternate: for instance, each connection has exactly one end. */
    boolean alternate(Class<? extends StreamEvent> first, Class<? extends StreamEvent> second) {
        boolean expectsFirst = true;
        for (StreamEvent event : events()) {
            if (!first.isInstance(event) && !second.isInstance(event)) continue;
            if (first.isInstance(event) != expectsFirst) return false;
            expectsFirst = !expectsFirst;
        }
        return true;
    }

    @Override
    public void close() {
        stream.close();
        x.close();
    }
}
