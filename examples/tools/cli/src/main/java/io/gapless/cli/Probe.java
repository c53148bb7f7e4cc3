package io.gapless.cli;

import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Opens the stream briefly, to see whether X accepts the connection. Meanwhile, the probe takes one of the connections
 * that X allows, and drops the posts that arrive.
 */
final class Probe {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Probe() {}

    static Finding of(FilteredStream.Builder builder) throws Exception {
        CompletableFuture<Finding> found = new CompletableFuture<>();
        FilteredStream stream = builder.handler(post -> {})
                .onEvent(event -> {
                    if (event instanceof StreamEvent.Connected) found.complete(opened());
                    else if (event instanceof StreamEvent.ConnectFailed e) found.complete(refused(e));
                })
                .build();
        try (stream) {
            stream.start();
            return found.completeOnTimeout(silent(), PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .get();
        }
    }

    private static Finding opened() {
        return Finding.ok("stream", "X opened it. It is closed again.");
    }

    private static Finding refused(StreamEvent.ConnectFailed event) {
        return Finding.fail(
                "stream",
                "It could not be opened: " + event.how().describe()
                        + ". If all connections are in use, 'gapless connections list' shows by whom.");
    }

    private static Finding silent() {
        return Finding.fail(
                "stream", "X did not answer within " + Text.duration(PATIENCE) + ". Check the network and the proxy.");
    }
}
