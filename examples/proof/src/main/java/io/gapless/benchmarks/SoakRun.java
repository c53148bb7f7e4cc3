package io.gapless.benchmarks;

import io.gapless.proof.kit.LoopStream;
import io.gapless.proof.kit.Numbers;
import io.gapless.proof.kit.Piece;
import io.gapless.proof.kit.PostLines;
import io.gapless.stream.seam.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.LogManager;

/**
 * Runs a stream for a day of virtual time in a process of its own. After each hour, prints the CPU per post and how
 * much heap the process holds.
 */
public final class SoakRun {
    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int HOURS = 24;
    private static final int SECONDS_PER_HOUR = 3_600;

    private SoakRun() {}

    /** Runs the stream. The argument is the number of posts per second of virtual time. */
    public static void main(String[] words) throws InterruptedException {
        LogManager.getLogManager().reset();
        int rate = Integer.parseInt(words[0]);
        VirtualTime time = new VirtualTime(START);
        long[] sum = {0};
        LoopStream stream = new LoopStream(time, settings -> settings.handler(post -> sum[0] += post.id()));
        Piece piece = new Piece(PostLines.of(500, Piece.POSTS));
        for (int hour = 1; hour <= HOURS; hour++) {
            long fromNanos = Numbers.cpuNanos();
            for (int second = 0; second < SECONDS_PER_HOUR; second++) {
                stream.take(lines(piece, time.instant(), rate));
                time.advance(TICK);
            }
            Numbers.tell(hour + " cpu", (Numbers.cpuNanos() - fromNanos) / 1e3 / SECONDS_PER_HOUR / rate);
            Numbers.tell(hour + " held", Numbers.heldBytes() / 1024.0 / 1024.0);
        }
        Numbers.tell("handled", stream.health().handled());
        stream.close();
        System.exit(sum[0] == 42 ? 1 : 0);
    }

    private static byte[] lines(Piece piece, Instant now, int rate) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int post = 0; post < rate; post++) {
            piece.id(post % Piece.POSTS, Firehose.id(now, post));
            piece.writeLineTo(lines, post % Piece.POSTS);
        }
        return lines.toByteArray();
    }
}
