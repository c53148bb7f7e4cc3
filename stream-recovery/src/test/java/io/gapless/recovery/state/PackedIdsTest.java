package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.post.Snowflake;
import java.sql.SQLDataException;
import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PackedIdsTest {
    private static final long FIRST = Snowflake.firstId(Gaps.NOON);

    @Test
    void anyIdsAreToldAgainOnceInTheirOrder() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            int bits = 1 + random.nextInt(62);
            long[] ids = random.longs(random.nextInt(300), FIRST, Long.MAX_VALUE)
                    .map(id -> FIRST + (id >>> 63 - bits))
                    .toArray();
            LongStream.Builder told = LongStream.builder();
            for (PackedIds some : PackedIds.of(ids)) some.forEach(told);
            assertThat(told.build().toArray())
                    .containsExactly(LongStream.of(ids).sorted().distinct().toArray());
        }
    }

    @Test
    void idsOfTheFirehoseTakeAboutThreeBytesEach() {
        long step = Snowflake.firstId(Gaps.NOON.plusSeconds(1)) - FIRST;
        long[] ids =
                LongStream.range(0, 1_000).map(n -> FIRST + n * step / 6_000).toArray();
        assertThat(PackedIds.of(ids)).singleElement().satisfies(some -> assertThat(some.steps())
                .hasSizeLessThan(3_100));
    }

    @Test
    void aRowsIdsLieWithinFourMinutesAndAHalf() throws Exception {
        long[] ids = LongStream.range(0, 1_000)
                .map(n -> Snowflake.firstId(Gaps.NOON.plusSeconds(n)))
                .toArray();
        for (PackedIds some : PackedIds.of(ids)) {
            TreeSet<Long> told = new TreeSet<>();
            some.forEach(told::add);
            assertThat(PackedIds.start(told.first())).isEqualTo(PackedIds.start(told.last()));
            assertThat(Duration.between(Snowflake.time(told.first()), Snowflake.time(told.last())))
                    .isLessThan(Duration.ofSeconds(270));
        }
    }

    @Test
    void aRowThatEndsInTheMiddleOfAnIdIsDamaged() {
        PackedIds cut = new PackedIds(FIRST, new byte[] {1, (byte) 0x80});
        assertThatThrownBy(() -> cut.forEach(id -> {})).isInstanceOf(SQLDataException.class);
    }
}
