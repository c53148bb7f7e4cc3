package io.gapless.recovery.plan;

/**
 * Lists which recovery methods the account may use on its stream, as far as X's answers have shown until now.
 *
 * @param backfill whether a connect may request {@code backfill_minutes}
 * @param jobs whether recovery jobs may be opened
 * @param search whether recent search can find the posts that the stream sends
 * @param archiveSearch whether full-archive search may be used
 */
public record Abilities(boolean backfill, boolean jobs, boolean search, boolean archiveSearch) {
    public Abilities withoutJobs() {
        return new Abilities(backfill, false, search, archiveSearch);
    }
}
