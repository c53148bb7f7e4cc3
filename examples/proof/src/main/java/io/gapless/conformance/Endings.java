package io.gapless.conformance;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenConnection;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Plays the rows of the conformance table in which the connection ends, or stays open without data. */
final class Endings {
    private static final int OFTEN = 1_000;
    private static final int POSTS = 3;
    private static final int SMALL_BUDGET = 5;
    private static final int BUDGET = 50;
    private static final Set<ConnectionEnd> BY_SERVER = Set.of(ConnectionEnd.SERVER_ENDED, ConnectionEnd.SERVER_TORN);

    private Endings() {}

    static List<Scenario> rows() {
        return List.of(
                new Scenario("clean EOF after 3 posts", timing -> endedAgainAndAgain(Misbehaviour.EOF, timing)),
                new Scenario(
                        "abrupt close", timing -> endedAgainAndAgain(Misbehaviour.CLOSE_WITHOUT_FINAL_CHUNK, timing)),
                new Scenario("half-open (silence): time to notice", Endings::halfOpen),
                new Scenario("200 then close, repeated", Endings::closedAfter200));
    }

    private static Report endedAgainAndAgain(Misbehaviour how, Timing timing) throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator().rate(100))) {
            lab.x().inject(Fault.of(how).afterPosts(POSTS).times(OFTEN));
            lab.start();
            lab.watch(timing.window());
            lab.stream().close();
            int connects = lab.connects().size();
            List<SeenConnection> ended = lab.x().connections().stream()
                    .filter(connection -> connection.end() != null && BY_SERVER.contains(connection.end()))
                    .toList();
            // The list starts with the newest connection. When the lab closed the stream, the library may not have
            // noticed the end of the newest connections. So the code skips as many of these as the library has not
            // reported.
            long noticed = lab.events(StreamEvent.Disconnected.class).stream()
                    .filter(event -> !(event.how() instanceof Disconnection.ClosedByUs))
                    .count();
            long sent = ended.stream()
                    .skip(Math.max(0, ended.size() - noticed))
                    .mapToLong(SeenConnection::postsSent)
                    .sum();
            int handed = lab.posts().size();
            return judgeOnePair(
                            lab,
                            new Report(Text.of(
                                    "reconnects after %s (n=%d in %d s); each of %d endings one disconnection and one reconnection;"
                                            + " all %d posts handed over",
                                    Text.seconds(lab.pauses()),
                                    connects,
                                    timing.window().toSeconds(),
                                    ended.size(),
                                    sent)))
                    .must(connects > 1, "reconnects")
                    .must(connects <= BUDGET, "at most " + BUDGET + " connects, not " + connects)
                    .must(handed >= sent, "hands over all of the " + sent + " posts, not " + handed);
        }
    }

    private static Report judgeOnePair(StreamLab lab, Report report) {
        return report.must(
                        lab.alternate(StreamEvent.Connected.class, StreamEvent.Disconnected.class),
                        "each connection ends in one Disconnected")
                .must(
                        lab.alternate(StreamEvent.OutageStarted.class, StreamEvent.OutageEnded.class),
                        "each outage ends in one OutageEnded");
    }

    private static Report halfOpen(Timing timing) throws InterruptedException {
        Duration bound = timing.stallTimeout().plus(timing.noticedWithin());
        try (StreamLab lab = new StreamLab(
                StreamLab.emulator().rate(100), settings -> settings.stallTimeout(timing.stallTimeout()))) {
            lab.x().inject(Fault.of(Misbehaviour.HALF_OPEN).afterPosts(POSTS));
            lab.start();
            StreamEvent.Disconnected ended = lab.await(StreamEvent.Disconnected.class, bound.plus(StreamLab.PATIENCE))
                    .orElse(null);
            if (ended == null) return new Report("never noticed").must(false, "is noticed");
            boolean again = lab.sees(StreamEvent.OutageEnded.class);
            Duration noticed = Duration.between(ended.lastSignalAt(), ended.at());
            return judgeOnePair(
                            lab,
                            new Report(Text.of(
                                    "%s, reconnects %s later; one disconnection and one reconnection",
                                    Text.seconds(noticed), Text.seconds(lab.pauses()))))
                    .must(ended.how() instanceof Disconnection.Stalled, "is a stall, not " + ended.how())
                    .must(noticed.compareTo(bound) <= 0, "is noticed within " + bound + ", not " + noticed)
                    .must(again, "reconnects")
                    .must(lab.events(StreamEvent.OutageStarted.class).size() == 1, "is one outage");
        }
    }

    private static Report closedAfter200(Timing timing) throws InterruptedException {
        Fault closes = Fault.of(Misbehaviour.CLOSE_AFTER_200).times(OFTEN);
        try (StreamLab lab = new StreamLab(StreamLab.emulator());
                StreamLab small =
                        new StreamLab(StreamLab.emulator(), settings -> settings.connectBudget(SMALL_BUDGET))) {
            lab.x().inject(closes);
            small.x().inject(closes);
            lab.start();
            small.start();
            lab.watch(timing.window());
            boolean waits =
                    small.sees(StreamEvent.Waiting.class, waiting -> waiting.why() == StreamEvent.Waiting.Why.BUDGET);
            int connects = lab.connects().size();
            int smallConnects = small.connects().size();
            return new Report(Text.of(
                            "n=%d in %d s, after %s; never more than the budget of 50 in 15 min (with a budget of %d:"
                                    + " n=%d, then it waits for the budget)",
                            connects,
                            timing.window().toSeconds(),
                            Text.seconds(lab.pauses()),
                            SMALL_BUDGET,
                            smallConnects))
                    .must(connects > 1, "reconnects")
                    .must(connects <= BUDGET, "at most " + BUDGET + " connects, not " + connects)
                    .must(waits, "says that it waits for the budget")
                    .must(smallConnects == SMALL_BUDGET, "keeps to a budget of 5, not " + smallConnects);
        }
    }
}
