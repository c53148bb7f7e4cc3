package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoneyTest {
    private static final Instant NEARLY_MIDNIGHT = Instant.parse("2026-11-22T23:50:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

    private final VirtualTime time = new VirtualTime(NEARLY_MIDNIGHT);
    private final MemoryStateStore store = new MemoryStateStore(time);

    private Money money(Duration clockAhead) {
        XClock x = new XClock(() -> time.instant().plus(clockAhead), Duration.ZERO);
        Money money = new Money(2_000, x, store, change -> store.commit(List.of(change)));
        // A leap is believed once a second answer agrees.
        x.learn(time.instant(), time.instant().plus(clockAhead));
        x.learn(time.instant(), time.instant().plus(clockAhead));
        return money;
    }

    @Test
    void whatWasBoughtTodayIsKnownAfterARestartWhoseClockSaidTomorrow() {
        store.commit(List.of(new Change.Spent(TODAY, 1_500)));
        assertThat(money(Duration.ofMinutes(20)).leftFor(1)).isEqualTo(500);
    }

    @Test
    void whatWasBoughtTodayIsKnownAfterARestartWhoseClockSaidYesterday() {
        store.commit(List.of(new Change.Spent(TODAY, 1_500)));
        assertThat(money(Duration.ofHours(-24)).leftFor(1)).isEqualTo(500);
    }

    @Test
    void aNewDayHasItsOwnAccountAndTheGapKeepsIts() {
        Money money = money(Duration.ZERO);
        money.forGap(1).bought(1_500);
        time.advance(Duration.ofMinutes(20));
        assertThat(money.leftFor(1)).isEqualTo(500);
        assertThat(money.leftFor(2)).isEqualTo(2_000);
        assertThat(store.spent(TODAY)).isEqualTo(1_500);
    }
}
