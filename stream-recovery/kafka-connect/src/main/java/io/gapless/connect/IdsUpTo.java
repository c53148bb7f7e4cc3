package io.gapless.connect;

import io.gapless.stream.post.Snowflake;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Is the value of the offset of one bucket, as it is when Kafka has some posts of a batch: those up to one of them. Kafka
 * Connect may commit the first records of a batch without the others, and an offset must not count a post that Kafka does not
 * have. It writes only the last offset that it has for a key, so the text is made when it is read. Immutable.
 */
final class IdsUpTo extends AbstractMap<String, Object> {
    private final long begun;
    private final long bucket;
    private final long[] before;
    private final long[] batch;
    private final int count;

    /**
     * Makes the value.
     *
     * @param begun when the state began
     * @param bucket the bucket
     * @param before the ids in the bucket before the batch; must not change any more
     * @param batch the ids of the batch, in the order of its records; must not change any more
     * @param count how many ids of the batch this offset counts
     */
    IdsUpTo(long begun, long bucket, long[] before, long[] batch, int count) {
        this.begun = begun;
        this.bucket = bucket;
        this.before = before;
        this.batch = batch;
        this.count = count;
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        long[] added = LongStream.of(batch)
                .limit(count)
                .filter(id -> Snowflake.carriesTime(id) && IdBuckets.bucket(id) == bucket)
                .toArray();
        return OffsetText.ids(begun, bucket, IdBuckets.text(bucket, before, added))
                .entrySet();
    }
}
