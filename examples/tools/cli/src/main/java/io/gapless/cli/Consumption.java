package io.gapless.cli;

import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Post;
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

/**
 * Runs one stream from start to end: writes its posts, prints its events, and closes the stream when SIGINT or SIGTERM
 * comes, at the time limit or at a failure.
 */
final class Consumption implements BatchPostHandler, StreamListener {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    /**
     * How often the command checks whether the stream has ended. The check also finds an end that no event has
     * reported.
     */
    private static final long CHECK_EVERY_SECONDS = 1;

    /**
     * Asks the stream whether the stream has ended. The answer is right even if the thread that reports events has
     * died.
     */
    @FunctionalInterface
    interface EndCheck {
        boolean awaitClose(Duration atMost) throws InterruptedException;
    }

    /** Why the command stops consuming. */
    private enum End {
        STOP_REQUESTED,
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
    /** Why the stream has given up; null if it has not. */
    private volatile @Nullable StreamException failure;

    /**
     * Creates the handler and listener of one stream.
     *
     * @param errIsTerminal whether standard error is a terminal that can show bars at its bottom
     * @param recovers whether the stream recovers the posts that X sends during outages
     * @param progress collects the progress to show; empty if progress is not shown
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
            progress.ifPresent(shown -> shown.onPostsWritten(posts, Instant.now()));
        } catch (IOException e) {
            end.complete(End.OUTPUT_FAILED);
            throw e;
        }
    }

    @Override
    public void onEvent(StreamEvent event) {
        progress.ifPresent(shown -> shown.onEvent(event));
        // After the output has failed, every post fails, and the stream reports each failure as an event. These events
        // are not printed: one sentence at the end reports the failed output.
        if (output.failure() == null || event instanceof StreamEvent.Failed) err.println(EventLine.of(event, recovers));
        if (event instanceof StreamEvent.Failed failed) givenUp(failed.failure());
    }

    private void givenUp(StreamException why) {
        failure = why;
        end.complete(End.GIVEN_UP);
    }

    /**
     * Consumes until SIGINT or SIGTERM comes, the time limit is over, the stream gives up, or the output fails.
     *
     * @param length the time limit; null for no limit
     * @throws StreamException if a defect of the library has ended the stream
     */
    ExitCode run(
            Runnable start,
            Supplier<Health> health,
            EndCheck endCheck,
            Consumer<Duration> close,
            @Nullable Duration length)
            throws Exception {
        return EndSignal.runWithOwnStatus(() -> end.complete(End.STOP_REQUESTED), () -> {
            if (length != null) end.completeOnTimeout(End.TIME_OVER, length.toMillis(), TimeUnit.MILLISECONDS);
            start.run();
            End why = await(endCheck);
            Health last = health.get();
            close.accept(why == End.OUTPUT_FAILED ? Duration.ZERO : DRAIN);
            return exitCode(why, last, health.get());
        });
    }

    private End await(EndCheck stream) throws ExecutionException {
        try {
            while (true) {
                try {
                    return end.get(CHECK_EVERY_SECONDS, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    stream.awaitClose(Duration.ZERO);
                    progress.ifPresent(shown -> show(shown, Instant.now()));
                }
            }
        } catch (StreamException e) {
            givenUp(e);
            return End.GIVEN_UP;
        } catch (InterruptedException e) {
            // If the command runs inside another program, that program stops the command by an interrupt of this
            // thread.
            return End.STOP_REQUESTED;
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
        StreamException givenUp = failure;
        if (givenUp != null) return exitCode(givenUp);
        if (unwritten > 0) return ExitCode.FOUND;
        return why == End.TIME_OVER && atTheEnd.state() == Health.State.PARKED ? ExitCode.PARKED : ExitCode.OK;
    }

    private static ExitCode exitCode(StreamException givenUp) {
        return switch (givenUp.reason()) {
            case TOKEN_REFUSED, NOT_ALLOWED, BAD_REQUEST, WRONG_ADDRESS, RULES_REFUSED, REFUSED -> ExitCode.REFUSED;
            case TAKEN_OVER -> ExitCode.TAKEN_OVER;
            case STATE_REFUSED -> ExitCode.STATE_UNUSABLE;
            case DEFECT -> throw givenUp;
        };
    }

    /**
     * Returns whether the output failed because its reader has closed the pipe, as {@code head} does after its last
     * line.
     */
    private static boolean isClosedPipe(IOException failure) {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }
}
