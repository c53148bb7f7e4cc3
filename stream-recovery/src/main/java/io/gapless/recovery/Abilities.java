package io.gapless.recovery;

/**
 * Holds what the account may do on its stream, as far as this is known now.
 *
 * @param backfill whether a connect may request {@code backfill_minutes}
 * @param jobs whether recovery jobs may be opened
 * @param search whether recent search can find what the stream sends
 * @param archiveSearch whether full-archive search may be used
 */
record Abilities(boolean backfill, boolean jobs, boolean search, boolean archiveSearch) {
    Abilities withoutJobs() {
        return new Abilities(backfill, false, search, archiveSearch);
    }
}
