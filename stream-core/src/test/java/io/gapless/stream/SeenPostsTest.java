package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.Pin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenPostsTest {
    private static final long NOW = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long PLENTY = 64 * 1024 * 1024;

    private final SeenPosts seen = new SeenPosts(PLENTY, () -> Long.MAX_VALUE);

    @ParameterizedTest
    @ValueSource(longs = {0, -HOUR, -HOUR - 1, -HOUR + 1, HOUR, HOUR + 1, -50 * HOUR, 50 * HOUR})
    void anIdOfAnyAgeIsKnownForAnHour(long ageMillis) {
        long id = idAt(NOW + ageMillis);

        assertThat(seen.firstTime(id, NOW)).isTrue();
        for (long passed = 0; passed <= HOUR; passed += 30_000) {
            assertThat(seen.firstTime(id, NOW + passed))
                    .as("after %d ms", passed)
                    .isFalse();
        }
    }

    @Test
    void anIdIsKnownForAsLongAsAnOlderPostOrItsOwnSecondCopyWaits() {
        long id = idAt(NOW);
        SeenPosts waiting = new SeenPosts(PLENTY, () -> NOW);
        waiting.firstTime(id, NOW);
        waiting.firstTime(idAt(NOW + 5 * HOUR), NOW + 5 * HOUR);

        assertThat(waiting.firstTime(id, NOW + 5 * HOUR)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1234567890L, -1, Long.MIN_VALUE})
    void anIdThatTellsNoTimeIsKnownForAnHour(long id) {
        assertThat(seen.firstTime(id, NOW)).isTrue();
        for (long passed = 0; passed < HOUR; passed += MINUTE) {
            assertThat(seen.firstTime(id, NOW + passed))
                    .as("after %d ms", passed)
                    .isFalse();
        }
    }

    @Test
    void anIdFromAheadOfOurClockIsStillKnownOnceTheClockComesNear() {
        long id = idAt(NOW + 90 * MINUTE);

        assertThat(seen.firstTime(id, NOW)).isTrue();
        assertThat(seen.firstTime(id, NOW + 40 * MINUTE)).isFalse();
    }

    @Test
    void theMemoryOfASteadyStreamDoesNotGrowAfterItsWindow() {
        long afterThreeHours = 0;
        for (long now = NOW; now < NOW + 12 * HOUR; now += 100) {
            seen.firstTime(idAt(now), now);
            if (now < NOW + 3 * HOUR) afterThreeHours = Math.max(afterThreeHours, seen.bytes());
        }

        assertThat(seen.bytes()).isLessThanOrEqualTo(afterThreeHours);
    }

    @Test
    void theMemoryOfIdsThatAreHeardWithoutAnyPostDoesNotGrowAfterItsWindow() {
        long afterThreeHours = 0;
        for (long now = NOW; now < NOW + 12 * HOUR; now += 100) {
            seen.remember(new long[] {idAt(now)}, () -> {});
            seen.hear(now);
            if (now < NOW + 3 * HOUR) afterThreeHours = Math.max(afterThreeHours, seen.bytes());
        }

        assertThat(seen.bytes()).isLessThanOrEqualTo(afterThreeHours);
    }

    @Test
    void theMemoryOfIdsThatTellNoTimeDoesNotGrowAfterItsWindow() {
        long afterThreeHours = 0;
        long id = 1;
        for (long now = NOW; now < NOW + 12 * HOUR; now += 100) {
            seen.firstTime(id++, now);
            if (now < NOW + 3 * HOUR) afterThreeHours = Math.max(afterThreeHours, seen.bytes());
        }

        assertThat(seen.bytes()).isLessThanOrEqualTo(afterThreeHours);
    }

    @Test
    void aClockThatIsSetBackDoesNotStopTheForgetting() {
        long now = NOW;
        for (; now < NOW + HOUR; now += 20) seen.firstTime(idAt(now), now);
        long held = seen.bytes();
        long id = 1;
        long back = now - 1_000 * HOUR;
        for (now = back; now < back + 5 * HOUR; now += 100) seen.firstTime(idAt(now), now);

        assertThat(seen.bytes()).isLessThanOrEqualTo(held + held / 2);
        assertThat(seen.firstTime(id, now)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theBoundHoldsAndTheNewestIdsAreStillKnown(boolean timeless) {
        long maxBytes = 1024 * 1024;
        SeenPosts small = new SeenPosts(maxBytes, () -> Long.MAX_VALUE);
        long aMinute = 13 * 60 * 1_000L * 2;
        Random random = new Random(3);
        for (long now = NOW; now < NOW + HOUR; now++) {
            long id = timeless ? now - NOW + 1 : idAt(now);
            assertThat(small.firstTime(id, now)).isTrue();
            if (random.nextInt(1_000) == 0) {
                assertThat(small.firstTime(id, now)).isFalse();
                assertThat(small.bytes()).isLessThan(maxBytes + aMinute);
            }
        }
    }

    @Test
    void pinnedIdsThatTakeUpHalfOfTheBoundLeaveNoRoomUntilTheyAreNotPinnedAnyMore() {
        SeenPosts small = new SeenPosts(64 * 1024, () -> Long.MAX_VALUE);
        Instant longAgo = Instant.ofEpochMilli(NOW - 50 * HOUR);
        small.pin(List.of(new Pin(longAgo, longAgo.plusSeconds(600))));
        assertThat(small.hasRoom()).isTrue();
        for (int i = 0; i < 10_000; i++) small.firstTime(idAt(NOW - 50 * HOUR) + i, NOW);
        small.firstTime(idAt(NOW), NOW + MINUTE);
        assertThat(small.hasRoom()).isFalse();
        assertThat(small.firstTime(idAt(NOW - 50 * HOUR) + 7, NOW + MINUTE)).isFalse();
        small.pin(List.of());
        small.firstTime(idAt(NOW), NOW + 2 * MINUTE);
        assertThat(small.hasRoom()).isTrue();
    }

    @Test
    void anIdThatIsToldByAnotherThreadIsKnown() {
        seen.firstTime(idAt(NOW), NOW);
        int[] taken = {0};
        seen.remember(new long[] {idAt(NOW) + 1, idAt(NOW) + 2}, () -> taken[0]++);
        assertThat(taken[0]).as("not before it is known").isZero();
        assertThat(seen.firstTime(idAt(NOW) + 1, NOW)).isFalse();
        assertThat(taken[0]).isOne();
        assertThat(seen.firstTime(idAt(NOW) + 2, NOW)).isFalse();
    }

    @Test
    void anIdFromFarThatIsToldAgainWhileItsTimeIsPinnedIsKept() {
        long id = idAt(NOW + 3 * HOUR);
        seen.firstTime(id, NOW);
        seen.pin(List.of(around(NOW + 3 * HOUR)));
        seen.remember(new long[] {id}, () -> {});
        passHours(5);
        assertThat(seen.firstTime(id, NOW + 5 * HOUR)).isFalse();
    }

    @Test
    void anIdFromFarIsKeptOnceItsTimeIsPinned() {
        long id = idAt(NOW + 3 * HOUR);
        seen.firstTime(id, NOW);
        seen.pin(List.of(around(NOW + 3 * HOUR)));
        passHours(50);
        assertThat(seen.firstTime(id, NOW + 50 * HOUR)).isFalse();
    }

    private void passHours(int hours) {
        for (int hour = 1; hour <= hours; hour++) seen.firstTime(hour, NOW + hour * HOUR);
    }

    private static Pin around(long millis) {
        Instant moment = Instant.ofEpochMilli(millis);
        return new Pin(moment.minusSeconds(60), moment.plusSeconds(60));
    }

    private static long idAt(long millis) {
        return Snowflake.firstId(Instant.ofEpochMilli(millis)) + 4711;
    }

    @Test
    void theIdsOfOneInstantAreToldApart() {
        long first = idAt(NOW);
        for (int i = 0; i < 1_000; i++)
            assertThat(seen.firstTime(first + i, NOW)).isTrue();
        for (int i = 0; i < 1_000; i++)
            assertThat(seen.firstTime(first + i, NOW)).isFalse();
        assertThat(Duration.ofMillis(Snowflake.millis(first + 999) - Snowflake.millis(first)))
                .isZero();
    }
}
