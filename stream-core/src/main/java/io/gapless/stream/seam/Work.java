package io.gapless.stream.seam;

/** Does its work in steps, which a {@link Worker} runs. Each step decides when the next one is due. */
@FunctionalInterface
public interface Work {
    /** Returned by {@link #step} if the next step waits for {@link Worker#wake}. */
    long UNTIL_WOKEN = Long.MAX_VALUE;

    /**
     * Does what is due.
     *
     * @param nowNanos the time of this step, by the {@link Time#nanoTime monotonic clock}
     * @return nanoseconds until the next step; 0 or less for at once, {@link #UNTIL_WOKEN} for after the next wake-up
     */
    long step(long nowNanos);
}
