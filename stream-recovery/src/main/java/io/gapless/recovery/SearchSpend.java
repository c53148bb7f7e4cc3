package io.gapless.recovery;

import java.util.Set;

/**
 * Guards what search spends. It is asked before each page, and receives each page's posts. Called by one thread at a
 * time.
 */
interface SearchSpend {
    /** Limits nothing. */
    SearchSpend UNLIMITED = new SearchSpend() {
        @Override
        public boolean mayBuy(int posts) {
            return true;
        }

        @Override
        public void bought(Set<Long> ids) {
            // Without a limit there is nothing to count.
        }
    };

    /**
     * Returns whether it is known what was bought so far. If not, the search of the slice is cancelled and requested
     * again.
     */
    default boolean isKnown() {
        return true;
    }

    /**
     * Returns whether a page may be requested.
     *
     * @param posts how many posts the page may hold, 10 to 500
     * @return false if they could exceed the spending limit
     */
    boolean mayBuy(int posts);

    /**
     * Counts the posts of a page.
     *
     * @param ids the ids of the posts, including those that an earlier page held: on another UTC day, X bills them once
     *     more
     */
    void bought(Set<Long> ids);
}
