package io.gapless.crash;

import io.gapless.emulator.PostShape;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.recovery.Gap;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How fast a job's posts reach an empty handler, and how fast the emulator is by itself. */
final class Throughput implements Proof {
    private static final int RATE = 1_000;
    private static final double BOUND = 50_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Duration outage;

    Throughput(Duration outage) {
        this.outage = outage;
    }

    static Throughput whole() {
        return new Throughput(Duration.ofMinutes(30));
    }

    @Override
    public Proven run() throws Exception {
        Map<String, Double> numbers = new LinkedHashMap<>();
        try (Lab lab = new Lab(
                XEmulator.builder().shapes(PostShape.PLAIN).rule("cats", "cat").rate(RATE), 1, Access.ENTERPRISE)) {
            lab.start(post -> {});
            lab.awaitLive();
            Instant from = lab.x().now();
            lab.outage(outage);
            lab.start(post -> {});
            lab.awaitClosed(1, PATIENCE);
            lab.stop();
            List<SeenConnection> jobs = lab.x().connections().stream()
                    .filter(SeenConnection::job)
                    .sorted(Comparator.comparing(SeenConnection::openedNanos))
                    .toList();
            numbers.put("posts/s of the first walk, new ones", perSecond(jobs.get(0)));
            numbers.put("posts/s of the second walk, known ones", perSecond(jobs.get(jobs.size() - 1)));
            numbers.put("posts/s of the emulator to a plain reader", plain(lab.x(), from));
            numbers.put("posts regained", (double)
                    lab.closed().stream().mapToLong(Gap::regained).sum());
        }
        double first = numbers.getOrDefault("posts/s of the first walk, new ones", 0.0);
        double alone = numbers.getOrDefault("posts/s of the emulator to a plain reader", 0.0);
        return new Proven(
                "recovery is fast",
                Text.of(
                        "a job over %s at %d posts/s, from the job's opening to its end at the emulator; then the same"
                                + " span read by a plain HTTP client that counts bytes; one process, two cores",
                        Text.length(outage), RATE),
                "≥ 50,000 posts/s, or as fast as the emulator serves",
                numbers,
                first >= BOUND || first >= 0.9 * alone ? List.of() : List.of("it is slower"));
    }

    private static double perSecond(SeenConnection job) {
        return job.postsSent() * 1e9 / (job.closedNanos() - job.openedNanos());
    }

    private double plain(XEmulator x, Instant from) throws Exception {
        Instant start = from.truncatedTo(ChronoUnit.SECONDS);
        URI job = x.baseUri()
                .resolve("/2/tweets/search/stream?start_time=" + start + "&end_time="
                        + start.plus(outage).truncatedTo(ChronoUnit.SECONDS));
        HttpRequest request = HttpRequest.newBuilder(job)
                .header("Authorization", "Bearer " + x.bearerToken())
                .build();
        HttpClient client =
                HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        long fromNanos = System.nanoTime();
        try (InputStream body =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            body.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return outage.toSeconds() * RATE * 1e9 / (System.nanoTime() - fromNanos);
    }
}
