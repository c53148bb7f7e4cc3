package io.gapless.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Runs several senders in one process, each on its own thread. When one sender fails, all senders stop. If each sender
 * sends only once, the others go on.
 */
final class SendEach {
    private SendEach() {}

    /**
     * Runs all senders.
     *
     * @param files the files with the senders' options, one for each sender
     * @param once whether each sender sends once and then ends
     * @param command runs the sender of a file to its end, and returns the sender's exit status
     * @return the status of the first sender that failed; 0 if no sender failed
     */
    static ExitCode run(List<Path> files, boolean once, Function<Path, ExitCode> command) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<CompletableFuture<ExitCode>> ends = new ArrayList<>();
        CompletableFuture<ExitCode> failed = new CompletableFuture<>();
        for (Path file : files) {
            CompletableFuture<ExitCode> end = new CompletableFuture<>();
            ends.add(end);
            threads.add(new Thread(
                    () -> {
                        ExitCode code = ExitCode.FAULT;
                        try {
                            code = command.apply(file);
                        } finally {
                            if (code != ExitCode.OK) failed.complete(code);
                            end.complete(code);
                        }
                    },
                    "gapless-send-" + file.getFileName()));
        }
        Runnable stop = () -> threads.forEach(Thread::interrupt);
        CompletableFuture<Void> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
        if (!once) failed.whenComplete((code, thrown) -> stop.run());
        threads.forEach(Thread::start);
        return EndSignal.runWithOwnStatus(stop, () -> {
            await(all, stop);
            return failed.getNow(ExitCode.OK);
        });
    }

    private static void await(CompletableFuture<Void> all, Runnable stop) throws ExecutionException {
        while (!all.isDone()) {
            try {
                all.get();
            } catch (InterruptedException e) {
                // If the command runs inside another program, that program stops the senders by an interrupt of this
                // thread.
                stop.run();
            }
        }
    }
}
