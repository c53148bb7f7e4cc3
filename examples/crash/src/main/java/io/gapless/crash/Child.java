package io.gapless.crash;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.StreamEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.LogManager;

/**
 * The process that is killed: a stream on a state directory, whose handler writes each id down before it returns. It
 * lives until its standard input ends.
 */
final class Child {
    private static final Duration OVERLAP = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    /** Nothing is held back for money, and restarts come faster than X would take them. */
    private static final int AMPLE = 1_000_000;

    private static final int AMPLE_CONNECTS = 10_000;

    private Child() {}

    /** What it is told on its command line. */
    record Orders(URI x, String token, Path state, Path ids, Instant origin, int speed, Duration shift) {
        static Orders of(String[] words) {
            return new Orders(
                    URI.create(words[0]),
                    words[1],
                    Path.of(words[2]),
                    Path.of(words[3]),
                    Instant.parse(words[4]),
                    Integer.parseInt(words[5]),
                    Duration.parse(words[6]));
        }

        List<String> words() {
            return List.of(
                    x.toString(),
                    token,
                    state.toString(),
                    ids.toString(),
                    origin.toString(),
                    Integer.toString(speed),
                    shift.toString());
        }
    }

    public static void main(String[] arguments) throws IOException {
        LogManager.getLogManager().reset();
        Orders orders = Orders.of(arguments);
        FastTime time = new FastTime(orders.origin(), orders.speed(), orders.shift());
        try (IdFile ids = IdFile.create(orders.ids());
                GaplessStream stream = GaplessStream.builder()
                        .baseUrl(orders.x())
                        .bearerToken(orders.token())
                        .access(Access.ENTERPRISE)
                        .overlap(OVERLAP)
                        .maxRecoveredPosts(AMPLE)
                        .stateDirectory(orders.state())
                        .time(time)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectBudget(AMPLE_CONNECTS)
                        .handler(post -> ids.write(post.id()))
                        .onEvent(Child::say)
                        .build()) {
            stream.start();
            while (System.in.read() >= 0) {
                // Nothing is said but that it is over.
            }
            stream.close(DRAIN);
        }
    }

    private static void say(StreamEvent event) {
        System.out.println(event.at() + " " + event.describe());
    }
}
