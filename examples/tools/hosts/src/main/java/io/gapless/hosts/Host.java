package io.gapless.hosts;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host: a consumer that runs as a process, and cables to the database and to X, which can be cut. Each life of the
 * consumer writes its output to a file of its own. Used by one thread.
 */
final class Host implements AutoCloseable {
    private static final String STANDING_BY = " stands by: ";
    private static final String CONNECTED = "Connection 1 is open";
    private static final String HOLDS = "This process holds the stream";
    /** What the log contains if the library or the consumer has a mistake. */
    private static final Pattern DEFECT =
            Pattern.compile("(?i)\\bdefect\\b|NullPointerException|AssertionError|OutOfMemoryError|ClassCastException");

    /** What a consumer prints when its stream has ended because another one has taken over. */
    private static final String TAKEN_OVER = "TAKEN_OVER";

    final String name;
    final Cable toDatabase;
    final Cable toX;
    private final Class<?> consumer;
    private final Path directory;
    private @Nullable ChildProcess process;
    private int lives;
    private boolean expectsEnd;

    Host(String name, Class<?> consumer, Path directory, int databasePort, int xPort) throws IOException {
        this.name = name;
        this.consumer = consumer;
        this.directory = directory;
        this.toDatabase = new Cable(databasePort);
        this.toX = new Cable(xPort);
    }

    void start(String token, int sinkPort, HostOptions options) throws IOException {
        lives++;
        expectsEnd = false;
        ConsumerSettings settings = new ConsumerSettings(
                URI.create("http://127.0.0.1:" + toX.port()),
                token,
                Database.url(toDatabase.port()),
                Database.url(sinkPort),
                Database.STREAM,
                options);
        process = ChildProcess.of(consumer, settings.words())
                .with("-Xmx128m")
                .shortLived()
                .temporary(directory)
                .start(log());
    }

    private Path log() {
        return directory.resolve(name + "." + lives + ".log");
    }

    ChildProcess process() {
        ChildProcess running = process;
        if (running == null) throw new IllegalStateException(name + " was never started.");
        return running;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    boolean isStandingBy() {
        if (!isAlive()) return false;
        String output = process().output();
        return output.contains(STANDING_BY) && !output.contains(HOLDS);
    }

    /** Returns whether a consumer that stands by has opened a connection. */
    boolean isWarm() {
        return isStandingBy() && process().output().contains(CONNECTED);
    }

    boolean hasLived() {
        return lives > 0;
    }

    /** Marks the next end of the consumer as wanted. */
    void expectEnd() {
        expectsEnd = true;
    }

    /** Returns the last line of a consumer that has ended without being asked to; empty if it had to end. */
    Optional<String> unexpectedEnd() {
        String output = process().output().strip();
        boolean expected = expectsEnd || output.contains(TAKEN_OVER);
        return expected ? Optional.empty() : Optional.of(output.substring(output.lastIndexOf('\n') + 1));
    }

    /** Returns whether this host is the one that the lease names. */
    boolean is(Database.Holder holder) {
        return isAlive() && holder.name().startsWith("process " + process().pid() + " ");
    }

    /** Returns the lines of all lives that show a mistake. */
    List<String> defects() throws IOException {
        List<String> found = new ArrayList<>();
        for (int life = 1; life <= lives; life++) {
            for (String line : Files.readAllLines(directory.resolve(name + "." + life + ".log"))) {
                if (DEFECT.matcher(line).find()) found.add(name + "." + life + ".log: " + line);
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        // A process that is stopped is killed as well as any other.
        if (process != null) process.close();
        toDatabase.close();
        toX.close();
    }
}
