package io.gapless.recovery;

import java.util.Set;

/** The money guard: asked before each page, told after it. Called by one thread at a time. */
interface SearchSpend {
    /** No guard. */
    SearchSpend UNLIMITED = new SearchSpend() {
        @Override
        public boolean mayBuy(int posts) {
            return true;
        }

        @Override
        public void bought(Set<Long> ids) {
            // Nobody counts.
        }
    };

    /** Whether it is known what was bought so far; if not, the slice is left, and asked for again. */
    default boolean isKnown() {
        return true;
    }

    /**
     * Whether a page may be asked for.
     *
     * @param posts how many posts it may bring, 10 to 500
     * @return false if they could exceed what may be spent
     */
    boolean mayBuy(int posts);

    /**
     * A page has come.
     *
     * @param ids the posts that it brought, also those that an earlier page had brought: on another UTC day, X bills
     *     them once more
     */
    void bought(Set<Long> ids);
}
