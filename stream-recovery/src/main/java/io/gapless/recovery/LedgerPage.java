package io.gapless.recovery;

import java.util.List;

/**
 * The newest gaps of the ledger, as many as were asked for. Immutable.
 *
 * @param gaps the gaps, newest first
 * @param hasMore whether the ledger holds older ones that were left out
 */
public record LedgerPage(List<Gap> gaps, boolean hasMore) {
    /**
     * Copies the gaps.
     *
     * @param gaps the gaps
     * @param hasMore whether there are more
     */
    public LedgerPage {
        gaps = List.copyOf(gaps);
    }
}
