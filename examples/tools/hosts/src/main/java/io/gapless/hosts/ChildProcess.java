package io.gapless.hosts;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a Java program as a process, with its output, signals and exit status. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int POLL_MILLIS = 20;
    private static final Pattern NUMBER = Pattern.compile("(.+)=(-?\\d+\\.\\d+)");

    private final String name;
    private final Process process;
    private final Path outputFile;

    private ChildProcess(String name, Process process, Path outputFile) {
        this.name = name;
        this.process = process;
        this.outputFile = outputFile;
    }

    /** Prepares a process that runs the {@code main} of a class of this program. */
    public static Command of(Class<?> main, Object... words) {
        return new Command(main.getSimpleName(), List.of("-cp", classPath(), main.getName()), List.of(words));
    }

    /** Prepares a process that runs the {@code main} of a class, with another class path than this program's. */
    public static Command ofMain(String classPath, String main, Object... words) {
        return new Command(main, List.of("-cp", classPath, main), List.of(words));
    }

    /** Prepares a process that runs a jar. */
    public static Command ofJar(Path jar, Object... words) {
        return new Command(jar.toString(), List.of("-jar", jar.toString()), List.of(words));
    }

    /**
     * Returns this program's class path. If Maven has started the program, the class path is that of the program's own
     * class loader, since the system property then describes Maven.
     */
    public static String classPath() {
        if (ChildProcess.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs()).map(ChildProcess::path).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        return Path.of(URI.create(url.toString())).toString();
    }

    /** Describes a process that does not run yet. Not thread-safe. */
    public static final class Command {
        private final String name;
        private final List<String> program;
        private final List<String> words;
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();

        private Command(String name, List<String> program, List<Object> words) {
            this.name = name;
            this.program = program;
            this.words = words.stream().map(Object::toString).toList();
        }

        /** Adds options of the JVM. */
        public Command with(String... more) {
            options.addAll(Arrays.asList(more));
            return this;
        }

        /** Lets the JVM start fast, for a process that lives for seconds. */
        public Command shortLived() {
            return with("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        }

        /** Sets the directory for temporary files, such as the native library that a killed process leaves behind. */
        public Command temporary(Path directory) {
            return with("-Djava.io.tmpdir=" + directory);
        }

        /** Adds a variable to the environment. */
        public Command variable(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        private ProcessBuilder builder() {
            List<String> whole = new ArrayList<>();
            whole.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            whole.addAll(options);
            whole.addAll(program);
            whole.addAll(words);
            ProcessBuilder builder = new ProcessBuilder(whole);
            builder.environment().keySet().removeIf(key -> key.matches("(?i)X_.*|.*_proxy|JAVA_TOOL_OPTIONS"));
            builder.environment().putAll(environment);
            return builder;
        }

        /** Starts the process. Everything that it prints is appended to a file. */
        public ChildProcess start(Path outputFile) throws IOException {
            ProcessBuilder.Redirect file = ProcessBuilder.Redirect.appendTo(outputFile.toFile());
            Process started =
                    builder().redirectErrorStream(true).redirectOutput(file).start();
            return new ChildProcess(name, started, outputFile);
        }

        /** Runs the process to its end. Returns the numbers that it prints, by their names, in the order of printing. */
        public Map<String, Double> numbers() throws IOException, InterruptedException {
            Process started =
                    builder().redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try {
                Map<String, Double> numbers = new LinkedHashMap<>();
                started.inputReader(StandardCharsets.UTF_8)
                        .lines()
                        .map(NUMBER::matcher)
                        .forEach(number -> {
                            if (number.matches()) numbers.put(number.group(1), Double.parseDouble(number.group(2)));
                        });
                int exit = started.waitFor();
                if (exit != 0) throw new IOException(name + " " + words + " ended with " + exit);
                return numbers;
            } finally {
                started.destroyForcibly();
            }
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns everything that the program has printed so far. */
    public String output() {
        try {
            return Files.readString(outputFile);
        } catch (IOException e) {
            throw new UncheckedIOException("The output of " + name + " cannot be read from " + outputFile, e);
        }
    }

    /** Waits until the output contains a match of the pattern, and returns the match. */
    public Matcher awaitOutput(Pattern words) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean over = !process.isAlive() || System.nanoTime() > untilNanos;
            Matcher matcher = words.matcher(output());
            if (matcher.find()) return matcher;
            if (over) throw new IllegalStateException(name + " did not print '" + words + "'. It printed: " + output());
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Kills the process as {@code kill -9} does, and waits until it has ended. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops all threads of the process until {@link #resume}. */
    public void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) throw new IOException("kill -" + signal + " failed");
    }

    /** Sends SIGTERM, waits for the end of the process, and returns its exit status. */
    public int terminate() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not end. It printed: " + output());
        }
        return process.exitValue();
    }

    /**
     * Asks the process to end, by a byte on its standard input and the end of this input. Returns whether the process
     * has ended within this time, with status 0.
     */
    public boolean end(Duration atMost) throws IOException, InterruptedException {
        process.getOutputStream().write('.');
        process.getOutputStream().close();
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() {
        kill();
    }
}
