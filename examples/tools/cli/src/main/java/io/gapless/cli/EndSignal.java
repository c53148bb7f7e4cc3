package io.gapless.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Lets a command finish its work, with its own exit status, when SIGINT or SIGTERM comes. Java itself would exit with
 * 130 or 143, whatever its shutdown hooks do. So the hook waits for the command, and then halts with the command's
 * status.
 */
final class EndSignal {
    /**
     * How long the shutdown hook waits for the command. Every command ends sooner. A command that still runs after this
     * time is stuck.
     */
    private static final long STUCK_AFTER_SECONDS = 9;

    private EndSignal() {}

    /**
     * Runs a command. After SIGINT or SIGTERM, the program exits with the command's own status.
     *
     * @param stop asks the command to end; the thread {@code gapless-signal} calls it after SIGINT or SIGTERM
     * @param command the command, which runs until it ends by itself or until {@code stop} asks it to end
     */
    static ExitCode runWithOwnStatus(Runnable stop, Callable<ExitCode> command) throws Exception {
        return run(stop, command, code -> Runtime.getRuntime().halt(code.status()));
    }

    /**
     * Runs a command that SIGINT or SIGTERM cuts short. After such a signal, the command cleans up, and the program
     * exits with Java's own 130 or 143, unless the command has failed.
     *
     * @param stop asks the command to end; the thread {@code gapless-signal} calls it after SIGINT or SIGTERM
     * @param command the command, which runs until it ends by itself or until {@code stop} asks it to end
     */
    static ExitCode runWithSignalStatus(Runnable stop, Callable<ExitCode> command) throws Exception {
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
            // The hook cannot be removed, since the JVM is already shutting down and running the hook.
        }
    }
}
