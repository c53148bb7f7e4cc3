package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does, on the disk, in memory, in a shared database, or in the offsets of Kafka Connect. */
public abstract class StateStoreContract {
    private static final Instant NOON = Gaps.NOON;
    private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);

    protected final VirtualTime time = new VirtualTime(NOON);
    private StateStore store;

    /** Opens a new and empty store. */
    protected abstract StateStore opened();

    /** Opens the same store once more, as after a restart. */
    protected abstract StateStore reopened();

    @BeforeEach
    void open() {
        store = opened();
    }

    private void reopen() {
        store.close();
        store = reopened();
    }

    @AfterEach
    void close() {
        if (store != null) store.close();
    }

    @Test
    void aNewStoreHasNoPast() {
        assertThat(store.remembered().frontier()).isEmpty();
        assertThat(store.remembered().gaps()).isEmpty();
        assertThat(store.remembered().lastGapId()).isZero();
        assertThat(store.remembered().notes()).isEmpty();
        assertThat(ids(Instant.MIN, Instant.MAX)).isEmpty();
        assertThat(store.ledger(Instant.MIN, 10)).isEmpty();
        assertThat(store.deadLetters(10)).isEmpty();
        assertThat(store.deadLetterCount()).isZero();
        assertThat(store.spent(TODAY)).isZero();
        assertThat(store.requests()).isEmpty();
    }

    @Test
    void everyKindOfChangeIsRememberedAcrossARestart() {
        Change.Frontier frontier = new Change.Frontier(NOON, NOON.minusSeconds(3));
        Gap gap = Gaps.open(4, NOON);
        DeadLetter letter =
                new DeadLetter(5, "{\"ä\":0}\n".getBytes(StandardCharsets.UTF_8), "it \"threw\"", millis(NOON));
        store.commit(List.of(
                new Change.Acknowledged(new long[] {id(NOON, 0), id(NOON, 1)}),
                new Change.DeadLettered(letter),
                frontier,
                new Change.GapKept(gap),
                new Change.Noted("skew", "250"),
                new Change.Spent(TODAY, 100)));
        reopen();
        assertThat(store.remembered())
                .isEqualTo(new StateReader.Remembered(Optional.of(frontier), List.of(gap), 4, Map.of("skew", "250")));
        assertThat(ids(NOON, NOON.plusSeconds(1))).containsExactlyInAnyOrder(id(NOON, 0), id(NOON, 1), 5L);
        assertThat(store.deadLetters(10))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(letter);
        assertThat(store.spent(TODAY)).isEqualTo(100);
    }

    @Test
    void theLastWordCounts() {
        store.commit(List.of(
                new Change.Frontier(NOON, NOON),
                new Change.Frontier(NOON.plusSeconds(5), NOON.plusSeconds(4)),
                new Change.Noted("skew", "250"),
                new Change.Noted("skew", "-3"),
                new Change.GapKept(Gaps.open(1, NOON))));
        store.commit(List.of(new Change.GapKept(Gaps.closed(1, NOON))));
        assertThat(store.remembered().frontier())
                .contains(new Change.Frontier(NOON.plusSeconds(5), NOON.plusSeconds(4)));
        assertThat(store.remembered().notes()).containsExactly(Map.entry("skew", "-3"));
        assertThat(store.remembered().gaps()).isEmpty();
        assertThat(store.remembered().lastGapId()).isEqualTo(1);
        assertThat(store.ledger(Instant.EPOCH, 10)).containsExactly(Gaps.closed(1, NOON));
    }

    @Test
    void aFrontierIsKeptToTheMillisecondAndRatherTooEarly() {
        store.commit(List.of(new Change.Frontier(NOON.plusNanos(999), NOON)));
        assertThat(store.remembered().frontier().orElseThrow().at()).isEqualTo("2026-03-01T12:00:00.123Z");
    }

    @Test
    void idsAreToldByTheirCreationWithATouchedMillisecondWhole() {
        long before = id(NOON.minusMillis(1), 4_194_303);
        long first = id(NOON, 0);
        long last = id(NOON.plusSeconds(1), 4_194_303);
        long after = id(NOON.plusSeconds(1).plusMillis(1), 0);
        store.commit(List.of(new Change.Acknowledged(new long[] {after, first, before, last, first})));
        assertThat(ids(NOON, NOON.plusSeconds(1))).containsExactly(first, last);
        assertThat(ids(millis(NOON), millis(NOON).plusSeconds(1))).containsExactly(first);
        assertThat(ids(Instant.MIN, Instant.MAX)).containsExactly(before, first, last, after);
        assertThat(ids(Instant.MIN, Instant.EPOCH)).isEmpty();
    }

    @Test
    void idsThatTellNoTimeAreAlwaysTold() {
        store.commit(List.of(new Change.Acknowledged(new long[] {0, -1, Long.MIN_VALUE, 20, id(NOON, 7)})));
        assertThat(ids(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)))
                .containsExactlyInAnyOrder(0L, -1L, Long.MIN_VALUE, 20L);
    }

    @Test
    void idsAreForgottenByTheirCreationAndOthersByTheirAcknowledgement() {
        long old = id(NOON, 0);
        store.commit(List.of(new Change.Acknowledged(new long[] {old, 1})));
        time.advance(Duration.ofHours(48));
        Instant later = NOON.plus(Duration.ofHours(48));
        long fresh = id(later, 0);
        store.commit(List.of(new Change.Acknowledged(new long[] {fresh, 2})));

        store.commit(List.of(new Change.IdsForgotten(old)));
        assertThat(ids(Instant.MIN, Instant.MAX)).containsExactlyInAnyOrder(old, fresh, 1L, 2L);
        store.commit(List.of(new Change.IdsForgotten(fresh)));
        assertThat(ids(Instant.MIN, Instant.MAX)).containsExactlyInAnyOrder(fresh, 2L);
        store.commit(List.of(new Change.IdsForgotten(0)));
        assertThat(ids(Instant.MIN, Instant.MAX)).containsExactlyInAnyOrder(fresh, 2L);
    }

    @Test
    void idsOfOneCommitAreForgottenOneByOne() {
        store.commit(List.of(new Change.Acknowledged(new long[] {id(NOON, 2), id(NOON, 0), id(NOON, 1), id(NOON, 3)})));
        store.commit(List.of(new Change.Acknowledged(new long[] {id(NOON, 2), id(NOON, 7)})));
        store.commit(List.of(new Change.IdsForgotten(id(NOON, 2))));
        assertThat(ids(Instant.MIN, Instant.MAX))
                .containsOnlyOnce(id(NOON, 3), id(NOON, 7))
                .containsOnly(id(NOON, 2), id(NOON, 3), id(NOON, 7));
    }

    @Test
    void aPostAcknowledgedAgainTakesNoneOfThoseAwayThatCameWithIt() {
        store.commit(List.of(new Change.Acknowledged(new long[] {id(NOON, 0), id(NOON, 2)})));
        store.commit(List.of(new Change.Acknowledged(new long[] {id(NOON, 0), id(NOON, 1), id(NOON, 9)})));
        store.commit(List.of(new Change.Acknowledged(new long[] {id(NOON, 0)})));
        assertThat(ids(NOON, NOON.plusSeconds(1))).containsExactly(id(NOON, 0), id(NOON, 1), id(NOON, 2), id(NOON, 9));
    }

    @Test
    void theLedgerIsToldNewestFirstAndWithinItsBounds() {
        for (long id = 1; id <= 5; id++)
            store.commit(List.of(new Change.GapKept(Gaps.closed(id, NOON.plus(Duration.ofHours(id))))));
        store.commit(List.of(new Change.GapKept(Gaps.open(6, NOON.plus(Duration.ofHours(6))))));
        assertThat(store.ledger(Instant.EPOCH, 3)).extracting(Gap::id).containsExactly(6L, 5L, 4L);
        Instant endOfTheFourth =
                Gaps.closed(4, NOON.plus(Duration.ofHours(4))).span().until();
        assertThat(store.ledger(endOfTheFourth.minusNanos(1), 10))
                .extracting(Gap::id)
                .containsExactly(6L, 5L, 4L);
        assertThat(store.ledger(endOfTheFourth.plusMillis(1), 10))
                .extracting(Gap::id)
                .containsExactly(6L, 5L);
        assertThat(store.remembered().lastGapId()).isEqualTo(6);
    }

    @Test
    void aDeadLetterIsAcknowledgedAndKeptUntilItIsRevived() {
        for (int n = 3; n >= 1; n--)
            store.commit(List.of(new Change.DeadLettered(new DeadLetter(
                    id(NOON, n), new byte[] {(byte) n}, "no", millis(NOON).plusSeconds(n)))));
        assertThat(store.deadLetters(2)).extracting(DeadLetter::id).containsExactly(id(NOON, 1), id(NOON, 2));
        assertThat(store.deadLetterCount()).isEqualTo(3);
        assertThat(ids(NOON, NOON.plusSeconds(1))).hasSize(3);
        store.commit(List.of(new Change.Revived(id(NOON, 1)), new Change.Revived(99)));
        assertThat(store.deadLetters(9)).extracting(DeadLetter::id).containsExactly(id(NOON, 2), id(NOON, 3));
        assertThat(ids(NOON, NOON.plusSeconds(1))).hasSize(3);
    }

    @Test
    void postsBoughtAddUpByDay() {
        store.commit(List.of(new Change.Spent(TODAY, 100), new Change.Spent(TODAY.plusDays(1), 7)));
        store.commit(List.of(new Change.Spent(TODAY, 23)));
        assertThat(Stream.of(TODAY.minusDays(1), TODAY, TODAY.plusDays(1)).map(store::spent))
                .containsExactly(0L, 123L, 7L);
    }

    private List<Long> ids(Instant from, Instant until) {
        List<Long> ids = new ArrayList<>();
        store.ids(new Span(from, until), ids::add);
        return ids;
    }

    private static long id(Instant created, int sequence) {
        return Snowflake.firstId(created) + sequence;
    }

    private static Instant millis(Instant moment) {
        return moment.truncatedTo(ChronoUnit.MILLIS);
    }
}
