package io.gapless.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Runs a command in a JVM of its own, as a shell would, so that signals and exit statuses are the real ones. */
final class ChildProgram implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final Said out;
    private final Said err;

    private ChildProgram(Process process) {
        this.process = process;
        this.out = new Said(process.getInputStream());
        this.err = new Said(process.getErrorStream());
    }

    static ChildProgram start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Gapless.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.matches("(?i)X_.*|.*_proxy|JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return new ChildProgram(builder.start());
    }

    /** Sends SIGTERM; unlike {@link Process#destroy} it leaves the pipes open. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Closes our end of its standard output, as {@code head} does. */
    void closePipe() throws IOException {
        process.getInputStream().close();
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("It did not end. It said: " + err.text());
        }
        return process.exitValue();
    }

    /** Waits for standard output, to its end if the process has ended. */
    String awaitOut(Predicate<String> condition) throws InterruptedException {
        return out.await(condition);
    }

    String awaitErr(Predicate<String> condition) throws InterruptedException {
        return err.await(condition);
    }

    /** All of standard error, after the end. */
    String err() throws InterruptedException {
        return err.whole();
    }

    /** All of standard output, after the end. */
    String out() throws InterruptedException {
        return out.whole();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What came from one of its streams. Owner of the reading: its thread; the monitor guards the text. */
    private static final class Said {
        private final StringBuilder text = new StringBuilder();
        private boolean over;

        Said(InputStream in) {
            Thread reader = new Thread(() -> read(in), "child-reader");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream in) {
            char[] buffer = new char[8192];
            try (InputStreamReader characters = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                for (int n = characters.read(buffer); n >= 0; n = characters.read(buffer)) add(buffer, n);
            } catch (IOException e) {
                // The pipe was closed by the test; what came before counts.
            } finally {
                end();
            }
        }

        private synchronized void add(char[] buffer, int length) {
            text.append(buffer, 0, length);
            notifyAll();
        }

        private synchronized void end() {
            over = true;
            notifyAll();
        }

        synchronized String text() {
            return text.toString();
        }

        synchronized String await(Predicate<String> condition) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!condition.test(text.toString())) {
                long restMillis = (deadline - System.nanoTime()) / 1_000_000;
                if (over || restMillis <= 0) throw new AssertionError("It only said: " + text);
                wait(restMillis);
            }
            return text.toString();
        }

        synchronized String whole() throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!over && System.nanoTime() < deadline) wait(100);
            return text.toString();
        }
    }
}
