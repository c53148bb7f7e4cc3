package io.gapless.crash;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.recovery.Access;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Proves recovery for an account that has only search. */
final class PayPerUse implements Proof {
    private static final int SPEED = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<Outage> OUTAGES = List.of(
            new Outage(Duration.ofMinutes(20), 20),
            new Outage(Duration.ofHours(2), 4),
            new Outage(Duration.ofHours(14), 0.6),
            new Outage(Duration.ofDays(3), 0.1),
            new Outage(Duration.ofDays(6), 0.05));

    private static final Kind SEARCHABLE = new Kind("", "cat -is:retweet -is:quote", Verdict.COMPLETE);
    private static final Kind NOT_SEARCHABLE =
            new Kind("by a rule with sample:, ", "cat sample:50", Verdict.UNRECOVERABLE);

    /**
     * Describes an outage.
     *
     * @param length how long the stream is down
     * @param rate the posts per second; so few that 450 calls of search, X's limit for 15 minutes, can return the posts
     *     of the whole outage
     */
    private record Outage(Duration length, double rate) {}

    /** Pairs a rule with the verdict that the gap of an outage must get under this rule. */
    private record Kind(String name, String rule, Verdict verdict) {}

    @Override
    public Report run() throws Exception {
        Report report = new Report(
                "pay-per-use",
                "the stream is stopped, X's time passes, the stream is started again; no spending limit; last"
                        + " with a rule that search does not support",
                "every post that search can return is recovered; the rest is lost with its reason; never a second"
                        + " stream connection, no job");
        for (Outage outage : OUTAGES) run(outage, SEARCHABLE, report);
        run(OUTAGES.get(0), NOT_SEARCHABLE, report);
        return report;
    }

    private static void run(Outage outage, Kind kind, Report report) throws Exception {
        String name = kind.name() + Text.length(outage.length()) + " at " + Text.hundredths(outage.rate()) + "/s";
        try (RecoveryLab lab = new RecoveryLab(
                XEmulator.builder()
                        .access(AccessLevel.PAY_PER_USE)
                        .shapes(PostShape.PLAIN, PostShape.ENTITIES, PostShape.NOTE, PostShape.REPLY)
                        .rule("cats", kind.rule())
                        .rate(outage.rate()),
                SPEED,
                Access.PAY_PER_USE)) {
            lab.start();
            lab.awaitLive();
            Instant from = lab.x().now();
            lab.outage(outage.length());
            lab.start();
            report.must(lab.awaitClosed(outage.length(), PATIENCE), name + ": no verdict in time");
            Instant until = lab.longest().map(gap -> gap.span().until()).orElseGet(lab.x()::now);
            long missing = lab.missing(from, until).size();
            report.say(
                            "posts, " + name,
                            lab.x().shouldHaveDelivered(from, until).size())
                    .say("lost, " + name, missing);
            judge(lab, name, missing, kind.verdict(), report);
        }
    }

    private static void judge(RecoveryLab lab, String name, long missing, Verdict expected, Report report) {
        report.must(expected != Verdict.COMPLETE || missing == 0, name + ": " + missing + " posts are lost")
                .must(lab.verdict() == expected, name + ": " + lab.verdict() + " " + reason(lab))
                .must(
                        expected != Verdict.UNRECOVERABLE || reason(lab).contains("sample"),
                        name + ": the reason is missing");
        List<SeenConnection> seen = lab.x().connections();
        boolean second = lab.x().requests().stream().anyMatch(request -> request.status() == 429)
                || seen.stream().anyMatch(SeenConnection::job)
                || seen.stream().filter(SeenConnection::open).count() > 1
                || seen.size() > 2;
        report.must(!second, name + ": there was a second stream connection");
    }

    private static String reason(RecoveryLab lab) {
        return lab.closed().stream().findFirst().map(Gap::reason).orElse("");
    }
}
