package io.gapless.recovery.slot;

import io.gapless.stream.seam.Time;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notes what becomes of the connection of a process that stands by, until the process takes the stream over. Runs on the
 * stream's thread.
 */
public final class WarmConnection {
    private final Time time;
    private @Nullable Up up;
    private int connects;

    /**
     * A connection that is up.
     *
     * @param connection its number
     * @param answer X's answer
     * @param completeSince since when everything that X sent has arrived, by this machine's clock
     */
    public record Up(int connection, Recovery.Accepted answer, Instant completeSince) {}

    /**
     * Notes nothing yet.
     *
     * @param time the clocks
     */
    public WarmConnection(Time time) {
        this.time = time;
    }

    /** Counts connects, or takes back one that never reached X. */
    public void charged(int count) {
        connects += count;
    }

    public void connected(int connection, Recovery.Accepted answer) {
        up = new Up(connection, answer, answer.arrivedAt());
    }

    public void ended() {
        up = null;
    }

    /** Forgets what the connection has proven so far, because something that it had received is missing. */
    public void incomplete() {
        Up known = up;
        if (known != null) up = new Up(known.connection, known.answer, time.instant());
    }

    /** Moves the times along with this machine's clock, which was set. */
    public void clockSet(Duration by) {
        Up known = up;
        if (known != null) up = new Up(known.connection, known.answer.movedBy(by), known.completeSince.plus(by));
    }

    /** Returns the connection if it is up. */
    public Optional<Up> up() {
        return Optional.ofNullable(up);
    }

    /** Returns how many connects were made. */
    public int connects() {
        return connects;
    }
}
