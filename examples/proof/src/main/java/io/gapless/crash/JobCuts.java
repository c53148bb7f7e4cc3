package io.gapless.crash;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenConnection;
import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.recovery.ledger.Gap.Verdict;
import java.time.Duration;
import java.time.Instant;

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

    @Override
    public Report run() throws Exception {
        Report report = new Report(
                "a job cut after every 1,000th post",
                Text.of(
                        "an outage of %s at %d posts/s; each job is reset after 1,000 posts",
                        Text.length(outage), RATE),
                "lost = 0, COMPLETE");
        try (RecoveryLab lab = RecoveryLab.enterprise(RATE, SPEED)) {
            lab.start();
            lab.awaitLive();
            Instant from = lab.x().now();
            lab.outage(outage);
            lab.x()
                    .inject(Fault.of(Misbehaviour.JOB_CUT_EVERY_N)
                            .afterPosts(EVERY)
                            .times(Integer.MAX_VALUE));
            lab.start();
            report.must(lab.awaitClosed(outage, PATIENCE), "no verdict in time");
            Instant until = lab.x().now().minusSeconds(5);
            long missing = lab.missing(from, until).size();
            long jobs =
                    lab.x().connections().stream().filter(SeenConnection::job).count();
            return report.say("posts", lab.x().shouldHaveDelivered(from, until).size())
                    .say("jobs", jobs)
                    .say("lost", missing)
                    .must(missing == 0, "posts are lost")
                    .must(lab.verdict() == Verdict.COMPLETE, "the verdict is " + lab.verdict());
        }
    }
}
