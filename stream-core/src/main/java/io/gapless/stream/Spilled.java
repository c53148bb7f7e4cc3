package io.gapless.stream;

import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores spilled posts as records in an {@link Overflow}, first in, first out. Owner: the inbox, under its lock.
 *
 * <pre>
 *  a record:  id (8) │ received, epoch milliseconds (8) │ source, an index (4) │ line
 * </pre>
 */
final class Spilled {
    private static final int HEAD_BYTES = 20;

    /** Describes posts that are lost, because their records could not be read. */
    record Loss(int posts, Instant oldest, IOException cause) {}

    /** Counts the stored records of one source. */
    private static final class Origins {
        final Source source;
        int count;

        Origins(Source source) {
            this.source = source;
        }
    }

    private final Overflow overflow;
    /**
     * The sources of the stored records. A record contains the index of its source in this list. Indexes stay valid
     * until the overflow is empty.
     */
    private final List<Origins> sources = new ArrayList<>();

    private int count;
    private Oldest oldest = Oldest.NONE;
    private @Nullable Loss loss;
    /** Whether the overflow refused the last record, and no record has been removed since. */
    private boolean refused;

    Spilled(Overflow overflow) {
        this.overflow = overflow;
    }

    boolean add(ReceivedPost post) {
        ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + post.length());
        record.putLong(post.id())
                .putLong(post.receivedAt().toEpochMilli())
                .putInt(index(post.source()))
                .put(post.line());
        refused = !overflow.add(record.array());
        if (refused) return false;
        count++;
        sources.get(index(post.source())).count++;
        long received = post.receivedAt().toEpochMilli();
        oldest = oldest.and(
                new Oldest(Math.min(post.createdMillis(), received), Math.min(post.neededSinceMillis(), received)));
        return true;
    }

    private int index(Source source) {
        for (int i = sources.size() - 1; i >= 0; i--) if (sources.get(i).source == source) return i;
        sources.add(new Origins(source));
        return sources.size() - 1;
    }

    /**
     * Removes and returns the oldest post. If the record of that post cannot be read, the records after it cannot be
     * read either, and all these posts are lost.
     *
     * @return the post; null if there is no post, or if the posts are lost
     */
    @Nullable
    ReceivedPost poll() {
        refused = false;
        if (count == 0) return null;
        try {
            byte[] bytes = overflow.poll();
            if (bytes == null) throw new IOException("the spill file has fewer posts than were written to it");
            return post(bytes);
        } catch (IOException e) {
            lose(e);
            return null;
        }
    }

    private ReceivedPost post(byte[] bytes) {
        ByteBuffer record = ByteBuffer.wrap(bytes);
        long id = record.getLong();
        Instant receivedAt = Instant.ofEpochMilli(record.getLong());
        Origins from = sources.get(record.getInt());
        byte[] line = new byte[record.remaining()];
        record.get(line);
        from.count--;
        if (--count == 0) forget();
        return new ReceivedPost(id, line, from.source, receivedAt);
    }

    private void forget() {
        count = 0;
        sources.clear();
        oldest = Oldest.NONE;
    }

    private void lose(IOException cause) {
        Loss before = loss;
        Instant first = Instant.ofEpochMilli(oldest.createdMillis());
        loss = before == null
                ? new Loss(count, first, cause)
                : new Loss(before.posts + count, before.oldest.isBefore(first) ? before.oldest : first, cause);
        for (Origins from : sources) from.source.addLost(from.count);
        overflow.clear();
        forget();
    }

    /** Returns the posts that were lost since the last call; empty if no post was lost. */
    Optional<Loss> takeLoss() {
        Optional<Loss> taken = Optional.ofNullable(loss);
        loss = null;
        return taken;
    }

    /** Returns whether the overflow may have room for another post. */
    boolean mayHaveRoom() {
        return overflow != Overflow.NONE && !refused;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Returns the number of posts. Lost posts count until {@link #takeLoss} has reported them. */
    int size() {
        return loss == null ? count : count + loss.posts;
    }

    /**
     * Returns the earliest time at which a stored post was created or received. Posts that were removed count, too, until
     * all are removed. Lost posts count until they have been reported.
     */
    Oldest oldest() {
        if (loss == null) return oldest;
        long lost = loss.oldest.toEpochMilli();
        return oldest.and(new Oldest(lost, lost));
    }
}
