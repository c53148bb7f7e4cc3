package io.gapless.recovery;

/** The money guard: asked before each page, told after it. Called by one thread at a time. */
interface SearchSpend {
    /** No guard. */
    SearchSpend UNLIMITED = new SearchSpend() {
        @Override
        public boolean mayBuy(int posts) {
            return true;
        }

        @Override
        public void bought(int posts) {
            // Nobody counts.
        }
    };

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
     * @param posts how many posts it brought that this slice had not brought before
     */
    void bought(int posts);
}
