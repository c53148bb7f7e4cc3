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
     * @param program the main class of the program
     * @param heap the largest size of the heap, as in {@code -Xmx}
     * @param temporary the directory into which the process unpacks its native library; a killed process leaves the
     *     library there
     * @param says the file to which the output of the process is appended
     * @param words the arguments of the program
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

    /**
     * Returns this program's class path. If Maven has started the program, the class path is that of the program's own
     * class loader, since the system property then describes Maven.
     */
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

    /**
     * Asks the process to end, and waits up to this many seconds. Returns whether the process has ended without an
     * error.
     */
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
