package io.gapless.stream;

import io.gapless.stream.seam.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Orders the batches that wait for a retry by the time at which each is due. Batches that are due at the same time
 * keep their order. Owner: the handler's thread.
 */
final class Waiting {
    private record Place(long dueNanos, long order, Batch batch) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            long apart = dueNanos - other.dueNanos;
            return Long.signum(apart != 0 ? apart : order - other.order);
        }
    }

    private final PriorityQueue<Place> places = new PriorityQueue<>();
    private long orders;

    void add(Batch batch, long dueNanos) {
        places.add(new Place(dueNanos, orders++, batch));
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /** Removes and returns the next batch, due or not; null if no batch waits. */
    @Nullable
    Batch poll() {
        Place next = places.poll();
        return next == null ? null : next.batch;
    }

    @Nullable
    Batch pollDue(long nowNanos) {
        return untilDue(nowNanos) <= 0 ? poll() : null;
    }

    /** Returns the nanoseconds until the next batch is due; {@link Work#UNTIL_WOKEN} if no batch waits. */
    long untilDue(long nowNanos) {
        Place next = places.peek();
        return next == null ? Work.UNTIL_WOKEN : next.dueNanos - nowNanos;
    }

    /** Makes all batches due now, in their order, and resets their counts of failures. */
    void startAgain(long nowNanos) {
        List<Place> all = new ArrayList<>(places);
        places.clear();
        for (Place place : all) {
            place.batch.forget();
            places.add(new Place(nowNanos, place.order, place.batch));
        }
    }

    Stream<Batch> stream() {
        return places.stream().map(Place::batch);
    }
}
