package io.gapless.sending;

import io.gapless.proof.kit.IdFile;
import io.gapless.recovery.outbox.Schedule;
import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import java.util.stream.LongStream;

/**
 * Runs the process that {@link SenderKills} kills. The process passes posts to its sender all the time, and the sender sends
 * every second. The process stores the last id that the sender has accepted. After a kill, the next process starts with
 * the id after the stored one, as a stream would hand over unacknowledged posts again. The process accepts posts until
 * its standard input has a byte and it has reached the last required id. Then it sends until no record waits.
 */
final class SenderChild {
    /** The id of the first post; further posts have the next numbers. Like an id of X, it contains a time. */
    static final long FIRST_ID = 1_999_000_000_000_000_000L;

    private static final int AT_ONCE = 10;
    private static final long PAUSE_MILLIS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private SenderChild() {}

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        Path taken = Path.of(arguments[2]);
        long atLeastUntil = Long.parseLong(arguments[3]);
        try (Sender sender = Sender.builder()
                        .stateDirectory(Path.of(arguments[1]))
                        .to(URI.create(arguments[0]))
                        .schedule(Schedule.hourly().withEvery(Duration.ofSeconds(1)))
                        .batch(100, 1 << 20)
                        .tries(3, Duration.ofMillis(20))
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .build();
                IdFile file = IdFile.open(taken)) {
            sender.start();
            Source live = new Source(Origin.LIVE);
            long next = IdFile.last(taken, FIRST_ID - 1) + 1;
            while (next <= atLeastUntil || !isOver()) {
                sender.onPosts(posts(next, live));
                next += AT_ONCE;
                file.write(next - 1);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            long untilNanos = System.nanoTime() + PATIENCE.toNanos();
            while (sender.status().waitingRecords() > 0 && System.nanoTime() < untilNanos)
                sender.sendOnce().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static boolean isOver() throws IOException {
        return System.in.available() > 0;
    }

    private static List<Post> posts(long first, Source live) {
        return LongStream.range(first, first + AT_ONCE)
                .<Post>mapToObj(id -> PostLine.read(
                                ("{\"data\":{\"id\":\"" + id + "\",\"text\":\"a\"},\"matching_rules\":[{\"id\":\"1\","
                                                + "\"tag\":\"cats\"}]}")
                                        .getBytes(StandardCharsets.UTF_8),
                                live,
                                Instant.now())
                        .orElseThrow())
                .toList();
    }
}
