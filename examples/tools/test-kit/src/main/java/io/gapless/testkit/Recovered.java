package io.gapless.testkit;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says what became of the gaps of a stream, as an assertion of a test.
 *
 * <pre>{@code
 * Recovered.assertGaps(stream, 1, Duration.ofMinutes(30));
 * }</pre>
 */
public final class Recovered {
    private static final Set<Gap.Verdict> GOOD =
            EnumSet.of(Gap.Verdict.COMPLETE, Gap.Verdict.COMPLETE_UNPROVEN, Gap.Verdict.COVERED);

    private Recovered() {}

    /**
     * Waits until each gap of a stream has a verdict, and requires that the ledger has so many gaps and that each was
     * recovered: its verdict is {@code COMPLETE}, {@code COMPLETE_UNPROVEN} or {@code COVERED}. With {@code
     * COMPLETE_UNPROVEN}, everything was requested and X cannot prove that it returned all of it, so compare the posts that
     * your handler got, too.
     *
     * @param stream the stream
     * @param gaps how many gaps the ledger has, from all runs with the same state
     * @param atMost how long to wait, by the stream's clock
     * @throws AssertionError if it is otherwise; its message lists the gaps
     * @throws InterruptedException if the thread is interrupted
     */
    public static void assertGaps(GaplessStream stream, int gaps, Duration atMost) throws InterruptedException {
        boolean settled = stream.awaitGaps(atMost);
        List<Gap> ledger = stream.ledger(Instant.EPOCH);
        if (!settled)
            throw new AssertionError("After " + atMost + ", a gap is still open, or no connection is up: "
                    + stream.health() + lines(ledger));
        if (ledger.size() != gaps)
            throw new AssertionError("The ledger has " + ledger.size() + " gaps, not " + gaps + "." + lines(ledger));
        if (!ledger.stream().allMatch(gap -> GOOD.contains(gap.verdict())))
            throw new AssertionError("Not every gap was recovered." + lines(ledger));
    }

    /**
     * Lists the gaps of a stream for people, newest first.
     *
     * @param stream the stream
     * @return one line for each gap
     */
    public static String describe(GaplessStream stream) {
        return lines(stream.ledger(Instant.EPOCH)).strip();
    }

    private static String lines(List<Gap> ledger) {
        return ledger.stream().map(gap -> "\n  " + gap).collect(Collectors.joining());
    }
}
