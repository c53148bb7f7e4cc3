package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Seams;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process of its own that owns a state directory. It says "open", or why not; then, for every line it is told, it
 * commits as often as the line says and says the number of each commit that has returned, or the reason why one has not.
 */
final class OwnerProcess implements AutoCloseable {
    static final int IDS_PER_COMMIT = 10;
    private static final Instant START = Gaps.NOON;
    /** Big enough to fill a small disk soon. */
    private static final String CAUSE = "x".repeat(5_000);

    private final Process jvm;
    private final BufferedReader says;

    private OwnerProcess(Process jvm) {
        this.jvm = jvm;
        says = jvm.inputReader(StandardCharsets.UTF_8);
    }

    static OwnerProcess start(Path directory) throws IOException {
        String modules = System.getProperty("jdk.module.path", "");
        return new OwnerProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator + modules,
                        OwnerProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String says() throws IOException {
        return says.readLine();
    }

    void tell(int commits) throws IOException {
        jvm.outputWriter().append(commits + "\n").flush();
    }

    long pid() {
        return jvm.pid();
    }

    /** As {@code kill -9} does; what it has said before can still be heard. */
    void kill() {
        jvm.toHandle().destroyForcibly();
        jvm.onExit().join();
    }

    @Override
    public void close() {
        kill();
        jvm.destroyForcibly();
    }

    /** What the commit of this number writes. */
    static List<Change> commit(int number) {
        long[] ids = new long[IDS_PER_COMMIT];
        for (int i = 0; i < ids.length; i++) ids[i] = Snowflake.firstId(at(number)) + i;
        Gap gap = Gaps.open(number, at(number));
        Gap large = Gap.of(number, gap.span(), CAUSE, gap.lastSignalAt(), gap.detectedAt())
                .verdict(gap.verdict())
                .build();
        return List.of(
                new Change.Noted("first", Integer.toString(number)),
                new Change.Acknowledged(ids),
                new Change.GapKept(large),
                new Change.Frontier(at(number), at(number)),
                new Change.Noted("last", Integer.toString(number)));
    }

    /** The number of the last commit that is remembered, after a look at whether it and all before are whole. */
    static int lastWhole(StateReader reader) {
        StateReader.Remembered remembered = reader.remembered();
        if (remembered.frontier().isEmpty()) return 0;
        int last = Integer.parseInt(remembered.notes().get("last"));
        List<Long> gaps = remembered.gaps().stream().map(Gap::id).toList();
        List<Long> expected = new ArrayList<>();
        for (long id = 1; id <= last; id++) expected.add(id);
        if (!remembered.notes().equals(Map.of("first", "" + last, "last", "" + last))
                || !remembered.frontier().get().at().equals(new Change.Frontier(at(last), at(last)).at())
                || !gaps.equals(expected)) throw new AssertionError("Half a commit is remembered: " + remembered);
        return last;
    }

    static long idCount(StateStore store) {
        long[] count = {0};
        store.ids(new Span(Instant.EPOCH, Instant.MAX), id -> count[0]++);
        return count[0];
    }

    private static Instant at(int number) {
        return START.plusSeconds(number);
    }

    public static void main(String[] args) throws IOException {
        try (StateStore store = StateDirectory.open(
                Path.of(args[0]), Duration.ZERO, Seams.system().time())) {
            int number = lastWhole(store);
            System.out.println("open");
            BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                for (int left = Integer.parseInt(line); left > 0; left--) {
                    store.commit(commit(number + 1));
                    number++;
                    System.out.println(number);
                }
            }
        } catch (StateException e) {
            System.out.println(e.reason() + " " + e.getMessage());
        }
    }
}
