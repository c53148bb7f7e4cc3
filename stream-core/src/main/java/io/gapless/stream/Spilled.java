package io.gapless.stream;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Posts as records in an {@link Overflow}, first in, first out. Owner: the inbox, under its lock.
 *
 * <pre>
 *  a record:  id (8) │ received, epoch milliseconds (8) │ source, an index (4) │ line
 * </pre>
 */
final class Spilled {
    private static final int HEAD_BYTES = 20;

    private final Overflow overflow;
    /** Of the records that are there; an index stays good until the overflow is empty. */
    private final List<Source> sources = new ArrayList<>();

    private int count;
    private long oldestMillis = Inbox.NONE_MILLIS;

    Spilled(Overflow overflow) {
        this.overflow = overflow;
    }

    boolean add(Post post) {
        ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + post.length());
        record.putLong(post.id())
                .putLong(post.receivedAt().toEpochMilli())
                .putInt(index(post.source()))
                .put(post.line());
        if (!overflow.add(record.array())) return false;
        count++;
        oldestMillis = Math.min(oldestMillis, Inbox.createdMillis(post));
        return true;
    }

    private int index(Source source) {
        int index = sources.lastIndexOf(source);
        if (index >= 0) return index;
        sources.add(source);
        return sources.size() - 1;
    }

    @Nullable
    Post poll() {
        byte[] bytes = count == 0 ? null : overflow.poll();
        if (bytes == null) return null;
        ByteBuffer record = ByteBuffer.wrap(bytes);
        long id = record.getLong();
        Instant receivedAt = Instant.ofEpochMilli(record.getLong());
        Source source = sources.get(record.getInt());
        byte[] line = new byte[record.remaining()];
        record.get(line);
        if (--count == 0) {
            sources.clear();
            oldestMillis = Inbox.NONE_MILLIS;
        }
        return new Post(id, line, source, receivedAt);
    }

    /** Whether it is worth a try. */
    boolean mayHaveRoom() {
        return overflow != Overflow.NONE;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int size() {
        return count;
    }

    /** When the oldest post was created since it was empty; {@link Inbox#NONE_MILLIS} if none tells. */
    long oldestMillis() {
        return oldestMillis;
    }
}
