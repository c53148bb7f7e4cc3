package io.gapless.benchmarks;

import io.gapless.proof.kit.LoopStream;
import io.gapless.proof.kit.Piece;
import io.gapless.proof.kit.PostLines;
import io.gapless.proof.kit.Sample;
import io.gapless.proof.kit.Text;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Measures whether bad posts, at which the handler always throws, delay the good posts. */
final class BadPosts implements Study {
    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
    private static final long SECONDS = 600;
    private static final int[] RATES = {50, 200};
    /**
     * One post in 97 is bad. The number is prime, so that bad posts do not coincide with anything else that repeats
     * regularly.
     */
    private static final int ONE_OF = 97;

    private static final int NONE = Integer.MAX_VALUE;
    private static final Duration HANDLER_TAKES = Duration.ofMillis(2);
    private static final double HANDLED_MIN = 99;

    /** Holds the measured numbers of one stream. */
    private record Run(double handledPercent, double p99Millis, long deadLetters, long paused) {}

    /** Thrown for a bad post. It has no stack trace, since the JVM's cost of a stack trace is not to be measured. */
    private static final class Bad extends RuntimeException {
        private static final long serialVersionUID = 1;

        Bad() {
            super("bad", null, false, false);
        }
    }

    @Override
    public Chapter run(Effort effort) {
        Table table = Table.begin("Ten minutes in virtual time", "");
        double handled = 100;
        long paused = 0;
        double slower = 0;
        for (int rate : RATES) {
            Run without = play(rate, effort.of(SECONDS * rate), NONE);
            Run with = play(rate, effort.of(SECONDS * rate), ONE_OF);
            put(table, Text.of("%d posts/s, none bad", rate), without);
            put(table, Text.of("%d posts/s, 1 %% bad", rate), with);
            handled = Math.min(handled, with.handledPercent);
            paused += with.paused;
            slower = Math.max(slower, with.p99Millis - without.p99Millis);
        }
        return new Chapter(
                "bad-posts",
                "Do bad posts keep back the others?",
                "A stream in virtual time with a transport in memory, whose handler takes 2 ms for a post. One post in 97"
                        + " is bad: the handler throws at each of its tries. The delay of a good post is from its arrival to"
                        + " its first hand-over. What counts is handled when the last post comes.",
                List.of(table),
                List.of(),
                List.of(
                        Bound.atLeast("% of the good posts handled, with 1 % bad", handled, HANDLED_MIN),
                        Bound.atMost("times reading paused, or the handler was down", paused, 0),
                        Bound.atMost("ms by which the p99 delay is longer", slower, HANDLER_TAKES.toMillis())));
    }

    private static void put(Table table, String row, Run run) {
        table.put(row, "% of the good posts handled", Spread.of(run.handledPercent))
                .put(row, "p99 delay of good posts, ms", Spread.of(run.p99Millis))
                .put(row, "dead letters", Spread.of(run.deadLetters))
                .put(row, "times paused or down", Spread.of(run.paused));
    }

    private static Run play(int rate, long posts, int oneOf) {
        VirtualTime time = new VirtualTime(START);
        long[] ids = new long[(int) posts];
        Sample delays = new Sample();
        long[] handled = {0};
        long[] paused = {0};
        LoopStream stream = new LoopStream(time, settings -> settings.handler(post -> {
                    int i = Arrays.binarySearch(ids, post.id());
                    boolean isBad = i % oneOf == oneOf - 1;
                    Duration delay = Duration.between(post.receivedAt(), time.instant());
                    if (!isBad) delays.add(delay.toNanos());
                    time.sleep(HANDLER_TAKES);
                    if (isBad) throw new Bad();
                    handled[0]++;
                })
                .onEvent(event -> {
                    if (event instanceof StreamEvent.ReadingPaused || event instanceof StreamEvent.HandlerDown) {
                        paused[0]++;
                    }
                }));
        Piece piece = new Piece(PostLines.of(500, Piece.POSTS));
        Arrays.fill(ids, Long.MAX_VALUE);
        int bad = 0;
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Firehose.id(time.instant(), i % rate);
            if (i % oneOf == oneOf - 1) bad++;
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            piece.id(i % Piece.POSTS, ids[i]);
            piece.writeLineTo(line, i % Piece.POSTS);
            stream.take(line.toByteArray());
            time.advance(Duration.ofSeconds(1).dividedBy(rate));
        }
        Run run = new Run(
                100.0 * handled[0] / (ids.length - bad),
                delays.quantileMillis(0.99),
                stream.health().deadLettered(),
                paused[0]);
        stream.close();
        return run;
    }
}
