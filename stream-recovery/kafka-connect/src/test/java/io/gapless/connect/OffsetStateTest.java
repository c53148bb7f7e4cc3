package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.Change;
import io.gapless.stream.post.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetStateTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final OffsetState state = read(key -> Map.of(), HOUR, Long.MAX_VALUE);

    private static OffsetState read(OffsetReader reader, Duration window, long charsMax) {
        return OffsetState.read(0, reader, new OffsetState.Limits(window, charsMax), InstantSource.fixed(NOON));
    }

    private static long id(Instant created) {
        return Snowflake.firstId(created);
    }

    private void frontier(Instant at) {
        state.apply(List.of(new Change.Frontier(at, at)));
    }

    private List<Long> ids() {
        List<Long> found = new ArrayList<>();
        state.ids(new Span(Instant.EPOCH, Instant.MAX), found::add);
        return found;
    }

    @Test
    void idsOlderThanTheWindowFreeTheirSlotsForOthersAndNoOffsetIsDeleted() {
        long old = id(NOON);
        long young = id(NOON.plus(HOUR));
        state.acknowledge(old, young);
        Map<String, String> slot = state.keyOf(old);
        frontier(NOON);
        state.takeChanged();

        frontier(NOON.plus(HOUR).plusSeconds(120));

        assertThat(ids()).containsExactly(young);
        assertThat(state.takeChanged())
                .containsEntry(slot, OffsetText.noIds(NOON.toEpochMilli()))
                .doesNotContainKey(state.keyOf(young));

        long next = id(NOON.plus(HOUR).plusSeconds(60));
        state.acknowledge(next);
        assertThat(state.keyOf(next)).isEqualTo(slot);
    }

    @Test
    void slotsThatWereFreeAreFreeInTheNextTask() {
        Map<Map<String, String>, Map<String, Object>> offsets = new HashMap<>();
        long first = id(NOON);
        long second = id(NOON.plusSeconds(30));
        long third = id(NOON.plus(HOUR));
        state.acknowledge(first);
        state.acknowledge(second);
        Map<String, String> slot = state.keyOf(first);
        frontier(NOON);
        state.acknowledge(third);
        state.apply(List.of(new Change.IdsForgotten(second)));
        offsets.putAll(state.takeChanged());

        OffsetState later = read(keys -> offsets, HOUR, Long.MAX_VALUE);
        List<Long> found = new ArrayList<>();
        later.ids(new Span(Instant.EPOCH, Instant.MAX), found::add);
        assertThat(found).containsExactly(second, third);
        long next = id(NOON.plus(HOUR).plusSeconds(60));
        later.acknowledge(next);
        assertThat(later.keyOf(next)).isEqualTo(slot);
        assertThat(later.keyOf(third)).isEqualTo(state.keyOf(third));
    }

    @Test
    void idsAroundWhatAnOpenGapStillHasToRecoverAreKept() {
        long within = id(NOON.plusSeconds(30));
        long around = id(NOON.minusSeconds(100));
        long before = id(NOON.minusSeconds(600));
        state.acknowledge(within, around, before);
        Span span = new Span(NOON, NOON.plusSeconds(60));
        state.apply(
                List.of(new Change.GapKept(Gap.of(1, span, "a test", NOON, NOON).build())));

        frontier(NOON.plus(Duration.ofHours(20)));

        assertThat(ids()).containsExactly(around, within);
    }

    @Test
    void aGapThatComesWithAFrontierKeepsTheIdsThatItNeeds() {
        long within = id(NOON.plusSeconds(30));
        state.acknowledge(within);
        Instant later = NOON.plus(Duration.ofHours(20));
        Span span = new Span(NOON, NOON.plusSeconds(60));

        state.apply(List.of(
                new Change.Frontier(later, later),
                new Change.GapKept(Gap.of(1, span, "a test", NOON, NOON).build())));

        assertThat(ids()).containsExactly(within);
    }

    @Test
    void offsetsOfAnEarlierStateAreNotRead() {
        Map<Map<String, String>, Map<String, Object>> offsets = new HashMap<>();
        for (int second = 0; second < 100; second++) state.acknowledge(id(NOON.plusSeconds(second)));
        frontier(NOON);
        offsets.putAll(state.takeChanged());
        offsets.remove(new OffsetKeys(0).state());
        long post = id(NOON.plus(HOUR));

        OffsetState.Limits limits = new OffsetState.Limits(HOUR, Long.MAX_VALUE);
        OffsetState next = OffsetState.read(0, keys -> offsets, limits, InstantSource.fixed(NOON.plus(HOUR)));
        next.acknowledge(post);
        next.apply(List.of(new Change.Frontier(NOON.plus(HOUR), NOON.plus(HOUR))));
        offsets.putAll(next.takeChanged());

        List<Long> found = new ArrayList<>();
        OffsetState.read(0, keys -> offsets, limits, InstantSource.system())
                .ids(new Span(Instant.EPOCH, Instant.MAX), found::add);
        assertThat(found).containsExactly(post);
    }

    @Test
    void theOldestIdsGoFirstWhenThereAreTooMany() {
        OffsetState small = read(key -> Map.of(), HOUR, 40);
        for (int second = 0; second < 60; second++) small.acknowledge(id(NOON.plusSeconds(second)));

        List<Long> found = new ArrayList<>();
        small.ids(new Span(Instant.EPOCH, Instant.MAX), found::add);
        assertThat(small.idChars()).isLessThanOrEqualTo(40);
        assertThat(found).contains(id(NOON.plusSeconds(59))).doesNotContain(id(NOON));
    }

    @Test
    void onlyWhatIsNotHereYetNeedsATransaction() {
        long post = id(NOON);
        state.acknowledge(post);
        Change known = new Change.Acknowledged(new long[] {post});
        Change unknown = new Change.Acknowledged(new long[] {post, post + 1});
        Change note = new Change.Noted("skew", "PT0S");

        assertThat(state.missing(List.of(known, note, unknown))).containsExactly(note, unknown);
    }

    @Test
    void theFirstFrontierIsSinceWhenPostsAreKnown() {
        frontier(NOON);
        frontier(NOON.plusSeconds(5));

        assertThat(state.since()).contains(NOON);
    }

    @Test
    void offsetsThatNobodyHereHasWrittenAreRefusedWithASentence() {
        OffsetReader strange = keys -> Map.of(new OffsetKeys(0).state(), Map.of("position", 7L));

        assertThatThrownBy(() -> read(strange, HOUR, Long.MAX_VALUE))
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.reason()).isEqualTo(StateException.Reason.DAMAGED))
                .hasMessageContaining("partition 0")
                .hasMessageContaining("DELETE /connectors/NAME/offsets");
    }
}
