package io.gapless.recovery;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.search.Calls;
import io.gapless.recovery.search.Count;
import io.gapless.recovery.search.End;
import io.gapless.recovery.search.Order;
import io.gapless.recovery.search.Order.Says;
import io.gapless.recovery.search.Pack;
import io.gapless.recovery.search.Packer;
import io.gapless.recovery.search.SearchEndpoint;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the number of received posts of a span with X's count, one span at a time. If both numbers are equal, no
 * post is missing, and none needs to be bought. Only posts acknowledged before X is asked count. So a post that arrives
 * later cannot stand for a missing one. Owner: the stream's thread, where X's answers arrive as tasks.
 */
final class SearchProof {
    /**
     * How many times its own price a count must be able to save. Otherwise the posts are bought without a count. A
     * count costs as much as a post, $0.005.
     */
    private static final int SAVED_MIN = 10;
    /** How long a gap waits for a count. X's rate limit may hold for 15 minutes, which is too long. */
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    private final Recovery.Host host;
    private final XClock x;
    private final KnownIds ids;
    private @Nullable Asking asking;
    private volatile boolean calledOff;

    /** A span that is being counted. X's answers set its result. */
    private final class Asking {
        private final long gapId;
        private final Span span;
        private final long untilNanos = host.time().nanoTime() + PATIENCE_NANOS;
        private volatile boolean dropped;
        private long received;
        private @Nullable Says says;

        Asking(long gapId, Span span) {
            this.gapId = gapId;
            this.span = span;
        }

        boolean isStopped() {
            return calledOff || dropped;
        }
    }

    /** The result of a count. */
    record Ended(long gapId, Span span, Says says, long received) {
        Order.Counted counted() {
            return new Order.Counted(span, says);
        }
    }

    SearchProof(Recovery.Host host, XClock x, KnownIds ids) {
        this.host = host;
        this.x = x;
        this.ids = ids;
    }

    boolean isBusy() {
        return asking != null;
    }

    /**
     * Starts to count a span.
     *
     * @param gapId the gap
     * @param span the span to count, in whole seconds, old enough for X to have indexed all of it
     * @param rules the rules whose posts to count
     * @param mayBuy whether posts may be bought; if so, a span with few received posts is not counted
     */
    void begin(long gapId, Span span, Packer.Packed rules, boolean mayBuy) {
        Asking begun = new Asking(gapId, span);
        asking = begun;
        ids.ask(span, known -> {
            begun.received = known.createdWithin(span);
            long few = (long) SAVED_MIN * Math.max(1, rules.packs().size());
            if (mayBuy && begun.received < few) begun.says = Says.FEW;
            else if (!isCountable(rules)) begun.says = Says.UNKNOWN;
            else count(begun, rules.packs());
        });
    }

    /**
     * Returns whether counts can prove that no post is missing. They cannot if search does not find everything that the
     * stream delivers.
     */
    private static boolean isCountable(Packer.Packed rules) {
        return rules.notSearched().isEmpty()
                && rules.limits().isEmpty()
                && !rules.packs().isEmpty();
    }

    private void count(Asking begun, List<Pack> packs) {
        Calls counts =
                new Calls(host.api(), host.time(), x, SearchEndpoint.RECENT_COUNTS, Map.of(), Calls.Waits.UNHEARD);
        Count.of(counts, begun.span, packs, begun::isStopped)
                .whenComplete((counted, failed) ->
                        host.execute(() -> begun.says = failed == null ? says(counted, begun.received) : Says.UNKNOWN));
    }

    private static Says says(Count.Counted counted, long received) {
        if (counted.end() != End.WHOLE) return Says.UNKNOWN;
        return counted.posts() == received ? Says.COMPLETE : Says.INCOMPLETE;
    }

    /** Returns the result of the count, once, when the count has ended or taken too long; null otherwise. */
    @Nullable
    Ended ended() {
        Asking begun = asking;
        if (begun == null) return null;
        boolean late = host.time().nanoTime() - begun.untilNanos >= 0;
        if (begun.says == null && !late) return null;
        begun.dropped = true;
        asking = null;
        return new Ended(begun.gapId, begun.span, begun.says == null ? Says.UNKNOWN : begun.says, begun.received);
    }

    void end() {
        calledOff = true;
    }
}
