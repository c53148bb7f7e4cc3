package io.gapless.cli;

import io.gapless.emulator.XEmulator;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Runs a command in this JVM, with an environment of its own. */
final class Program {
    private final Map<String, String> environment = new HashMap<>();
    private byte[] in = new byte[0];
    private boolean outIsTerminal;
    private boolean errIsTerminal;

    /** A program that has the emulator's token. */
    static Program with(XEmulator x) {
        return withToken(x.bearerToken());
    }

    static Program withToken(String token) {
        return new Program().and("X_BEARER_TOKEN", token);
    }

    Program and(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** As if its output were a terminal. */
    Program onTerminal() {
        outIsTerminal = true;
        return withErrOnTerminal();
    }

    /** As if its standard error alone were a terminal. */
    Program withErrOnTerminal() {
        errIsTerminal = true;
        return this;
    }

    /** With this on standard input. */
    Program reading(String text) {
        in = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    private Shell shell(OutputStream out, OutputStream err) {
        return new Shell(environment, new ByteArrayInputStream(in), out, err, outIsTerminal, this::isTerminal);
    }

    private boolean isTerminal(int descriptor) {
        return descriptor == 1 ? outIsTerminal : errIsTerminal;
    }

    /** How it ended, and what it said. */
    record Ended(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    /** Runs a command that ends by itself. */
    Ended run(String... arguments) {
        Said out = new Said();
        Ended ended = runInto(out, arguments);
        return new Ended(ended.status(), out.text(), ended.err());
    }

    /** The same at the address of this X. */
    Ended runAt(XEmulator x, List<String> command, String... more) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--base-url", x.baseUri().toString()));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    Ended runInto(OutputStream out, String... arguments) {
        Said err = new Said();
        int status = Gapless.run(shell(out, err), arguments);
        return new Ended(status, "", err.text());
    }

    /** Starts a command that ends when it is told to. */
    Running start(String... arguments) {
        return new Running(arguments);
    }

    /** A command under way. */
    final class Running implements AutoCloseable {
        private final Said out = new Said();
        private final Said err = new Said();
        private final FutureTask<Integer> status;
        private final Thread thread;

        private Running(String... arguments) {
            status = new FutureTask<>(() -> Gapless.run(shell(out, err), arguments));
            thread = new Thread(status, "program");
            thread.start();
        }

        Running awaitPosts(int count) throws InterruptedException {
            out.await(text -> text.lines().count() >= count);
            return this;
        }

        Running awaitOut(String words) throws InterruptedException {
            out.await(text -> text.contains(words));
            return this;
        }

        Running awaitErr(String words) throws InterruptedException {
            return awaitErr(text -> text.contains(words));
        }

        Running awaitErr(Predicate<String> condition) throws InterruptedException {
            err.await(condition);
            return this;
        }

        /** What it has said so far on standard error. */
        String err() {
            return err.text();
        }

        /** Tells it to end, and waits until it has. */
        Ended end() throws InterruptedException {
            thread.interrupt();
            try {
                return new Ended(status.get(Said.PATIENCE.toSeconds(), TimeUnit.SECONDS), out.text(), err.text());
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError("It did not end. It said: " + err.text(), e);
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
