package io.gapless.sending;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a program of this example in a process of its own. */
final class ChildProcess implements AutoCloseable {
    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts a process.
     *
     * @param program its main class
     * @param heap its largest heap, as in {@code -Xmx}
     * @param temporary where its native library is unpacked; a killed process does not delete it
     * @param says the file for its output
     * @param words its arguments
     */
    static ChildProcess start(Class<?> program, String heap, Path temporary, Path says, List<String> words)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=" + (program == Child.class ? 1 : 4),
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath(),
                program.getName()));
        command.addAll(words);
        return new ChildProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(says.toFile()))
                .start());
    }

    /** Within Maven, the program has its own class loader. */
    private static String classPath() {
        if (ChildProcess.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs()).map(ChildProcess::path).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        return Path.of(URI.create(url.toString())).toString();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process as {@code kill -9} does, and waits until it has ended. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Asks the process to end, and waits for it. Returns whether it ended without an error. */
    boolean end(int seconds) throws IOException, InterruptedException {
        process.getOutputStream().write('.');
        process.getOutputStream().flush();
        return process.waitFor(seconds, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() {
        kill();
    }
}
