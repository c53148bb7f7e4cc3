package io.gapless.cli;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.condition.OS;

/** Runs a command in a JVM of its own, as a shell would, so that signals and exit statuses are the real ones. */
final class ChildProgram implements AutoCloseable {
    private final Process process;
    private final Said out = new Said();
    private final Said err = new Said();

    private ChildProgram(Process process) {
        this.process = process;
        copy(process.getInputStream(), out);
        copy(process.getErrorStream(), err);
    }

    static ChildProgram start(Map<String, String> environment, String... arguments) throws IOException {
        return start(Gapless.class, environment, arguments);
    }

    /** Another program than ours. */
    static ChildProgram start(Class<?> main, Map<String, String> environment, String... arguments) throws IOException {
        return start(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName()),
                environment,
                arguments);
    }

    /** The packaged program, as a user has it. */
    static ChildProgram startJar(Map<String, String> environment, String... arguments) throws IOException {
        return start(List.of("-jar", "target/gapless.jar"), environment, arguments);
    }

    private static ChildProgram start(List<String> program, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(program);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.matches("(?i)X_.*|.*_proxy|JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return new ChildProgram(builder.start());
    }

    /** Sends SIGTERM; unlike {@link Process#destroy} it leaves the pipes open. */
    void terminate() {
        assumeFalse(OS.WINDOWS.isCurrentOs(), "SKIPPED: Windows has no SIGTERM to end a program in good order");
        process.toHandle().destroy();
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    long pid() {
        return process.pid();
    }

    /** Closes our end of its standard output, as {@code head} does. */
    void closePipe() throws IOException {
        process.getInputStream().close();
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(Said.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
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
        return err.awaitAll();
    }

    /** All of standard output, after the end. */
    String out() throws InterruptedException {
        return out.awaitAll();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static void copy(InputStream in, Said said) {
        Thread reader = new Thread(
                () -> {
                    try (in) {
                        in.transferTo(said);
                    } catch (IOException e) {
                        // The pipe was closed by the test; what came before counts.
                    } finally {
                        said.end();
                    }
                },
                "child-reader");
        reader.setDaemon(true);
        reader.start();
    }
}
