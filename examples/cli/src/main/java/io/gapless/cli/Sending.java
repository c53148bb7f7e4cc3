package io.gapless.cli;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SenderEvent;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.StreamException;
import io.gapless.stream.StreamListener;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One sender from start to end: prints its events, and its stream's, and knows when to end. The monitor guards the bar. */
final class Sending implements Consumer<SenderEvent>, StreamListener {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    /** How often it is looked at whether the stream has ended without a word. */
    private static final long LOOK_EVERY_SECONDS = 1;
    /** Fewer are sent before a bar could be read. */
    private static final long BAR_FROM_RECORDS = 5_000;

    private final Shell shell;
    private final CompletableFuture<ExitCode> end = new CompletableFuture<>();
    private final boolean terminal;
    private @Nullable Progress bar;

    Sending(Shell shell) {
        this.shell = shell;
        this.terminal = shell.errIsTerminal();
    }

    /** On a terminal, a long back-log is a bar instead of a line for each batch. */
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
        shell.err().println(bar == null ? line : Progress.CLEAR + line);
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
     * Sends at the slots of the schedule until a signal comes, or the stream gives up.
     *
     * @param stream whose posts are sent, if they come from one
     * @throws ExecutionException with what a thread of either has died of
     */
    ExitCode run(Sender sender, @Nullable GaplessStream stream) throws Exception {
        return EndSignal.endsInGoodOrder(() -> end.complete(ExitCode.OK), () -> {
            sender.start();
            if (stream != null) stream.start();
            try {
                return await(stream);
            } finally {
                if (stream != null) stream.close(DRAIN);
            }
        });
    }

    private ExitCode await(@Nullable GaplessStream stream) throws ExecutionException {
        try {
            while (true) {
                try {
                    return end.get(LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    if (stream != null) stream.awaitClose(Duration.ZERO);
                }
            }
        } catch (StreamException e) {
            if (e.reason() == StreamException.Reason.DEFECT) throw e;
            return ExitCode.REFUSED;
        } catch (InterruptedException e) {
            // Where the command is not a process of its own, this is how it is told to end.
            return ExitCode.OK;
        }
    }
}
