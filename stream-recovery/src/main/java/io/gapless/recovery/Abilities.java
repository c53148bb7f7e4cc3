package io.gapless.recovery;

/**
 * What the account may do, as far as is known now.
 *
 * @param backfill whether a connect may ask for {@code backfill_minutes}
 * @param jobs whether Recovery jobs may be opened
 * @param archiveSearch whether full-archive search may be used
 */
record Abilities(boolean backfill, boolean jobs, boolean archiveSearch) {
    Abilities withoutJobs() {
        return new Abilities(backfill, false, archiveSearch);
    }
}
