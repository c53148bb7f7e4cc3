package io.gapless.stream;

import io.gapless.stream.seam.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Posts that wait, each for a moment of its own; those with the same moment in order. Owner: the handler's thread. */
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

    /** The next one, due or not; null if there is none. */
    @Nullable
    Batch poll() {
        Place next = places.poll();
        return next == null ? null : next.batch;
    }

    @Nullable
    Batch pollDue(long nowNanos) {
        return untilDue(nowNanos) <= 0 ? poll() : null;
    }

    /** Nanoseconds until the next one is due. */
    long untilDue(long nowNanos) {
        Place next = places.peek();
        return next == null ? Work.UNTIL_WOKEN : next.dueNanos - nowNanos;
    }

    /** All become due, and are as if they had never failed. */
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
