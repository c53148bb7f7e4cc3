package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PendingChangesTest {
    private final PendingChanges said = new PendingChanges(4);

    @Test
    void changesKeepTheirOrderAndPostsInARowBecomeOne() {
        assertThat(said.addAcknowledged(posts(1, 2))).isTrue();
        assertThat(said.addAcknowledged(posts(2, 3))).isFalse();
        said.add(new Change.Revived(7));
        said.addAcknowledged(posts(3, 4));
        assertThat(said.take())
                .usingRecursiveComparison()
                .isEqualTo(List.of(acknowledged(1, 2), new Change.Revived(7), acknowledged(3)));
        assertThat(said.isEmpty()).isTrue();
    }

    @Test
    void allIsTakenTogetherSinceAReplacedChangeMayHaveStoodBeforeAnother() {
        Change later = new Change.Frontier(Instant.EPOCH.plusSeconds(5), Instant.EPOCH);
        said.add(new Change.Frontier(Instant.EPOCH, Instant.EPOCH));
        said.add(new Change.Noted("first start", ""));
        said.addAcknowledged(posts(1, 7));
        said.add(later);
        assertThat(said.take())
                .usingRecursiveComparison()
                .isEqualTo(List.of(
                        new Change.Noted("first start", ""), acknowledged(1, 2, 3, 4), acknowledged(5, 6), later));
        assertThat(said.isEmpty()).isTrue();
        assertThat(said.add(new Change.Revived(7))).isTrue();
    }

    @Test
    void whoeverCommitsIsToldWhenThereIsEnoughAndNotAgain() {
        assertThat(said.addAcknowledged(posts(1, 4))).isTrue();
        assertThat(said.isEnough()).isFalse();
        assertThat(said.addAcknowledged(posts(4, 5))).isTrue();
        assertThat(said.isEnough()).isTrue();
        assertThat(said.addAcknowledged(posts(5, 6))).isFalse();
        said.take();
        assertThat(said.isEnough()).isFalse();
    }

    @Test
    void onlyTheLastWordOfAGapOfTheFrontierAndOfANoteIsKeptAndWhatWasBoughtIsSummedUp() {
        for (int i = 0; i < 10_000; i++) {
            Instant at = Instant.EPOCH.plusSeconds(i);
            said.add(new Change.Frontier(at, at));
            said.add(new Change.Noted(i % 2 == 0 ? "even" : "odd", "value " + i));
            said.add(new Change.Spent(LocalDate.EPOCH, 3));
            said.add(new Change.IdsForgotten(i));
            said.add(new Change.GapKept(gap(i % 3, at)));
        }
        assertThat(said.take())
                .containsExactly(
                        new Change.GapKept(gap(1, Instant.EPOCH.plusSeconds(9_997))),
                        new Change.Noted("even", "value 9998"),
                        new Change.GapKept(gap(2, Instant.EPOCH.plusSeconds(9_998))),
                        new Change.Frontier(Instant.EPOCH.plusSeconds(9_999), Instant.EPOCH.plusSeconds(9_999)),
                        new Change.Noted("odd", "value 9999"),
                        new Change.Spent(LocalDate.EPOCH, 30_000),
                        new Change.IdsForgotten(9_999),
                        new Change.GapKept(gap(0, Instant.EPOCH.plusSeconds(9_999))));
    }

    @Test
    void aMarkIsTakenOnceAllIsTakenThatWasSaidBefore() {
        said.addAcknowledged(posts(1, 7));
        long mark = said.mark();
        said.add(new Change.Revived(7));
        assertThat(said.isTaken(mark)).isFalse();
        said.take();
        said.addAcknowledged(posts(8, 9));
        assertThat(said.isTaken(mark)).isTrue();
    }

    private static Gap gap(long id, Instant detectedAt) {
        return Gap.of(id, new Span(Instant.EPOCH, detectedAt.plusSeconds(1)), "cause", Instant.EPOCH, detectedAt)
                .build();
    }

    private static Change acknowledged(long... ids) {
        return new Change.Acknowledged(ids);
    }

    private static List<Post> posts(long from, long until) {
        return LongStream.range(from, until).mapToObj(PendingChangesTest::post).toList();
    }

    private static Post post(long id) {
        byte[] line = ("{\"data\":{\"id\":\"" + id + "\"}}").getBytes(StandardCharsets.UTF_8);
        return PostLine.read(line, new Source(Origin.LIVE), Instant.EPOCH).orElseThrow();
    }
}
