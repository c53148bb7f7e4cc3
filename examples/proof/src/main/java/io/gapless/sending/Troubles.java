package io.gapless.sending;

import io.gapless.receiver.Deed;
import java.util.function.BiFunction;

/**
 * Decides what a receiver does with a request: in each cycle of requests, four fail, each in another way. Uses no
 * random numbers, so that the sequence of a proof's random numbers depends only on its seed.
 *
 * @param cycle how many requests a cycle has, at least 14
 */
record Troubles(int cycle) implements BiFunction<Integer, long[], Deed> {
    @Override
    public Deed apply(Integer request, long[] ids) {
        return switch (request % cycle) {
            case 3 -> Deed.OVERLOADED;
            case 7 -> Deed.ACCEPT_AND_HANG_UP;
            case 11 -> ids.length > 1 ? Deed.TOO_LARGE : Deed.ACCEPT;
            case 13 -> Deed.ACCEPT_AND_STAMMER;
            default -> Deed.ACCEPT;
        };
    }
}
