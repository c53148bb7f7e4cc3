package io.gapless.crash;

import io.gapless.proof.kit.IdFile;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.event.StreamEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.LogManager;

/**
 * Runs a stream on a state directory, until the process is killed or its standard input ends. The handler writes the id
 * of each post to a file before it returns.
 */
final class StreamChild {
    private static final Duration OVERLAP = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    /**
     * A spending limit that is never reached. The next constant is a connect budget that is never reached. Without
     * them, the limits would stop the process, since it restarts more often than X would allow.
     */
    private static final int AMPLE = 1_000_000;

    private static final int AMPLE_CONNECTS = 10_000;

    private StreamChild() {}

    /** Holds the arguments on the command line of the process. */
    record Settings(URI x, String token, Path state, Path ids, Instant origin, int speed, Duration shift) {
        static Settings of(String[] words) {
            return new Settings(
                    URI.create(words[0]),
                    words[1],
                    Path.of(words[2]),
                    Path.of(words[3]),
                    Instant.parse(words[4]),
                    Integer.parseInt(words[5]),
                    Duration.parse(words[6]));
        }

        Object[] words() {
            return new Object[] {x, token, state, ids, origin, speed, shift};
        }
    }

    public static void main(String[] arguments) throws IOException {
        LogManager.getLogManager().reset();
        Settings settings = Settings.of(arguments);
        FastTime time = new FastTime(settings.origin(), settings.speed(), settings.shift());
        try (IdFile ids = IdFile.open(settings.ids());
                GaplessStream stream = GaplessStream.builder()
                        .baseUrl(settings.x())
                        .bearerToken(settings.token())
                        .access(Access.ENTERPRISE)
                        .overlap(OVERLAP)
                        .maxRecoveredPosts(AMPLE)
                        .stateDirectory(settings.state())
                        .seams(s -> s.time(time))
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectBudget(AMPLE_CONNECTS)
                        .handler(post -> ids.write(post.id()))
                        .onEvent(StreamChild::print)
                        .build()) {
            stream.start();
            while (System.in.read() >= 0) {
                // The end of the input is the request to end.
            }
            stream.close(DRAIN);
        }
    }

    private static void print(StreamEvent event) {
        System.out.println(event.at() + " " + event.describe());
    }
}
