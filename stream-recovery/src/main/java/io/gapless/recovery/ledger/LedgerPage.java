package io.gapless.recovery.ledger;

import java.util.List;

/**
 * Holds the newest gaps of the ledger, up to a limit. Immutable.
 *
 * @param gaps the gaps, newest first
 * @param hasMore whether the ledger holds older gaps that were left out
 */
public record LedgerPage(List<Gap> gaps, boolean hasMore) {
    /**
     * Creates a page with a copy of the list.
     *
     * @param gaps the gaps, newest first
     * @param hasMore whether the ledger holds older gaps
     */
    public LedgerPage {
        gaps = List.copyOf(gaps);
    }
}
