package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Schedule DAILY = Schedule.daily().withZone(BERLIN);
    private static final Schedule HOURLY = Schedule.hourly().withZone(BERLIN);

    private static Instant at(String text) {
        return Instant.parse(text);
    }

    private static List<Instant> slots(Schedule schedule, String from, int count) {
        return Stream.iterate(schedule.slotAfter(at(from)), schedule::slotAfter)
                .limit(count)
                .toList();
    }

    @Test
    void aDailySlotLiesAtItsTimeOfDayInItsZone() {
        assertThat(slots(DAILY, "2026-01-10T00:30:00Z", 2))
                .containsExactly(at("2026-01-10T01:00:00Z"), at("2026-01-11T01:00:00Z"));
    }

    @Test
    void theSlotItselfIsNotAfterItself() {
        assertThat(DAILY.slotAfter(at("2026-01-10T01:00:00Z"))).isEqualTo(at("2026-01-11T01:00:00Z"));
        assertThat(DAILY.slotAtOrBefore(at("2026-01-10T01:00:00Z"))).isEqualTo(at("2026-01-10T01:00:00Z"));
        assertThat(DAILY.slotAtOrBefore(at("2026-01-10T00:59:59Z"))).isEqualTo(at("2026-01-09T01:00:00Z"));
    }

    @Test
    void aDailySlotInTheLostHourComesAnHourLaterAndTheNextOneInTime() {
        Schedule schedule = DAILY.withAt(LocalTime.of(2, 30));

        assertThat(slots(schedule, "2026-03-28T12:00:00Z", 2))
                .containsExactly(at("2026-03-29T01:30:00Z"), at("2026-03-30T00:30:00Z"));
    }

    @Test
    void aDailySlotInTheHourThatComesTwiceFiresOnce() {
        Schedule schedule = DAILY.withAt(LocalTime.of(2, 30));

        assertThat(slots(schedule, "2026-10-24T12:00:00Z", 2))
                .containsExactly(at("2026-10-25T00:30:00Z"), at("2026-10-26T01:30:00Z"));
    }

    @Test
    void anHourlyScheduleHas23SlotsOnTheShortDayAnd25OnTheLongOne() {
        Instant shortDay = at("2026-03-28T22:59:59Z");
        Instant longDay = at("2026-10-24T21:59:59Z");

        assertThat(Stream.iterate(HOURLY.slotAfter(shortDay), HOURLY::slotAfter)
                        .takeWhile(slot -> slot.isBefore(at("2026-03-29T22:00:00Z"))))
                .hasSize(23);
        assertThat(Stream.iterate(HOURLY.slotAfter(longDay), HOURLY::slotAfter)
                        .takeWhile(slot -> slot.isBefore(at("2026-10-25T23:00:00Z"))))
                .hasSize(25);
    }

    @Test
    void hourlySlotsAreAnHourApartOverAChangeOfClocks() {
        List<Instant> slots = slots(HOURLY, "2026-10-24T20:30:00Z", 30);

        for (int i = 1; i < slots.size(); i++)
            assertThat(Duration.between(slots.get(i - 1), slots.get(i))).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void theSlotBeforeTheNextSlotIsTheSlotAtOrBefore() {
        Schedule schedule = DAILY.withEvery(Duration.ofHours(5));
        for (Instant slot : slots(schedule, "2026-10-23T00:00:00Z", 40)) {
            assertThat(schedule.slotAtOrBefore(slot.plusSeconds(60))).isEqualTo(slot);
            assertThat(schedule.slotAfter(slot.minusSeconds(60))).isEqualTo(slot);
        }
    }

    @Test
    void everySecondDayIsCountedFromTheSameDayWhereverOneLooks() {
        Schedule schedule = DAILY.withEvery(Duration.ofDays(2));
        Instant first = schedule.slotAfter(at("2026-01-10T12:00:00Z"));

        assertThat(schedule.slotAfter(first)).isEqualTo(first.plus(Duration.ofDays(2)));
        assertThat(schedule.slotAtOrBefore(first.plus(Duration.ofHours(47)))).isEqualTo(first);
    }

    @Test
    void aWindowMayCrossMidnight() {
        Schedule schedule = HOURLY.withZone(ZoneOffset.UTC).withWindow(LocalTime.of(22, 0), LocalTime.of(5, 0));

        assertThat(schedule.isOpen(at("2026-01-10T22:00:00Z"))).isTrue();
        assertThat(schedule.isOpen(at("2026-01-10T04:59:59Z"))).isTrue();
        assertThat(schedule.isOpen(at("2026-01-10T05:00:00Z"))).isFalse();
        assertThat(schedule.isOpen(at("2026-01-10T12:00:00Z"))).isFalse();
        assertThat(slots(schedule, "2026-01-10T04:30:00Z", 1)).containsExactly(at("2026-01-10T22:00:00Z"));
        assertThat(schedule.slotAtOrBefore(at("2026-01-10T12:00:00Z"))).isEqualTo(at("2026-01-10T04:00:00Z"));
    }

    @Test
    void aWindowThatTheSkippedHourTakesAwayIsMadeUpForInTheSameNight() {
        Schedule night = DAILY.withWindow(LocalTime.of(2, 0), LocalTime.of(3, 0));

        for (LocalTime at : List.of(LocalTime.of(2, 0), LocalTime.of(2, 30)))
            assertThat(slots(night.withAt(at), "2026-03-28T12:00:00Z", 2))
                    .extracting(slot -> slot.atZone(BERLIN).toLocalDate())
                    .containsExactly(LocalDate.of(2026, 3, 29), LocalDate.of(2026, 3, 30));
        assertThat(night.isOpen(at("2026-03-29T01:59:59Z"))).isTrue();
        assertThat(night.isOpen(at("2026-03-29T02:00:00Z"))).isFalse();
        assertThat(night.slotAtOrBefore(at("2026-03-29T12:00:00Z"))).isEqualTo(at("2026-03-29T01:00:00Z"));
    }

    @Test
    void aScheduleThatCanNeverFireIsRefused() {
        Schedule noon = DAILY.withAt(LocalTime.NOON).withWindow(LocalTime.of(1, 0), LocalTime.of(5, 0));

        assertThatThrownBy(noon::checked)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no slot lies between");
        assertThatThrownBy(() -> DAILY.withWindow(LocalTime.NOON, LocalTime.NOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing would ever be sent");
        assertThatThrownBy(() -> DAILY.withEvery(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DAILY.withEvery(Duration.ofHours(36)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("whole number of days");
    }

    @Test
    void aScheduleWithOneSlotInTheWindowIsAccepted() {
        assertThat(DAILY.withEvery(Duration.ofHours(6))
                        .withWindow(LocalTime.of(13, 0), LocalTime.of(15, 0))
                        .checked()
                        .slotAfter(at("2026-01-10T00:00:00Z")))
                .isEqualTo(at("2026-01-10T13:00:00Z"));
    }
}
