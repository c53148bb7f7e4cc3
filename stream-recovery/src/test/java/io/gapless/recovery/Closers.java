package io.gapless.recovery;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.DeadLetters;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who closes the stream of one life of the process, and from where. Each comes back within its bound, and the end comes
 * soon after the drain of the first, whoever closes it once more.
 *
 * <p>In virtual time whoever waits lies on the stack of what happens meanwhile. So a closer before whom another one has
 * waited may be late by that one's wait.
 */
final class Closers {
    /** Where a close is called. */
    enum Place {
        OUTSIDE,
        HANDLER,
        LISTENER,
        HOOK
    }

    /** A close that waits for its occasion. */
    private record Wish(Fault fault, Duration drain, boolean before) {}

    private static final Duration BEYOND_DRAIN = Duration.ofMillis(500);
    /** From the end of the drain to the end of the stream, with a second closer in between. */
    private static final Duration OVER_SOON = Duration.ofSeconds(2);

    private final VirtualTime time;
    private final Machine machine;
    private final Strikes strikes;
    private final RunLog log;
    private final Consumer<Duration> closer;
    private final Map<Place, Wish> wishes = new EnumMap<>(Place.class);
    private @Nullable Long drainUntilNanos;
    private long unhandled;
    private boolean missed;
    private boolean over;
    private int waiting;
    private boolean severalWaited;

    /**
     * Closers of a life that has not begun.
     *
     * @param closer closes the stream with a drain
     */
    Closers(VirtualTime time, Machine machine, Strikes strikes, RunLog log, Consumer<Duration> closer) {
        this.time = time;
        this.machine = machine;
        this.strikes = strikes;
        this.log = log;
        this.closer = closer;
    }

    /** Closes at the next occasion. */
    void closeFrom(Place place, Fault fault, Duration drain, boolean before) {
        Wish wish = new Wish(fault, drain, before);
        if (place == Place.OUTSIDE) fulfil(wish, true);
        else wishes.put(place, wish);
    }

    /** Nobody has an occasion any more. */
    void calm() {
        wishes.clear();
    }

    boolean isClosing() {
        return drainUntilNanos != null;
    }

    /** Whether the end was told. */
    boolean isOver() {
        return over;
    }

    /** Whether it has ended with nothing left to do. */
    boolean hasEndedCleanly() {
        return over && unhandled == 0 && !missed;
    }

    /** Whether the end has told that what was handled could not be committed. */
    boolean hasMissedCommit() {
        return missed;
    }

    // ---- occasions
    // ---------------------------------------------------------------------------------------------------

    BatchPostHandler around(BatchPostHandler handler) {
        return posts -> {
            Wish wish = wishes.remove(Place.HANDLER);
            if (wish != null && wish.before()) fulfil(wish, false);
            try {
                handler.onPosts(posts);
            } finally {
                if (wish != null && !wish.before()) fulfil(wish, false);
            }
        };
    }

    DeadLetters hook() {
        return (post, cause) -> occasion(Place.HOOK);
    }

    void onEvent(StreamEvent event) {
        if (event instanceof RecoveryEvent.LastCommitMissed) missed = true;
        if (event instanceof StreamEvent.Closed it) {
            over = true;
            unhandled = it.unhandled();
        } else {
            occasion(Place.LISTENER);
        }
    }

    private void occasion(Place place) {
        Wish wish = wishes.remove(place);
        if (wish != null) fulfil(wish, false);
    }

    private void fulfil(Wish wish, boolean waits) {
        if (machine.isDead()) return;
        strikes.count(wish.fault());
        log.say("*** " + wish.fault() + " with a drain of " + wish.drain());
        close(wish.drain(), waits);
    }

    // ---- what must hold
    // ----------------------------------------------------------------------------------------------

    /**
     * Closes the stream.
     *
     * @param waits whether the call waits for the end; the handler's, the hook's and the listener's do not
     */
    void close(Duration drain, boolean waits) {
        boolean first = !isClosing();
        if (first) begin(drain);
        long beganNanos = time.nanoTime();
        long latestNanos = waits ? latestNanos() : beganNanos;
        if (waits) severalWaited |= ++waiting > 1;
        closer.accept(drain);
        if (machine.isDead()) return;
        long lateNanos = time.nanoTime() - latestNanos;
        if (severalWaited) lateNanos -= OVER_SOON.toNanos();
        if (lateNanos > 0) late("a close is back " + Duration.ofNanos(lateNanos) + " after its time");
        if (waits && --waiting == 0 && !over) late("a close is back before the end");
    }

    private void begin(Duration drain) {
        drainUntilNanos = time.nanoTime() + drain.toNanos();
        time.after(drain.plus(OVER_SOON), () -> {
            if (!over && !machine.isDead()) late("the stream has not ended by itself");
        });
    }

    private long latestNanos() {
        return drainUntilNanos == null ? Long.MAX_VALUE : drainUntilNanos + BEYOND_DRAIN.toNanos();
    }

    private void late(String what) {
        log.fail(Failure.Kind.CLOSE_LATE, what);
    }

    /** Blocks the handler; where that begins during a drain, it is interrupted at its end. */
    void sleep(Duration length) {
        if (drainUntilNanos == null) {
            time.sleep(length);
            return;
        }
        Duration left = Duration.ofNanos(Math.max(0, drainUntilNanos - time.nanoTime()));
        if (left.compareTo(length) >= 0) {
            time.sleep(length);
        } else {
            time.sleep(left);
            throw new Handover.Broken("the handler is interrupted");
        }
    }
}
