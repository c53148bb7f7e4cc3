package io.gapless.conformance;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenConnection;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Report;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Plays the rows of the conformance table in which X sends an unusual line. */
final class Lines {
    private static final int EMOJIS = 4;

    private Lines() {}

    static List<Scenario> rows() {
        return List.of(
                new Scenario("in-band UpstreamOperationalDisconnect, socket kept open", timing -> disconnectedInBand()),
                new Scenario("unknown enum + new field", timing -> unknownValues()),
                new Scenario("emoji split across chunks", timing -> splitEmoji()));
    }

    private static Report disconnectedInBand() throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator().rate(100))) {
            lab.x().inject(Fault.of(Misbehaviour.UPSTREAM_DISCONNECT).keepOpen().afterPosts(3));
            lab.start();
            boolean notice =
                    lab.sees(StreamEvent.Disconnected.class, ended -> ended.how() instanceof Disconnection.Notice);
            boolean again = lab.sees(StreamEvent.OutageEnded.class);
            boolean closedByUs = lab.x().connections().stream()
                    .map(SeenConnection::end)
                    .filter(Objects::nonNull)
                    .anyMatch(end -> end == ConnectionEnd.CLIENT_CLOSED || end == ConnectionEnd.CLIENT_RESET);
            return new Report("closes the socket itself and reconnects after " + Text.seconds(lab.pauses()))
                    .must(notice, "is a disconnection with X's reason")
                    .must(again, "reconnects")
                    .must(closedByUs, "closes the socket itself");
        }
    }

    private static Report unknownValues() throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator())) {
            Instant from = lab.x().now();
            lab.start();
            lab.sees(StreamEvent.Connected.class);
            lab.x().inject(Misbehaviour.UNKNOWN_MESSAGE);
            lab.x().inject(Misbehaviour.UNKNOWN_ENUM);
            boolean reported = lab.sees(StreamEvent.MessageUnknown.class);
            lab.awaitPosts(1, StreamLab.PATIENCE);
            boolean whole = lab.posts().stream().allMatch(post -> post.json().has("brand_new_section"));
            return new Report("ok; an unknown message is an event")
                    .must(ids(lab).equals(expectedIds(lab, from)), "hands the post over")
                    .must(whole, "the post still has the field that nobody knows")
                    .must(reported, "an unknown message is an event")
                    .must(lab.events(StreamEvent.Disconnected.class).isEmpty(), "stays connected");
        }
    }

    private static List<Long> ids(StreamLab lab) {
        return lab.posts().stream().map(Post::id).toList();
    }

    private static List<Long> expectedIds(StreamLab lab, Instant from) {
        return lab.x().shouldHaveDelivered(from, lab.x().now().plusSeconds(1)).stream()
                .map(ExpectedPost::id)
                .toList();
    }

    private static Report splitEmoji() throws InterruptedException {
        try (StreamLab lab = new StreamLab(StreamLab.emulator())) {
            lab.start();
            lab.sees(StreamEvent.Connected.class);
            for (int i = 0; i < EMOJIS; i++) lab.x().inject(Misbehaviour.SPLIT_UTF8);
            lab.awaitPosts(EMOJIS, StreamLab.PATIENCE);
            long intact = lab.posts().stream()
                    .map(Post::text)
                    .filter(text -> text.endsWith("🐱") && text.indexOf('\ufffd') < 0)
                    .count();
            return new Report(Text.of("ok, %d/%d intact", intact, EMOJIS))
                    .must(intact == EMOJIS, "all " + EMOJIS + " are intact, not " + intact);
        }
    }
}
