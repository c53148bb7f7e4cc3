package io.gapless.crash;

import io.gapless.proof.kit.IdFile;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.event.StreamEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.LogManager;

/**
 * Runs a stream on a state directory, until the process is killed or its standard input ends. The handler writes the id
 * of each post to a file before it returns.
 */
final class StreamChild {
    private static final Duration DRAIN = Duration.ofSeconds(5);

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
                GaplessStream stream = time.stream(settings.x(), settings.token(), settings.state())
                        .access(Access.ENTERPRISE)
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
