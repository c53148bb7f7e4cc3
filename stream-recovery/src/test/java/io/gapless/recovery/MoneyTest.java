package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.search.Spend;
import io.gapless.recovery.state.AcknowledgedIds;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MoneyTest {
    private static final Instant NEARLY_MIDNIGHT = Instant.parse("2026-11-22T23:50:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

    private final VirtualTime time = new VirtualTime(NEARLY_MIDNIGHT);
    private final MemoryStateStore store = new MemoryStateStore(time);

    /** Answers at once, unless it is set to be late. */
    private final Map<LocalDate, Consumer<Long>> late = new TreeMap<>();

    private Money.Asks asks = (day, answer) -> answer.accept(Money.boughtOn(store, day));

    private boolean billed = true;

    private Money money(Duration clockAhead) {
        XClock x = new XClock(() -> time.instant().plus(clockAhead));
        Money money = new Money(2_000, x, store, asks, change -> store.commit(List.of(change)), () -> billed);
        // A leap is believed once a second answer agrees.
        x.learn(time.instant(), time.instant().plus(clockAhead), time.instant().plus(clockAhead));
        x.learn(time.instant(), time.instant().plus(clockAhead), time.instant().plus(clockAhead));
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
        Money money = money(Duration.ofHours(-24));
        assertThat(money.isKnown(1)).isTrue();
        assertThat(money.leftFor(1)).isEqualTo(500);
    }

    @Test
    void untilItIsKnownWhatWasBoughtOnADayNothingIsBoughtThen() {
        store.commit(List.of(new Change.Spent(TODAY, 1_500)));
        asks = late::put;
        Money money = money(Duration.ofDays(365));
        assertThat(money.isKnown(1)).isFalse();
        assertThat(late).containsOnlyKeys(TODAY, TODAY.plusDays(1));
        late.get(TODAY).accept(store.spent(TODAY));
        assertThat(money.isKnown(1)).isTrue();
        assertThat(money.leftFor(1)).isEqualTo(500);
    }

    @Test
    void tomorrowsAccountIsKnownBeforeTomorrow() {
        asks = late::put;
        Money money = money(Duration.ZERO);
        time.advance(Duration.ofMinutes(20));
        assertThat(money.isKnown(1)).isTrue();
        assertThat(late).containsOnlyKeys(TODAY.plusDays(2));
    }

    @Test
    void aNewDayHasItsOwnAccountAndTheGapKeepsIts() {
        Money money = money(Duration.ZERO);
        money.forGap(1, AcknowledgedIds.NONE).bought(posts(time.instant(), 1_500));
        time.advance(Duration.ofMinutes(20));
        assertThat(money.leftFor(1)).isEqualTo(500);
        assertThat(money.leftFor(2)).isEqualTo(2_000);
        assertThat(store.spent(TODAY)).isEqualTo(1_500);
    }

    @Test
    void whatWasReceivedTodayCostsNothingMore() {
        Money money = money(Duration.ZERO);
        Set<Long> posts = posts(time.instant(), 1_500);
        money.forGap(1, known(posts)).bought(posts);
        assertThat(money.leftFor(1)).isEqualTo(2_000);
        assertThat(store.spent(TODAY)).isZero();
    }

    @Test
    void whatWasReceivedYesterdayIsBilledOnceMore() {
        Money money = money(Duration.ZERO);
        Set<Long> posts = posts(time.instant(), 1_500);
        time.advance(Duration.ofMinutes(20));
        money.forGap(1, known(posts)).bought(posts);
        assertThat(money.leftFor(1)).isEqualTo(500);
    }

    @Test
    void whatASliceBringsAgainIsBilledOnceADay() {
        Money money = money(Duration.ZERO);
        Spend slice = money.forGap(1, AcknowledgedIds.NONE);
        Set<Long> posts = posts(time.instant(), 600);
        slice.bought(posts);
        slice.bought(posts);
        assertThat(money.leftFor(2)).isEqualTo(1_400);
        time.advance(Duration.ofMinutes(20));
        slice.bought(posts);
        slice.bought(posts);
        assertThat(money.leftFor(2)).as("of the new day").isEqualTo(1_400);
        assertThat(money.leftFor(1)).as("of the gap").isEqualTo(800);
    }

    @Test
    void whereNothingIsBilledNothingIsCounted() {
        billed = false;
        Money money = money(Duration.ZERO);
        money.forGap(1, AcknowledgedIds.NONE).bought(posts(time.instant(), 5_000));
        assertThat(money.leftFor(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(store.spent(TODAY)).isZero();
        billed = true;
        assertThat(money.leftFor(1)).isEqualTo(2_000);
    }

    private static Set<Long> posts(Instant created, int number) {
        long first = Snowflake.firstId(created);
        return LongStream.range(first, first + number).boxed().collect(Collectors.toSet());
    }

    private static AcknowledgedIds known(Set<Long> posts) {
        return AcknowledgedIds.of(posts.stream().mapToLong(id -> id).toArray());
    }
}
