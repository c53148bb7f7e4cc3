package io.gapless.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Lets a command end in good order, with its own exit status, when SIGINT or SIGTERM comes. Java itself would end with
 * 130 or 143 whatever its shutdown hooks do, so the hook waits for the command and then halts with the command's status.
 */
final class EndSignal {
    /** Beyond what any command takes to end; what still runs then is stuck. */
    private static final long STUCK_AFTER_SECONDS = 9;

    private EndSignal() {}

    /**
     * Runs a command.
     *
     * @param stop tells the command to end; called by the signal's thread
     * @param command runs until it ends by itself or is told to
     */
    static ExitCode endsInGoodOrder(Runnable stop, Callable<ExitCode> command) throws Exception {
        return run(stop, command, code -> Runtime.getRuntime().halt(code.status()));
    }

    /**
     * Runs a command that a signal cuts short: it cleans up, and the program then ends with Java's own 130 or 143, unless
     * the command has failed.
     *
     * @param stop tells the command to end; called by the signal's thread
     * @param command runs until it ends by itself or is told to
     */
    static ExitCode endsEarly(Runnable stop, Callable<ExitCode> command) throws Exception {
        return run(stop, command, code -> {
            if (code != ExitCode.OK) Runtime.getRuntime().halt(code.status());
        });
    }

    private static ExitCode run(Runnable stop, Callable<ExitCode> command, Consumer<ExitCode> atTheEnd)
            throws Exception {
        CompletableFuture<ExitCode> result = new CompletableFuture<>();
        Thread hook = new Thread(
                () -> {
                    stop.run();
                    atTheEnd.accept(await(result));
                },
                "gapless-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            ExitCode code = command.call();
            result.complete(code);
            return code;
        } finally {
            result.complete(ExitCode.FAULT);
            remove(hook);
        }
    }

    private static ExitCode await(CompletableFuture<ExitCode> result) {
        try {
            return result.get(STUCK_AFTER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return ExitCode.FAULT;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAULT;
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The signal was faster: the hook is running, and ends the program with the command's status.
        }
    }
}
