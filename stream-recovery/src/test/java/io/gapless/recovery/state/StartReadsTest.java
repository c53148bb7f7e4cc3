package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.Machine;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stream reads of a shared state when it begins comes from memory. */
class StartReadsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final long BEFORE = Snowflake.firstId(NOON.minus(Duration.ofHours(2)));
    private static final long LATELY = Snowflake.firstId(NOON.minus(Duration.ofMinutes(5)));
    private static final long LAST = Snowflake.firstId(NOON);
    private static final long TIMELESS = 20;

    private final VirtualTime time = new VirtualTime(NOON);
    private final SimulatedDatabase database = new SimulatedDatabase(time, Duration.ofSeconds(5));
    private final SimulatedDatabase.Link link = database.new Link(new Machine(time, Duration.ZERO));

    private TakenStore taken() {
        StateStore store = link.take().orElseThrow();
        store.commit(List.of(
                new Change.Acknowledged(new long[] {LAST, TIMELESS, BEFORE, LATELY}),
                new Change.Spent(LocalDate.parse("2026-11-22"), 7)));
        TakenStore taken = new TakenStore(link);
        taken.take(store, StartReads.read(store, store.remembered(), NOON, NOON.minus(Duration.ofHours(1))));
        return taken;
    }

    private static List<Long> ids(TakenStore store, Instant from, Instant until) {
        List<Long> ids = new ArrayList<>();
        store.ids(new Span(from, until), ids::add);
        return ids;
    }

    @Test
    void aStreamBeginsWithoutTheDatabase() {
        TakenStore taken = taken();
        link.cut = true;
        assertThat(ids(taken, NOON.minus(Duration.ofHours(1)), NOON)).containsExactlyInAnyOrder(TIMELESS, LATELY);
        assertThat(ids(taken, NOON, NOON.plusSeconds(1))).containsExactlyInAnyOrder(TIMELESS, LAST);
        assertThat(taken.spent(LocalDate.parse("2026-11-22"))).isEqualTo(7);
        assertThat(taken.spent(LocalDate.parse("2026-11-23"))).isZero();
        assertThat(taken.remembered().gaps()).isEmpty();
    }

    @Test
    void whatWasCreatedBeforeTheLastHourIsReadFromTheDatabase() {
        assertThat(ids(taken(), NOON.minus(Duration.ofHours(3)), NOON))
                .containsExactlyInAnyOrder(TIMELESS, BEFORE, LATELY);
    }

    @Test
    void afterTheStreamHasBegunAllIsReadFromTheDatabase() {
        TakenStore taken = taken();
        taken.begun();
        taken.commit(List.of(new Change.Acknowledged(new long[] {LATELY + 1})));
        assertThat(ids(taken, NOON.minus(Duration.ofHours(1)), NOON))
                .containsExactlyInAnyOrder(TIMELESS, LATELY, LATELY + 1);
    }
}
