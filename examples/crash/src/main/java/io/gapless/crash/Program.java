package io.gapless.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a Java program of this project as a process, with an environment, signals and an exit status. */
final class Program implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int POLL_MILLIS = 20;

    private final Process process;
    private final Path outputFile;

    private Program(Process process, Path outputFile) {
        this.process = process;
        this.outputFile = outputFile;
    }

    /** Starts the packaged command line, {@code gapless.jar}. */
    static Program ofJar(
            Path jar, Path directory, Path outputFile, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        return start(directory, outputFile, environment, command);
    }

    /**
     * Starts a Java program.
     *
     * @param directory the directory for the temporary files of the program, which a killed process leaves behind
     * @param outputFile the file for everything that the program prints
     * @param environment variables to add to the environment
     * @param command the arguments of {@code java}
     */
    static Program start(Path directory, Path outputFile, Map<String, String> environment, List<String> command)
            throws IOException {
        List<String> whole = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + directory));
        whole.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(outputFile.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(?i)X_.*|.*_proxy|JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return new Program(builder.start(), outputFile);
    }

    long pid() {
        return process.pid();
    }

    /** Returns everything that the program has printed so far. */
    String output() {
        try {
            return Files.readString(outputFile);
        } catch (IOException e) {
            throw new UncheckedIOException("The output of a program cannot be read from " + outputFile, e);
        }
    }

    /** Waits until the output contains a match of the pattern, and returns the match. */
    Matcher awaitOutput(Pattern words) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean over = !process.isAlive() || System.nanoTime() > untilNanos;
            Matcher matcher = words.matcher(output());
            if (matcher.find()) return matcher;
            if (over)
                throw new IllegalStateException("The program did not print '" + words + "'. It printed: " + output());
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Kills the process as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops all threads of the process until {@link #resume}. */
    void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) throw new IOException("kill -" + name + " failed");
    }

    /** Sends SIGTERM, waits for the end of the process, and returns its exit status. */
    int end() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("The program does not end. It printed: " + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
