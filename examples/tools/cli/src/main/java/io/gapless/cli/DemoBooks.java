package io.gapless.cli;

import io.gapless.emulator.ExpectedPost;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.stream.Health;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Counts the posts that an act's handler receives, and compares them with the emulator's list. Owner: the thread that
 * calls {@link Demo#run}. The handler's thread calls only {@link #onPost}.
 */
final class DemoBooks {
    /** Holds how often a post was handed over, and the origin of its first copy. */
    private record Handed(int times, Origin origin) {}

    private final Map<Long, Handed> handed = new ConcurrentHashMap<>();
    private long received;
    private long repeats;
    /** The number of posts that matched during a fault but lie outside the gaps of that fault. */
    private long strays;

    /** Counts a post. This is the handler of the act's streams. */
    void onPost(Post post) {
        handed.merge(
                post.id(), new Handed(1, post.origin()), (known, again) -> new Handed(known.times + 1, known.origin));
    }

    /** Adds the received posts and the duplicates that a closed stream has counted. */
    void onStreamClosed(Health health) {
        received += health.received();
        repeats += health.duplicates();
    }

    /** Returns whether each matching post was handed over, or lies in a span that the ledger lists as lost. */
    boolean isComplete(List<ExpectedPost> matched, List<Gap> ledger) {
        return tally(matched, ledger).silent() == 0;
    }

    /**
     * Counts the posts that matched during a fault, by what became of them. A post outside the fault's gaps becomes a
     * stray.
     */
    DemoRow.Tally credit(List<ExpectedPost> matched, List<Gap> gaps) {
        strays += matched.stream()
                .filter(post -> !isInGap(gaps, post.createdAt()))
                .count();
        return tally(matched, gaps);
    }

    private DemoRow.Tally tally(List<ExpectedPost> matched, List<Gap> gaps) {
        List<ExpectedPost> missing =
                matched.stream().filter(post -> !handed.containsKey(post.id())).toList();
        long lost = missing.stream()
                .filter(post -> reasonOfLoss(gaps, post.createdAt()).isPresent())
                .count();
        return new DemoRow.Tally(matched.size() - missing.size(), lost, missing.size() - lost);
    }

    private static boolean isInGap(List<Gap> gaps, Instant created) {
        return gaps.stream().anyMatch(gap -> gap.span().contains(created));
    }

    private static Optional<String> reasonOfLoss(List<Gap> gaps, Instant created) {
        return gaps.stream()
                .flatMap(gap -> gap.lost().stream())
                .filter(part -> part.span().contains(created))
                .map(LostSpan::reason)
                .findFirst();
    }

    /**
     * Returns the account of the act. The streams of the act must be closed.
     *
     * @param covered whether X sent each post on two connections, so that duplicates count as caused by the second one
     * @param stopped whether the act was stopped early, so that missing posts count as waiting, not as silently lost
     */
    DemoAccount close(List<ExpectedPost> matched, List<Gap> ledger, boolean covered, boolean stopped) {
        DemoRow.Tally tally = tally(matched, ledger);
        Set<String> reasons = matched.stream()
                .filter(post -> !handed.containsKey(post.id()))
                .flatMap(post -> reasonOfLoss(ledger, post.createdAt()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        long once = handed.values().stream().filter(copies -> copies.times == 1).count();
        long recoveredOutside = handed.entrySet().stream()
                .filter(entry -> entry.getValue().origin != Origin.LIVE)
                .filter(entry -> !isInGap(ledger, Snowflake.time(entry.getKey())))
                .count();
        return new DemoAccount(
                matched.size(),
                once,
                handed.size() - once,
                tally.lost(),
                reasons,
                stopped ? 0 : tally.silent(),
                stopped ? tally.silent() : 0,
                strays + recoveredOutside,
                received,
                covered ? 0 : repeats,
                covered ? repeats : 0,
                DemoAccount.Sent.NOTHING,
                stopped);
    }
}
