package io.gapless.crash;

import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.recovery.ledger.Gap;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;

/**
 * Measures how fast a recovery job's posts reach a handler that only counts them, and how fast the emulator sends the
 * same posts to a plain HTTP client.
 */
final class RecoveryThroughput implements Proof {
    private static final int RATE = 1_000;
    private static final double BOUND = 50_000;
    private static final Duration OUTAGE = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private volatile long recovered;
    private volatile long lastNanos;

    @Override
    public Report run() throws Exception {
        Report report = new Report(
                "recovery is fast",
                Text.of(
                        "a job over %s at %d posts/s to a handler that only counts; then the same"
                                + " span read by a plain HTTP client that counts bytes; one process, two cores",
                        Text.length(OUTAGE), RATE),
                "≥ 50,000 posts/s, or as fast as the emulator serves");
        try (RecoveryLab lab = RecoveryLab.enterprise(RATE, 1)) {
            lab.start(post -> {});
            lab.awaitLive();
            Instant from = lab.x().now();
            lab.outage(OUTAGE);
            lab.start(this::count);
            lab.awaitClosed(OUTAGE, PATIENCE);
            lab.stop();
            List<SeenConnection> jobs = lab.x().connections().stream()
                    .filter(SeenConnection::job)
                    .sorted(Comparator.comparing(SeenConnection::openedNanos))
                    .toList();
            double handed = recovered * 1e9 / (lastNanos - jobs.get(0).openedNanos());
            double alone = plain(lab.x(), from);
            return report.say("posts/s to the handler, from the job's opening to the last post", handed)
                    .say("posts/s off the wire, new posts", perSecond(jobs.get(0)))
                    .say("posts/s off the wire, posts received before", perSecond(jobs.get(jobs.size() - 1)))
                    .say("posts/s of the emulator to a plain reader", alone)
                    .say(
                            "posts recovered",
                            lab.closed().stream().mapToLong(Gap::recovered).sum())
                    .must(handed >= BOUND || handed >= 0.9 * alone, "it is slower");
        }
    }

    /** Counts the posts of recovery jobs. The handler's thread calls this method. */
    private void count(Post post) {
        if (post.origin() != Origin.RECOVERY_JOB) return;
        recovered = recovered + 1;
        lastNanos = System.nanoTime();
    }

    private static double perSecond(SeenConnection job) {
        return job.postsSent() * 1e9 / (job.closedNanos() - job.openedNanos());
    }

    private static double plain(XEmulator x, Instant from) throws Exception {
        Instant start = from.truncatedTo(ChronoUnit.SECONDS);
        URI job = x.baseUri()
                .resolve("/2/tweets/search/stream?start_time=" + start + "&end_time="
                        + start.plus(OUTAGE).truncatedTo(ChronoUnit.SECONDS));
        HttpRequest request = HttpRequest.newBuilder(job)
                .header("Authorization", "Bearer " + x.bearerToken())
                .build();
        HttpClient client =
                HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        long fromNanos = System.nanoTime();
        try (InputStream body =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        return OUTAGE.toSeconds() * RATE * 1e9 / (System.nanoTime() - fromNanos);
    }
}
