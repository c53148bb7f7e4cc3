package io.gapless.crash;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.recovery.ledger.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Proves that a recovery job completes although X resets it after every 1,000th post. */
final class JobCuts implements Proof {
    private static final int SPEED = 20;
    private static final int RATE = 10;
    private static final int EVERY = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Duration outage;

    JobCuts(Duration outage) {
        this.outage = outage;
    }

    static JobCuts whole() {
        return new JobCuts(Duration.ofHours(1));
    }

    @Override
    public ProofResult run() throws Exception {
        Map<String, Double> numbers = new LinkedHashMap<>();
        List<String> misses = new ArrayList<>();
        try (Lab lab = new Lab(
                XEmulator.builder().shapes(PostShape.PLAIN).rule("cats", "cat").rate(RATE), SPEED, Access.ENTERPRISE)) {
            lab.start();
            lab.awaitLive();
            Instant from = lab.x().now();
            lab.outage(outage);
            lab.x()
                    .inject(Fault.of(Misbehaviour.JOB_CUT_EVERY_N)
                            .afterPosts(EVERY)
                            .times(Integer.MAX_VALUE));
            lab.start();
            if (!lab.awaitClosed(outage, PATIENCE)) misses.add("no verdict in time");
            Instant until = lab.x().now().minusSeconds(5);
            long missing = lab.missing(from, until).size();
            numbers.put(
                    "posts", (double) lab.x().shouldHaveDelivered(from, until).size());
            numbers.put("jobs", (double)
                    lab.x().connections().stream().filter(SeenConnection::job).count());
            numbers.put("lost", (double) missing);
            if (missing > 0) misses.add("posts are lost");
            if (lab.verdict() != Verdict.COMPLETE) misses.add("the verdict is " + lab.verdict());
        }
        return new ProofResult(
                "a job cut after every 1,000th post",
                Text.of(
                        "an outage of %s at %d posts/s; each job is reset after 1,000 posts",
                        Text.length(outage), RATE),
                "lost = 0, COMPLETE",
                numbers,
                misses);
    }
}
