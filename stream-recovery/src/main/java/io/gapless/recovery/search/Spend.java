package io.gapless.recovery.search;

import java.util.Set;

/**
 * Decides whether a search may buy more posts. The search asks before each page, and reports the posts of each page
 * that it has received. Called by one thread at a time.
 */
public interface Spend {
    /** Limits nothing. */
    Spend UNLIMITED = new Spend() {
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
     * Returns whether the number of posts bought so far is known. If it is not known, the search of the slice is
     * cancelled, and the slice is searched later.
     */
    default boolean isKnown() {
        return true;
    }

    /**
     * Returns whether a page may be requested.
     *
     * @param posts how many posts the page may hold, 10 to 500
     * @return false if so many posts could exceed the spending limit
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
