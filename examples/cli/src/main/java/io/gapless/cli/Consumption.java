package io.gapless.cli;

import io.gapless.stream.BatchPostHandler;
import io.gapless.stream.Health;
import io.gapless.stream.Post;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.StreamException;
import io.gapless.stream.StreamListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One stream from start to end: writes its posts, prints its events, and knows when and how to end. */
final class Consumption implements BatchPostHandler, StreamListener {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    /** How often it is looked at whether the stream has ended without a word. */
    private static final long LOOK_EVERY_SECONDS = 1;

    /** What a stream is asked for whether it has ended; for the case that its thread for events is dead. */
    @FunctionalInterface
    interface Awaited {
        boolean awaitClose(Duration atMost) throws InterruptedException;
    }

    /** Why consuming came to its end. */
    private enum End {
        TOLD_TO,
        TIME_OVER,
        GIVEN_UP,
        OUTPUT_FAILED
    }

    private final ErrorLines err;
    private final PostOutput output;
    private final boolean recovers;
    private final Optional<ConsumeProgress> progress;
    private final boolean errIsTerminal;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    /** Why the stream has given up, by a defect. */
    private volatile @Nullable StreamException defect;

    /**
     * Prepares.
     *
     * @param errIsTerminal whether bars can stay at the bottom of standard error
     * @param recovers whether the stream recovers what an outage cost
     * @param progress what is shown while it goes on, if anything is
     */
    Consumption(
            ErrorLines err,
            boolean errIsTerminal,
            PostOutput output,
            boolean recovers,
            Optional<ConsumeProgress> progress) {
        this.err = err;
        this.errIsTerminal = errIsTerminal;
        this.output = output;
        this.recovers = recovers;
        this.progress = progress;
    }

    @Override
    public void onPosts(List<Post> posts) throws IOException {
        try {
            output.write(posts);
            progress.ifPresent(shown -> shown.written(posts, Instant.now()));
        } catch (IOException e) {
            end.complete(End.OUTPUT_FAILED);
            throw e;
        }
    }

    @Override
    public void onEvent(StreamEvent event) {
        progress.ifPresent(shown -> shown.happened(event));
        // What follows from an output that failed is said in one sentence at the end.
        if (output.failure() == null || event instanceof StreamEvent.Failed) err.println(EventLine.of(event, recovers));
        if (event instanceof StreamEvent.Failed failed) givenUp(failed.failure());
    }

    private void givenUp(StreamException why) {
        if (why.reason() == StreamException.Reason.DEFECT) defect = why;
        end.complete(End.GIVEN_UP);
    }

    /**
     * Consumes until a signal comes, the time is over, or nothing works any more.
     *
     * @param length how long at most
     * @throws StreamException for a defect
     */
    ExitCode run(
            Runnable start,
            Supplier<Health> health,
            Awaited awaited,
            Consumer<Duration> close,
            @Nullable Duration length)
            throws Exception {
        return EndSignal.endsInGoodOrder(() -> end.complete(End.TOLD_TO), () -> {
            if (length != null) end.completeOnTimeout(End.TIME_OVER, length.toMillis(), TimeUnit.MILLISECONDS);
            start.run();
            End why = await(awaited);
            Health last = health.get();
            close.accept(why == End.OUTPUT_FAILED ? Duration.ZERO : DRAIN);
            return exitCode(why, last, health.get());
        });
    }

    private End await(Awaited stream) throws ExecutionException {
        try {
            while (true) {
                try {
                    return end.get(LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    stream.awaitClose(Duration.ZERO);
                    progress.ifPresent(shown -> show(shown, Instant.now()));
                }
            }
        } catch (StreamException e) {
            givenUp(e);
            return End.GIVEN_UP;
        } catch (InterruptedException e) {
            // Where the command is not a process of its own, this is how it is told to end.
            return End.TOLD_TO;
        } finally {
            err.bottom(List.of());
        }
    }

    private void show(ConsumeProgress shown, Instant now) {
        Optional<String> line = shown.lineDue(now);
        line.ifPresent(words -> err.println(now.truncatedTo(ChronoUnit.MILLIS) + "  " + words));
        if (errIsTerminal) err.bottom(shown.bars());
        else if (line.isPresent()) shown.bars().forEach(err::println);
    }

    private ExitCode exitCode(End why, Health atTheEnd, Health closed) {
        long unwritten = closed.received() - closed.handled() - closed.duplicates();
        IOException outputFailure = output.failure();
        if (outputFailure != null) {
            String counts =
                    Text.counted(closed.handled(), "post") + " written, " + unwritten + " received and not written.";
            err.println(
                    isClosedPipe(outputFailure)
                            ? "gapless: The reader closed the pipe: " + counts
                            : "gapless: The output cannot be written: " + Text.line(outputFailure.toString()) + ". "
                                    + counts + " The last line may be cut off. Make room, then start again.");
            return ExitCode.OUTPUT_FAILED;
        }
        err.println(Text.counted(closed.handled(), "post") + " written, "
                + Text.counted(closed.duplicates(), "duplicate") + " dropped.");
        StreamException fault = defect;
        if (fault != null) throw fault;
        if (why == End.GIVEN_UP) return ExitCode.REFUSED;
        if (unwritten > 0) return ExitCode.FOUND;
        return why == End.TIME_OVER && atTheEnd.state() == Health.State.PARKED ? ExitCode.PARKED : ExitCode.OK;
    }

    /** As {@code head} does when it has seen enough. */
    private static boolean isClosedPipe(IOException failure) {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }
}
