package io.gapless.cli;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SenderEvent;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.event.StreamListener;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one sender from start to end: prints the events of the sender and of its stream, and stops when SIGINT or
 * SIGTERM comes, or at a failure. The monitor guards the progress bar.
 */
final class Sending implements Consumer<SenderEvent>, StreamListener {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    /**
     * How often the command checks whether the stream has ended. The check also finds an end that no event has
     * reported.
     */
    private static final long CHECK_EVERY_SECONDS = 1;
    /** The smallest backlog for which a bar is shown. A smaller backlog is sent before anyone could read the bar. */
    private static final long BAR_FROM_RECORDS = 5_000;

    private final Shell shell;
    private final String label;
    private final CompletableFuture<ExitCode> end = new CompletableFuture<>();
    private final boolean terminal;
    private @Nullable Progress bar;

    /**
     * Creates the listener of one sender and its stream.
     *
     * @param label the prefix of the lines that the sender prints, if several senders run in one process; otherwise
     *     empty
     */
    Sending(Shell shell, String label) {
        this.shell = shell;
        this.label = label;
        // With several senders, bars are not shown, since the bars would overwrite each other.
        this.terminal = label.isEmpty() && shell.errIsTerminal();
    }

    /** Prints an event. While a long backlog is sent, a terminal shows a bar instead of a line for each batch. */
    @Override
    public synchronized void accept(SenderEvent event) {
        Progress before = bar;
        if (before != null && event instanceof SenderEvent.BatchAcknowledged batch) {
            advance(before.plus(batch.records()), event);
            return;
        }
        print(event.at().truncatedTo(ChronoUnit.MILLIS) + "  " + Text.line(event.describe()));
        if (before != null && event instanceof SenderEvent.RecordQuarantined) advance(before.plus(1), event);
        if (event instanceof SenderEvent.Failed failed) end.completeExceptionally(failed.cause());
        if (event instanceof SenderEvent.IntervalAcknowledged) bar = null;
        if (event instanceof SenderEvent.Collected collected
                && terminal
                && collected.interval().records() >= BAR_FROM_RECORDS)
            bar = new Progress(event.at(), 0, collected.interval().records());
    }

    private void advance(Progress further, SenderEvent event) {
        shell.err().print(Progress.CLEAR + further.line(event.at()));
        shell.err().flush();
        bar = further.isOver() ? null : further;
        if (bar == null) shell.err().println();
    }

    private void print(String line) {
        String labelled = label.isEmpty() ? line : label + "  " + line;
        shell.err().println(bar == null ? labelled : Progress.CLEAR + labelled);
    }

    @Override
    public synchronized void onEvent(StreamEvent event) {
        print(EventLine.of(event, true));
        if (event instanceof StreamEvent.Failed failed) givenUp(failed.failure());
    }

    private void givenUp(StreamException why) {
        if (why.reason() == StreamException.Reason.DEFECT) end.completeExceptionally(why);
        else end.complete(ExitCode.REFUSED);
    }

    /**
     * Sends on schedule until SIGINT or SIGTERM comes, until the sender fails, or until the stream gives up.
     *
     * @param stream the stream whose posts are sent; null if the records come from a database
     * @throws ExecutionException with the error that ended the sender
     */
    ExitCode run(Sender sender, @Nullable GaplessStream stream) throws Exception {
        // With several senders, SendEach handles SIGINT and SIGTERM, and waits for all senders.
        return label.isEmpty()
                ? EndSignal.runWithOwnStatus(() -> end.complete(ExitCode.OK), () -> runToEnd(sender, stream))
                : runToEnd(sender, stream);
    }

    private ExitCode runToEnd(Sender sender, @Nullable GaplessStream stream) throws Exception {
        sender.start();
        if (stream != null) stream.start();
        try {
            return await(stream);
        } finally {
            if (stream != null) stream.close(DRAIN);
        }
    }

    private ExitCode await(@Nullable GaplessStream stream) throws ExecutionException {
        try {
            while (true) {
                try {
                    return end.get(CHECK_EVERY_SECONDS, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    if (stream != null) stream.awaitClose(Duration.ZERO);
                }
            }
        } catch (StreamException e) {
            if (e.reason() == StreamException.Reason.DEFECT) throw e;
            return ExitCode.REFUSED;
        } catch (InterruptedException e) {
            // SendEach, or a program in which the command runs, stops the sender by an interrupt of this thread.
            return ExitCode.OK;
        }
    }
}
