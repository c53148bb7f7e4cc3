package io.gapless.crash;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@link Child} seen from outside. */
final class ChildProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param orders what it is told
     * @param temporary where its native library is unpacked, which a killed process leaves behind
     * @param says where its events and errors go
     */
    static ChildProcess start(Child.Orders orders, Path temporary, Path says) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath(),
                Child.class.getName()));
        command.addAll(orders.words());
        return new ChildProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(says.toFile())
                .start());
    }

    /** Within Maven the program has a class loader of its own. */
    static String classPath() {
        if (Child.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs()).map(ChildProcess::path).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        return Path.of(java.net.URI.create(url.toString())).toString();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Lets it close its stream and end. */
    boolean end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() {
        kill();
    }
}
