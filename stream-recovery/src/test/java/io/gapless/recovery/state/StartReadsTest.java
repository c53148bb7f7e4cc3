package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.Machine;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stream reads of a shared state when it begins comes from memory. */
class StartReadsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

    private final VirtualTime time = new VirtualTime(NOON);
    private final SimulatedDatabase database = new SimulatedDatabase(time, Duration.ofSeconds(5));
    private final SimulatedDatabase.Link link = database.new Link(new Machine(time, Duration.ZERO));

    private TakenStore taken() {
        StateStore store = link.take().orElseThrow();
        store.commit(List.of(new Change.Spent(TODAY, 7)));
        TakenStore taken = new TakenStore(link);
        taken.take(store, StartReads.read(store, store.remembered(), NOON));
        return taken;
    }

    @Test
    void aStreamBeginsWithoutTheDatabase() {
        TakenStore taken = taken();
        link.cut = true;
        assertThat(taken.spent(TODAY)).isEqualTo(7);
        assertThat(taken.spent(TODAY.plusDays(1))).isZero();
        assertThat(taken.remembered().gaps()).isEmpty();
    }

    @Test
    void afterTheStreamHasBegunAllIsReadFromTheDatabase() {
        TakenStore taken = taken();
        taken.begun();
        taken.commit(List.of(new Change.Spent(TODAY, 2)));
        assertThat(taken.spent(TODAY)).isEqualTo(9);
    }

    @Test
    void noPostIsHandedOverBeforeItsRepeatsAreKnown() {
        TakenStore taken = taken();
        taken.begun();
        assertThat(taken.mayDispatch()).isFalse();
        taken.repeatsKnown();
        assertThat(taken.mayDispatch()).isTrue();
    }
}
