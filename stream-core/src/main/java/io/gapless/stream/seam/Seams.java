package io.gapless.stream.seam;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Holds what connects a stream or a sender to the outside world: the network, the clocks and the random numbers.
 * Programs use the defaults; tests and simulations replace them. Immutable.
 */
public final class Seams {
    private static final Seams SYSTEM = new Seams(null, SystemTime.INSTANCE, null);

    private final @Nullable Transport transport;
    private final Time time;
    private final @Nullable RandomGenerator chance;

    private Seams(@Nullable Transport transport, Time time, @Nullable RandomGenerator chance) {
        this.transport = transport;
        this.time = time;
        this.chance = chance;
    }

    /**
     * Returns the real network, the system's clocks and real random numbers.
     *
     * @return the default of every program
     */
    public static Seams system() {
        return SYSTEM;
    }

    /**
     * Returns a copy with another network. Whoever created the transport closes it.
     *
     * @param other the transport
     * @return the copy
     * @throws IllegalArgumentException if {@code other} is null
     */
    public Seams transport(Transport other) {
        return new Seams(required("transport", other, "a transport"), time, chance);
    }

    /**
     * Returns a copy with other clocks.
     *
     * @param other the clocks, such as a {@link VirtualTime}
     * @return the copy
     * @throws IllegalArgumentException if {@code other} is null
     */
    public Seams time(Time other) {
        return new Seams(transport, required("time", other, "clocks"), chance);
    }

    /**
     * Returns a copy with another source of jitter.
     *
     * @param generator the source; used on one thread only
     * @return the copy
     * @throws IllegalArgumentException if {@code generator} is null
     */
    public Seams chance(RandomGenerator generator) {
        return new Seams(transport, time, required("chance", generator, "a generator"));
    }

    /**
     * Returns the network.
     *
     * @return the transport; empty for the real one
     */
    public Optional<Transport> transport() {
        return Optional.ofNullable(transport);
    }

    /**
     * Returns the clocks.
     *
     * @return the clocks
     */
    public Time time() {
        return time;
    }

    /**
     * Returns the source of jitter.
     *
     * @return the generator; empty if each stream creates its own
     */
    public Optional<RandomGenerator> chance() {
        return Optional.ofNullable(chance);
    }

    private static <T> T required(String name, @Nullable T value, String wanted) {
        if (value == null)
            throw new IllegalArgumentException(name + " is null. Pass " + wanted + ", or omit the call.");
        return value;
    }
}
