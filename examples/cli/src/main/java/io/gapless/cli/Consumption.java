package io.gapless.cli;

import io.gapless.stream.BatchPostHandler;
import io.gapless.stream.Health;
import io.gapless.stream.Post;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.StreamException;
import io.gapless.stream.StreamListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One stream from start to end: writes its posts, tells its events, and knows when and how to end. */
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

    private final Shell shell;
    private final PostOutput output;
    private final boolean recovers;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    /** Why the stream has given up, by a defect. */
    private volatile @Nullable StreamException defect;

    /**
     * Prepares.
     *
     * @param recovers whether the stream recovers what an outage has cost
     */
    Consumption(Shell shell, PostOutput output, boolean recovers) {
        this.shell = shell;
        this.output = output;
        this.recovers = recovers;
    }

    @Override
    public void onPosts(List<Post> posts) throws IOException {
        try {
            output.write(posts);
        } catch (IOException e) {
            end.complete(End.OUTPUT_FAILED);
            throw e;
        }
    }

    @Override
    public void onEvent(StreamEvent event) {
        shell.err().println(EventLine.of(event, recovers));
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
                }
            }
        } catch (StreamException e) {
            givenUp(e);
            return End.GIVEN_UP;
        } catch (InterruptedException e) {
            // Where the command is not a process of its own, this is how it is told to end.
            return End.TOLD_TO;
        }
    }

    private ExitCode exitCode(End why, Health atTheEnd, Health closed) {
        long unwritten = closed.received() - closed.handled() - closed.duplicates();
        shell.err().println(closed.handled() + " posts written, " + closed.duplicates() + " duplicates left out.");
        IOException outputFailure = output.failure();
        if (outputFailure != null) {
            shell.err()
                    .println("gapless: The output cannot be written: " + Text.line(outputFailure.toString()) + ". "
                            + unwritten + " posts were received and not written; the last line may be cut off."
                            + " Make room, or keep the reader of the pipe alive, and start again.");
            return ExitCode.OUTPUT_FAILED;
        }
        StreamException fault = defect;
        if (fault != null) throw fault;
        if (why == End.GIVEN_UP) return ExitCode.REFUSED;
        if (unwritten > 0) return ExitCode.FOUND;
        return why == End.TIME_OVER && atTheEnd.state() == Health.State.PARKED ? ExitCode.PARKED : ExitCode.OK;
    }
}
