package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IdBucketsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final long FIRST = Snowflake.firstId(NOON);
    private static final long MINUTE = 60_000L << 22;

    private final IdBuckets ids = new IdBuckets();

    @Test
    void whatIsAddedInAnyOrderIsThereOnceAndInOrder() {
        Random random = new Random(7);
        TreeSet<Long> added = new TreeSet<>();
        for (int batch = 0; batch < 50; batch++) {
            long[] some = random.longs(40, FIRST, FIRST + 2 * MINUTE).toArray();
            for (long id : some) added.add(id);
            ids.add(some);
            ids.add(some);
        }

        assertThat(all()).containsExactlyElementsOf(added);
        assertThat(ids.holdAll(added.stream().mapToLong(Long::longValue).toArray()))
                .isTrue();
        assertThat(ids.holdAll(FIRST - 1)).isFalse();
    }

    @Test
    void aRepeatChangesNoBucket() {
        assertThat(ids.add(FIRST, FIRST + 1)).containsExactly(IdBuckets.bucket(FIRST));
        assertThat(ids.add(FIRST + 1)).isEmpty();
    }

    @Test
    void aBucketIsRestoredFromItsText() {
        ids.add(FIRST, FIRST + 5, FIRST + 4_000_000);
        IdBuckets restored = new IdBuckets();
        long bucket = IdBuckets.bucket(FIRST);
        restored.restore(bucket, ids.text(bucket));

        assertThat(restored.text(bucket)).isEqualTo(ids.text(bucket));
        assertThat(restored.holdAll(FIRST, FIRST + 5, FIRST + 4_000_000)).isTrue();
        assertThat(restored.chars()).isEqualTo(ids.chars());
    }

    @Test
    void aTextThatIsCutOffIsRefused() {
        assertThatThrownBy(() -> ids.restore(7, "gA")).hasMessageContaining("the middle of one");
        assertThatThrownBy(() -> ids.restore(7, "?")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ids.restore(7, "////////////////")).hasMessageContaining("too many bits");
    }

    @Test
    void theOldestBucketsGoFirstWhenThereIsNoRoom() {
        for (int i = 0; i < 10; i++) ids.add(FIRST + i * MINUTE);
        long before = ids.chars();

        assertThat(ids.keepNewest(before / 2)).contains(IdBuckets.bucket(FIRST));
        assertThat(ids.chars()).isLessThanOrEqualTo(before / 2);
        assertThat(ids.holdAll(FIRST + 9 * MINUTE)).isTrue();
    }

    /** Measured at 500 posts a second; the bound is 10 MB for an hour, with keys. */
    @Test
    void anIdTakesLessThanSixCharacters() {
        Random random = new Random(3);
        long[] minute = new long[30_000];
        for (int i = 0; i < minute.length; i++) minute[i] = FIRST + (2L * i << 22) + random.nextInt(1 << 22);
        ids.add(minute);

        assertThat(ids.chars() * 60).isLessThan(9_900_000);
    }

    /** Each transaction writes a bucket whole: at 500 posts a second, 40 times a second. */
    @Test
    void aTransactionRepeatsNoMoreThanASecondOfIds() {
        Set<Long> buckets = new TreeSet<>();
        for (int i = 0; i < 30_000; i++) buckets.addAll(ids.add(FIRST + (2L * i << 22)));

        assertThat(buckets).allSatisfy(bucket -> assertThat(ids.text(bucket)).hasSizeLessThan(3_000));
    }

    private List<Long> all() {
        List<Long> found = new ArrayList<>();
        ids.forEach(0, Long.MAX_VALUE, found::add);
        return found;
    }
}
