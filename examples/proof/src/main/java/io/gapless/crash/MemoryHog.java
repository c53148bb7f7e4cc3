package io.gapless.crash;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.logging.LogManager;

/**
 * Imitates a user's program whose handler needs more memory than there is. In one mode, each call of the handler asks
 * for too much memory during 3 s, and only such a call fails. In the other mode, the handler fills the memory and never
 * frees it, so that every thread runs out of memory. The token comes from the environment variable {@code
 * X_BEARER_TOKEN}. Owner: the handler's thread.
 */
final class MemoryHog implements PostHandler {
    private static final Duration OVERLAP = Duration.ofSeconds(30);
    private static final int POSTS_BEFORE = 20;
    private static final long TOO_GREEDY_NANOS = Duration.ofSeconds(3).toNanos();
    private static final int SMALL_BYTES = 1_000;

    private final OutputStream out;
    private final boolean takesAll;
    private final Deque<byte[]> hoard = new ArrayDeque<>();
    private int posts;
    private long greedySinceNanos;

    private MemoryHog(OutputStream out, boolean takesAll) {
        this.out = out;
        this.takesAll = takesAll;
    }

    @Override
    public void onPost(Post post) throws IOException {
        posts++;
        if (posts > POSTS_BEFORE) hoard();
        post.writeTo(out);
        out.write('\n');
    }

    private void hoard() {
        while (takesAll) hoard.add(new byte[SMALL_BYTES]);
        if (greedySinceNanos == 0) greedySinceNanos = System.nanoTime();
        if (System.nanoTime() - greedySinceNanos < TOO_GREEDY_NANOS) hoard.add(new byte[Integer.MAX_VALUE - 8]);
    }

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main)));
        try {
            run(arguments);
        } catch (InterruptedException e) {
            // SIGTERM interrupted the main thread. The stream is closed by now, so the process ends with status 0.
            Runtime.getRuntime().halt(0);
        }
    }

    /**
     * Interrupts the main thread and waits until it has ended. Java would otherwise exit before the stream is closed.
     */
    private static void end(Thread main) {
        main.interrupt();
        try {
            main.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(String[] arguments) throws IOException, InterruptedException {
        try (OutputStream out = new FileOutputStream(arguments[2]);
                GaplessStream stream = GaplessStream.builder()
                        .baseUrl(URI.create(arguments[0]))
                        .bearerToken(System.getenv("X_BEARER_TOKEN"))
                        .access(Access.ENTERPRISE)
                        .overlap(OVERLAP)
                        .stateDirectory(Path.of(arguments[1]))
                        .stallTimeout(Trial.STALL_TIMEOUT)
                        .handler(new MemoryHog(out, arguments[3].equals("all")))
                        .onEvent(event -> System.out.println(event.at() + "  " + event.describe()))
                        .build()) {
            stream.start();
            stream.awaitClose();
        }
    }
}
