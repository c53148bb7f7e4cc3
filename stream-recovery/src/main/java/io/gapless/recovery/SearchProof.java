package io.gapless.recovery;

import io.gapless.recovery.SearchOrder.Says;
import io.gapless.stream.Recovery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was received of a span with what X counts, one span at a time: where they are equal, nothing is missing,
 * and nothing needs to be bought. Only acknowledged posts count, as they were before X was asked, so that a post which
 * arrives meanwhile cannot stand for one that is missing. Owner: the stream's thread; the answers come by its mailbox.
 */
final class SearchProof {
    /** A count must save ten times what it costs: both cost $0.005, a count and a post. */
    private static final int SAVED_MIN = 10;
    /** X's limit may hold for a quarter of an hour; so long no gap waits for a count. */
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    private final Recovery.Host host;
    private final XClock x;
    private final KnownIds ids;
    private @Nullable Asking asking;
    private volatile boolean calledOff;

    /** A span that is being counted. */
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

    /** What counts have said. */
    record Ended(long gapId, Span span, Says says, long received) {
        SearchOrder.Counted counted() {
            return new SearchOrder.Counted(span, says);
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
     * Begins.
     *
     * @param gapId the gap
     * @param span what to count, in whole seconds, old enough for X to have indexed all of it
     * @param rules what to count
     * @param mayBuy whether posts may be bought instead
     */
    void begin(long gapId, Span span, SearchPacker.Packed rules, boolean mayBuy) {
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

    /** What a stream brings and search does not would hide what is missing. */
    private static boolean isCountable(SearchPacker.Packed rules) {
        return rules.notSearched().isEmpty()
                && rules.limits().isEmpty()
                && !rules.packs().isEmpty();
    }

    private void count(Asking begun, List<SearchPack> packs) {
        SearchCalls counts = new SearchCalls(
                host.api(), host.time(), x, SearchEndpoint.RECENT_COUNTS, Map.of(), SearchCalls.Waits.UNHEARD);
        SearchCount.of(counts, begun.span, packs, begun::isStopped)
                .whenComplete((counted, failed) ->
                        host.execute(() -> begun.says = failed == null ? says(counted, begun.received) : Says.UNKNOWN));
    }

    private static Says says(SearchCount.Counted counted, long received) {
        if (counted.end() != SearchEnd.WHOLE) return Says.UNKNOWN;
        return counted.posts() == received ? Says.COMPLETE : Says.INCOMPLETE;
    }

    /** The count under way, if it has ended or taken too long; it is told once. */
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
