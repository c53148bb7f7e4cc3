package io.gapless.stream.seam;

/** A piece of work that is done in steps and says itself when it must go on. */
@FunctionalInterface
public interface Work {
    /** What {@link #step} returns when only {@link Worker#wake} shall call it again. */
    long UNTIL_WOKEN = Long.MAX_VALUE;

    /**
     * Does what is due.
     *
     * @param nowNanos the moment of this step on the {@link Time#nanoTime monotonic clock}
     * @return nanoseconds until the next step; 0 or less for at once, {@link #UNTIL_WOKEN} for not before a wake-up
     */
    long step(long nowNanos);
}
