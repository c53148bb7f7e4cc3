package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.Change;
import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import io.gapless.stream.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SaidChangesTest {
    private final SaidChanges said = new SaidChanges(4);

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
    void aCommitEndsWhenItsPostsAreEnoughAndTheRestComesWithTheNext() {
        said.addAcknowledged(posts(1, 7));
        said.add(new Change.Noted("name", "value"));
        assertThat(said.take()).usingRecursiveComparison().isEqualTo(List.of(acknowledged(1, 2, 3, 4)));
        assertThat(said.isEmpty()).isFalse();
        assertThat(said.take())
                .usingRecursiveComparison()
                .isEqualTo(List.of(acknowledged(5, 6), new Change.Noted("name", "value")));
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

    private static Change acknowledged(long... ids) {
        return new Change.Acknowledged(ids);
    }

    private static List<Post> posts(long from, long until) {
        return LongStream.range(from, until).mapToObj(SaidChangesTest::post).toList();
    }

    private static Post post(long id) {
        byte[] line = ("{\"data\":{\"id\":\"" + id + "\"}}").getBytes(StandardCharsets.UTF_8);
        return Post.of(line, new Source(Origin.LIVE), Instant.EPOCH).orElseThrow();
    }
}
