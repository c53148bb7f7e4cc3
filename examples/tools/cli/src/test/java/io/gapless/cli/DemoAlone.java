package io.gapless.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The demo in a process where there is nothing else: prints to standard error what was there before its first line, how
 * soon that line came, and which threads are there after its end.
 */
final class DemoAlone {
    /** They go by themselves: one for alarms after 10 s, those of the JDK's HTTP client once it is collected. */
    private static final String SHARED = "gapless-alarms|HttpClient-.*|Common-Cleaner|Cleaner-.*|process reaper.*"
            + "|Attach Listener|Keep-Alive-Timer|C[12] CompilerThread.*|ForkJoinPool.*|CompletableFutureDelay.*";

    private DemoAlone() {}

    public static void main(String[] arguments) throws InterruptedException {
        long beganNanos = System.nanoTime();
        Set<String> before = threads();
        OutputStream out = new OutputStream() {
            private boolean firstLine = true;

            @Override
            public void write(int b) {
                System.out.write(b);
                if (b != '\n' || !firstLine) return;
                firstLine = false;
                Set<String> there = threads();
                there.removeAll(before);
                there.addAll(files());
                System.err.println("There before the first line: " + listed(there));
                System.err.println("First line after " + millisSince(beganNanos) + " ms");
            }
        };
        int status = new Program().runInto(out, "demo").status();
        System.out.flush();
        System.err.println("End after " + millisSince(beganNanos) + " ms");
        System.err.println("Threads left at the end: " + listed(left(before)));
        System.exit(status);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.matches(SHARED))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Set<String> left(Set<String> before) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            String name = thread.getName();
            if (!before.contains(name) && !name.matches(SHARED)) thread.join(10_000);
        }
        Set<String> left = threads();
        left.removeAll(before);
        return left;
    }

    private static Set<String> files() {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(Path::toString).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError("the temporary directory can be listed", e);
        }
    }

    private static String listed(Set<String> names) {
        return names.isEmpty() ? "nothing" : names.toString();
    }
}
