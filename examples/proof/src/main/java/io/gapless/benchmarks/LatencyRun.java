package io.gapless.benchmarks;

import io.gapless.proof.kit.Numbers;
import io.gapless.proof.kit.Text;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.logging.LogManager;

/**
 * Runs a handler that measures the delay of live posts: from the server's write to the call of the handler. The server
 * writes its time into the post. The times can be compared, since both processes read the monotonic clock of the
 * machine. Owner: the handler's thread.
 */
public final class LatencyRun {
    static final String RECOVERED = "posts recovered a second meanwhile";

    private static final Duration MISSED = Duration.ofHours(16);
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    private final int warmUp;
    private final double[] tookMicros;
    private int live;
    private long beganNanos;
    private long recovered;

    private LatencyRun(int warmUp, int posts) {
        this.warmUp = warmUp;
        tookMicros = new double[posts];
    }

    /**
     * Runs the stream until the last measured post. The arguments are X's address, a directory for state, the number of
     * posts before the measurement, the number of measured posts, and whether recovery jobs run.
     */
    public static void main(String[] words) throws InterruptedException {
        LogManager.getLogManager().reset();
        LatencyRun run = new LatencyRun(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
        boolean jobs = Boolean.parseBoolean(words[4]);
        GaplessStream.Builder builder = GaplessStream.builder()
                .baseUrl(URI.create(words[0]))
                .bearerToken("token")
                .stateDirectory(Path.of(words[1]))
                .access(jobs ? Access.ENTERPRISE : Access.PAY_PER_USE)
                .overlap(OVERLAP)
                .handler(run::onPost);
        // With jobs, the stream recovers the sixteen hours before its start, in eight chunks of two passes each.
        if (jobs) builder.since(Instant.now().minus(MISSED));
        try (GaplessStream stream = builder.build()) {
            stream.start();
            stream.awaitClose();
        }
    }

    private void onPost(Post post) {
        long nowNanos = System.nanoTime();
        if (post.origin() == Origin.RECOVERY_JOB && live >= warmUp) recovered++;
        if (post.origin() != Origin.LIVE) return;
        long sentNanos = post.json().path("data").path("conversation_id").asLong();
        int measured = live++ - warmUp;
        if (measured < 0) return;
        if (measured == 0) beganNanos = nowNanos;
        tookMicros[measured] = (nowNanos - sentNanos) / 1e3;
        if (measured + 1 == tookMicros.length) tell();
    }

    private void tell() {
        Arrays.sort(tookMicros);
        for (double share : new double[] {0.5, 0.99, 0.999}) {
            Numbers.tell(percentile(share), tookMicros[(int) (tookMicros.length * share)]);
        }
        Numbers.tell("max, µs", tookMicros[tookMicros.length - 1]);
        Numbers.tell(RECOVERED, recovered * 1e9 / (System.nanoTime() - beganNanos));
        System.exit(0);
    }

    static String percentile(double share) {
        return "p" + Text.of("%s", share * 100).replaceAll("\\.0$", "") + ", µs";
    }
}
